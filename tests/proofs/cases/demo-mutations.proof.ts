import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Proof } from '../proof.ts';

interface Mutation {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Each breaks one thing the demo claims, in a copy of the sources. */
const mutations: readonly Mutation[] = [
  {
    what: 'the audit sees no difference',
    file: 'src/audit/digest-buckets.ts',
    from: 'if (!same) different.push(bucket);',
    to: '',
  },
  {
    what: 'the quarantine loses a record of what it is given',
    file: 'src/engine/journal/sqlite-entries.ts',
    from: 'for (const entry of entries) {',
    to: 'for (const entry of entries.slice(1)) {',
  },
  {
    what: 'the rollback leaves what it should remove',
    file: 'src/connectors/sqlite/undo-records.ts',
    from: 'statement.run(...record.identity);',
    to: '',
  },
];

/** The demo's own checks have teeth: broken on purpose it fails, unbroken it passes. */
export const prove: Proof = async ({ say }) => {
  const outcomes: Record<string, string> = {};
  let holds = true;
  for (const mutation of [null, ...mutations]) {
    const { code, failed } = await runMutated(mutation);
    const name = mutation?.what ?? 'nothing is broken';
    outcomes[name] = code === 0 ? 'the demo passed' : `the demo failed: ${failed.slice(0, 3).join('; ')}`;
    holds &&= mutation === null ? code === 0 : code !== 0 && failed.length > 0;
    say(`${name}: ${outcomes[name]}`);
  }
  return { holds, figures: outcomes };
};

async function runMutated(
  mutation: Mutation | null,
): Promise<{ code: number | null; failed: readonly string[] }> {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const copy = mkdtempSync(join(tmpdir(), 'godwit-mutation-'));
  try {
    for (const name of ['src', 'demo', 'package.json'])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    if (mutation) mutate(join(copy, mutation.file), mutation);
    return await runDemo(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function mutate(path: string, { from, to }: Mutation): void {
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new RangeError(`${path} no longer holds: ${from}`);
  writeFileSync(path, text.replace(from, to));
}

function runDemo(copy: string): Promise<{ code: number | null; failed: readonly string[] }> {
  const child = spawn(process.execPath, [join(copy, 'demo/run-demo.ts'), '--folder', join(copy, 'out')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const failures = (): string[] =>
    [...text.matchAll(/^DEMO CHECK FAILED: (.+?)(?: \(.*)?$/gm)].map((match) => match[1] ?? '');
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, failed: failures() })));
}
