import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Walks a page of the documentation as a newcomer would: every `sh` block is run by one shell in one fresh folder with the
 * real command line, and what it prints is held against the `text` block that follows it.
 *
 * In a `text` block a line `...` stands for any lines, `...` within a line for any text. Spaces and rules of tables are
 * compared without their length. Lines about progress, which a terminal wipes away, are left out.
 */
export interface WalkedBlock {
  readonly line: number;
  readonly commands: string;
  readonly expected: string | null;
  readonly expectedExit: number;
  readonly printed: string;
  readonly exit: number;
}

type Block = Pick<WalkedBlock, 'line' | 'commands' | 'expected' | 'expectedExit'>;

const root = fileURLToPath(new URL('../../', import.meta.url));

export function walkPage(path: string): readonly WalkedBlock[] {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-walk-'));
  try {
    return walkPageIn(folder, path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The same in a folder that stays, for those who want to go on from where the page ends. */
export function walkPageIn(folder: string, path: string): readonly WalkedBlock[] {
  const blocks = blocksOf(readFileSync(join(root, path), 'utf8'));
  const { stdout } = spawnSync('bash', ['-c', scriptOf(blocks)], {
    cwd: folder,
    env: environmentIn(folder),
    encoding: 'utf8',
    timeout: 170_000,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const parts = stdout.split(/^@@ (-?\d+) @@\n/m);
  return blocks.map((block, at) => ({
    ...block,
    printed: parts[2 * at] ?? '',
    exit: Number(parts[2 * at + 1] ?? Number.NaN),
  }));
}

/** Whether what was printed is what the page says. */
export function fits(expected: string, printed: string): boolean {
  const pattern = comparable(expected)
    .map((line) => (line === '...' ? '(?:.*\\n)*?' : `${inLine(line)}\\n`))
    .join('');
  return new RegExp(`^${pattern}$`).test(`${comparable(printed).join('\n')}\n`);
}

const inLine = (line: string): string =>
  line
    .split('...')
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('.*?');

const progress = /^(?:trying|profiling|auditing) \S+: |: slice \d+ of /;

export function comparable(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => !progress.test(line));
  return lines
    .map((line) => line.trimEnd().replace(/ {2,}/g, ' ').replace(/-{3,}/g, '---'))
    .join('\n')
    .trim()
    .split('\n');
}

function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  const fences = /^```(sh|text)(?: exit=(\d+))?\n([\s\S]*?)^```$/gm;
  for (const { 1: kind, 2: exit, 3: body = '', index } of page.matchAll(fences)) {
    const last = blocks.at(-1);
    if (kind === 'sh')
      blocks.push({
        line: page.slice(0, index).split('\n').length,
        commands: body,
        expected: null,
        expectedExit: Number(exit ?? 0),
      });
    else if (last) blocks[blocks.length - 1] = { ...last, expected: body };
  }
  return blocks;
}

/** All blocks in one shell, so that folders and variables stay; behind each its exit code on a line of its own. */
const scriptOf = (blocks: readonly Block[]): string =>
  `exec 2>&1\n${blocks.map(({ commands }) => `${commands}\nprintf '@@ %s @@\\n' $?\n`).join('')}`;

function environmentIn(folder: string): NodeJS.ProcessEnv {
  const programs = join(folder, '.programs');
  mkdirSync(programs);
  const godwit = join(programs, 'godwit');
  writeFileSync(godwit, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'src/cli/main.ts')}" "$@"\n`);
  chmodSync(godwit, 0o755);
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GODWIT_'));
  return {
    ...Object.fromEntries(own),
    PATH: [programs, dirname(process.execPath), process.env['PATH']].join(delimiter),
    NO_COLOR: '1',
    // Each command is a process of its own; compiled code is kept for the next one.
    NODE_COMPILE_CACHE: join(folder, '.compiled'),
  };
}
