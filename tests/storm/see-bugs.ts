import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type PlantedBug, plantedBugs } from './planted-bugs.ts';
import { checkers } from './watch.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const saidBy = new RegExp(`^(?:seed \\d+:| ) (${checkers.join('|')}): `);

export interface SeenBugs {
  readonly allSeen: boolean;
  /** By checker and bug: who said something, and how often until then. */
  readonly outcomes: Readonly<Record<string, string>>;
}

/**
 * Plants one bug after the other into a copy of the engine, and runs so many worlds at most until the checker that is there for it
 * says something. Without a bug all of these worlds are run, and no checker may say anything.
 *
 * @param count only the first so many bugs
 */
export async function seeBugs(
  worlds: number,
  say: (text: string) => void,
  count: number = plantedBugs.length,
): Promise<SeenBugs> {
  const copy = mkdtempSync(join(tmpdir(), 'godwit-storm-'));
  const outcomes: Record<string, string> = {};
  try {
    for (const name of ['src', 'tests/storm', 'demo', 'bench/machine.ts', 'package.json'])
      cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    const sound = await violated(copy, worlds, null);
    say(`no bug: ${told(sound) || 'nothing seen'}`);
    let allSeen = sound.size === 0;
    for (const planted of plantedBugs.slice(0, count)) {
      const seen = await withBug(copy, planted, worlds);
      const caught = seen.has(planted.checker);
      allSeen &&= caught;
      const name = `${planted.checker}: ${planted.bug}`;
      outcomes[name] = caught ? `seen by ${told(seen)}` : `NOT SEEN, but ${told(seen) || 'nothing'}`;
      say(`${name}: ${outcomes[name]}`);
    }
    return { allSeen, outcomes };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function withBug(
  copy: string,
  { file, from, to, checker }: PlantedBug,
  worlds: number,
): Promise<ReadonlyMap<string, number>> {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) throw new RangeError(`${file} no longer holds this once: ${from}`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  try {
    return await violated(copy, worlds, checker);
  } finally {
    writeFileSync(path, source);
  }
}

/**
 * Which checkers said something, and how often.
 *
 * @param until no more worlds than it takes for this one to say something
 */
async function violated(
  copy: string,
  worlds: number,
  until: string | null,
): Promise<ReadonlyMap<string, number>> {
  const script = join(copy, 'tests/storm/run-storm.ts');
  const options = ['--seeds', String(worlds), '--threads', '1'];
  const child = spawn(process.execPath, [script, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const seen = new Map<string, number>();
  for await (const line of createInterface({ input: child.stdout })) {
    const [, checker] = saidBy.exec(line) ?? [];
    if (checker) seen.set(checker, (seen.get(checker) ?? 0) + 1);
    if (checker && checker === until) child.kill('SIGKILL');
  }
  return seen;
}

function told(seen: ReadonlyMap<string, number>): string {
  return [...seen].map(([checker, times]) => `${checker} (${times})`).join(', ');
}
