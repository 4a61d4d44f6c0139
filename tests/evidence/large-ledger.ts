import { join } from 'node:path';
import { type SigningKey, signingKeyFromSeed, systemClock, verifySignature } from '../../src/host/index.ts';
import {
  addCosignature,
  FileLedger,
  type LedgerVerdict,
  type TrustRoot,
  verifyLedger,
} from '../../src/ledger/index.ts';

const runner: SigningKey = signingKeyFromSeed(new Uint8Array(32).fill(1));
const witness: SigningKey = signingKeyFromSeed(new Uint8Array(32).fill(2));
const origin = 'godwit/large';

/** A ledger of so many entries with a signed checkpoint for every tenth, eight of which somebody outside keeps. */
export interface LargeLedger {
  readonly folder: string;
  readonly entries: number;
  /** What a witness signed and keeps, the smallest first, and how many entries the last one covers: eight tenths. */
  readonly witnessed: { readonly notes: readonly string[]; readonly size: number };
  readonly trust: TrustRoot;
}

export async function makeLargeLedger(work: string, entries: number, what = 'slice'): Promise<LargeLedger> {
  const folder = join(work, `ledger-of-${what}`);
  using ledger = FileLedger.open({ folder, origin, clock: systemClock });
  const notes = await growBy(ledger, entries, entries / 10, what);
  const name = 'w1.example';
  const trust: TrustRoot = {
    format: 'godwit-trust/1',
    project: 'large',
    origin,
    runnerKey: runner.publicKey,
    policies: [],
    witnesses: [{ name, publicKey: witness.publicKey }],
    witnessesNeeded: 0,
  };
  const cosigned = notes.slice(0, 8).map((note) => addCosignature(note, name, witness, systemClock.now()));
  return { folder, entries, witnessed: { notes: cosigned, size: (entries / 10) * 8 }, trust };
}

/** The same history up to an entry, and from there on another one, linked and signed without a flaw by the runner's key. */
export async function forkLedger(folder: string, entries: number): Promise<void> {
  using ledger = FileLedger.open({ folder, origin, clock: systemClock });
  await growBy(ledger, entries, entries, 'nothing');
}

/** Notes of the checkpoints, one each time so many entries were added. */
async function growBy(
  ledger: FileLedger,
  entries: number,
  every: number,
  what: string,
): Promise<readonly string[]> {
  const notes: string[] = [];
  for (let at = 1; at <= entries; at += 1) {
    const body = { run: 'run_1', step: '02-copy-people', [what]: at, rowsWritten: '5000' };
    ledger.append([{ type: 'slice-committed', actor: 'engine', body }]);
    if (at % every === 0) notes.push(await ledger.checkpoint(runner));
  }
  return notes;
}

/** With the checkpoints of its own folder, and with the witness's where one is given. */
export function verifyLarge(
  { folder, trust }: LargeLedger,
  witnessed: readonly string[] = [],
): LedgerVerdict {
  const { runnerKey, witnesses } = trust;
  return verifyLedger({ folder, origin, runnerKey, verify: verifySignature, witnessed, witnesses });
}
