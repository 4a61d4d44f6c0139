import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SeededChoice } from '../../../demo/seeded-choice.ts';
import type { LedgerProblem } from '../../../src/ledger/index.ts';
import { forkLedger, type LargeLedger, makeLargeLedger, verifyLarge } from '../../evidence/large-ledger.ts';
import type { Proof } from '../proof.ts';

const entries = 100_000;

/**
 * A ledger of 100,000 entries: one byte changed anywhere, a dropped tail, a fork and a history rewritten with the runner's own
 * key. Each is found, the place is named, and nothing is found in the ledger nobody touched.
 */
export const prove: Proof = async ({ seed, count, say }) => {
  const work = mkdtempSync(join(tmpdir(), 'godwit-ledger-proof-'));
  const choice = new SeededChoice(seed);
  const wanted = count ?? 500;
  try {
    const ledger = await makeLargeLedger(work, entries);
    const clean = verifyLarge(ledger, ledger.witnessed.notes).intact;
    const bytes = changeBytes(ledger, choice, wanted, say);
    const whole = await wholeAttacks(ledger, work);
    return {
      holds: clean && bytes.named === wanted && Object.values(whole).every((held) => held !== null),
      figures: {
        entries,
        clean,
        bytesChanged: wanted,
        foundAndNamed: bytes.named,
        namedToTheEntry: bytes.exact,
        verificationsWithin10s: bytes.quick,
        ...whole,
      },
    };
  } finally {
    rmSync(work, { recursive: true });
  }
};

interface ByteCount {
  readonly named: number;
  readonly exact: number;
  readonly quick: number;
}

/** One byte at a time, put back after it. Named: the entry lies in the range that is told. */
function changeBytes(
  ledger: LargeLedger,
  choice: SeededChoice,
  wanted: number,
  say: (text: string) => void,
): ByteCount {
  const path = join(ledger.folder, 'entries.jsonl');
  const content = readFileSync(path);
  let [named, exact, quick] = [0, 0, 0];
  for (let tried = 0; tried < wanted; tried += 1) {
    const at = choice.below(content.length);
    const entry = content.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
    const putBack = flip(path, at, 1 + choice.below(255));
    const began = performance.now();
    const [first] = verifyLarge(ledger).problems;
    if (performance.now() - began < 10_000) quick += 1;
    putBack();
    const [from, to] = [first?.from ?? 0, first?.to ?? 0];
    if (from <= entry && entry <= to) named += 1;
    else say(`byte ${at} of entry ${entry}: ${first?.what ?? 'nothing was found'}`);
    if (from === entry && to === entry) exact += 1;
    if (tried % 50 === 49) say(`${tried + 1} bytes changed, ${named} found and named`);
  }
  return { named, exact, quick };
}

function flip(path: string, at: number, by: number): () => void {
  const file = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, at);
  writeSync(file, Buffer.of((byte[0] ?? 0) ^ by), 0, 1, at);
  return () => {
    writeSync(file, byte, 0, 1, at);
    closeSync(file);
  };
}

type Told = string | null;

/** What is said of each; null when it is not found, or another place is named. */
async function wholeAttacks(ledger: LargeLedger, work: string): Promise<Record<string, Told>> {
  const { notes, size } = ledger.witnessed;
  const keep = size - 1_000;
  const first = (folder: string, witnessed: readonly string[] = []): LedgerProblem | undefined =>
    verifyLarge({ ...ledger, folder }, witnessed).problems[0];
  const told = (problem: LedgerProblem | undefined, from: number, to: number): Told =>
    problem?.from === from && problem.to === to ? problem.what : null;
  const cut = copyOf(ledger, work, 'cut', keep);
  const withCheckpoints = first(cut);
  dropCheckpoints(cut, keep);
  const without = first(cut) === undefined ? first(cut, notes) : undefined;
  await forkLedger(cut, entries - keep);
  const forked = first(cut) === undefined ? first(cut, notes) : undefined;
  const { folder: rewritten } = await makeLargeLedger(work, entries, 'nothing');
  const anew = first(rewritten) === undefined ? first(rewritten, notes) : undefined;
  return {
    tailDropped: told(withCheckpoints, keep + 1, entries),
    tailDroppedWithItsCheckpoints: told(without, keep + 1, size),
    forked: told(forked, size - entries / 10 + 1, size),
    rewrittenWithTheRunnersKey: told(anew, 1, entries / 10),
  };
}

/** The ledger with its first entries only, and all its checkpoints. */
function copyOf({ folder }: LargeLedger, work: string, name: string, keep: number): string {
  const copy = join(work, name);
  cpSync(folder, copy, { recursive: true });
  const path = join(copy, 'entries.jsonl');
  const content = readFileSync(path);
  let end = 0;
  for (let line = 0; line < keep; line += 1) end = content.indexOf(0x0a, end) + 1;
  truncateSync(path, end);
  return copy;
}

function dropCheckpoints(folder: string, keep: number): void {
  const place = join(folder, 'checkpoints');
  for (const name of readdirSync(place)) if (Number.parseInt(name, 10) > keep) rmSync(join(place, name));
}
