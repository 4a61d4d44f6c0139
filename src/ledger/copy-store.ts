import { writeFileSync } from 'node:fs';
import { claimedCheckpoint } from './checkpoint.ts';
import {
  keepCheckpoint,
  keepWhole,
  keptCheckpoints,
  ledgerFolder,
  makeLedgerFolder,
} from './ledger-folder.ts';
import type { LineStore } from './line-store.ts';
import { noteText, withLinesOf } from './signed-note.ts';

/**
 * A store's lines and notes as the folder of a ledger, to be verified as one: exactly what the store holds, whatever that is.
 * The notes that `known`, a folder that has seen the store before, keeps come along: a checkpoint that is gone from the store is not.
 */
export async function copyStore(store: LineStore, folder: string, known: string): Promise<void> {
  const place = ledgerFolder(folder);
  makeLedgerFolder(place);
  const notes = await store.alone(async (lines) => {
    for await (const line of lines.after(0))
      writeFileSync(place.entries, Buffer.concat([line, lineFeed]), { flag: 'a' });
    return await lines.notes();
  });
  const kept = keptCheckpoints(ledgerFolder(known));
  for (const note of notes) {
    const same = kept.find((one) => noteText(one) === noteText(note));
    keepCheckpoint(place, claimedCheckpoint(note).size, same === undefined ? note : withLinesOf(note, same));
  }
  for (const [at, note] of kept.entries())
    if (!notes.some((one) => noteText(one) === noteText(note)))
      keepWhole(place.checkpoints, `kept-${at}.note`, note);
}

const lineFeed = Buffer.from('\n');
