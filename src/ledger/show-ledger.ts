import type { Entry } from './entry.ts';
import { ledgerDamaged } from './faults.ts';
import { ledgerFolder } from './ledger-folder.ts';
import { readEntry } from './read-entry.ts';
import { readLines } from './read-lines.ts';

/**
 * The entries of a ledger from the first, in bounded memory. Says nothing about their being true: that is `verifyLedger`.
 * A line without its end is passed over: it is being written now, or the next writer repairs it. Throws `ledger.damaged`.
 */
export function* showLedger(folder: string): Generator<Entry> {
  const { entries } = ledgerFolder(folder);
  let seq = 0;
  for (const { bytes, ended } of readLines(entries)) {
    if (!ended) return;
    seq += 1;
    const entry = readEntry(bytes);
    if ('wrong' in entry) throw ledgerDamaged(entries, `line ${seq} ${entry.wrong}`);
    yield entry;
  }
}
