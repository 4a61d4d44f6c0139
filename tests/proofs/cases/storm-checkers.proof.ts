import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type PlantedBug, plantedBugs } from '../../storm/planted-bugs.ts';
import { checkers } from '../../storm/watch.ts';
import type { Proof } from '../proof.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const worlds = 1_500;
const saidBy = new RegExp(`^(?:seed \\d+:| ) (${checkers.join('|')}): `, 'gm');

/**
 * Every checker of the storms sees what it is there for: with a bug planted into a copy of the engine the storm says so, by that
 * checker; without one it says nothing. `--count` takes the first so many bugs.
 */
export const prove: Proof = async ({ count, say }) => {
  const copy = mkdtempSync(join(tmpdir(), 'godwit-storm-'));
  const outcomes: Record<string, string> = {};
  let holds = true;
  try {
    for (const name of ['src', 'tests/storm', 'demo', 'bench/machine.ts', 'package.json'])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const sound = await violated(copy);
    holds = sound.size === 0;
    say(`no bug: ${[...sound].join(', ') || 'nothing seen'}`);
    for (const planted of plantedBugs.slice(0, count ?? undefined)) {
      const seen = await withBug(copy, planted);
      const caught = seen.has(planted.checker);
      holds &&= caught;
      const by = [...seen].map(([checker, times]) => `${checker} (${times})`).join(', ');
      outcomes[`${planted.checker}: ${planted.bug}`] = caught
        ? `seen by ${by}`
        : `NOT SEEN, but ${by || 'nothing'}`;
      say(`${planted.checker}: ${planted.bug}: ${outcomes[`${planted.checker}: ${planted.bug}`]}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return { holds, figures: { worlds, bugs: Object.keys(outcomes).length, outcomes } };
};

async function withBug(copy: string, { file, from, to }: PlantedBug): Promise<ReadonlyMap<string, number>> {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) throw new RangeError(`${file} no longer holds this once: ${from}`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  try {
    return await violated(copy);
  } finally {
    writeFileSync(path, source);
  }
}

/** Which checkers said something, and how often. */
async function violated(copy: string): Promise<ReadonlyMap<string, number>> {
  const script = join(copy, 'tests/storm/run-storm.ts');
  const options = ['--seeds', String(worlds), '--threads', '1', '--no-save'];
  const child = spawn(process.execPath, [script, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const seen = new Map<string, number>();
  for (const [, checker = ''] of (await text(child.stdout)).matchAll(saidBy))
    seen.set(checker, (seen.get(checker) ?? 0) + 1);
  return seen;
}
