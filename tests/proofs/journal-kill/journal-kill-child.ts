import { writeSync } from 'node:fs';
import { openSqliteJournal } from '../../../src/engine/journal/sqlite-journal.ts';
import { isGodwitError } from '../../../src/model/index.ts';
import { movingClock, openSeal, promisedJournal } from '../../storm/journal-disk/journal-calls.ts';
import { callAt } from './call-at.ts';

/** What the process that is killed is told. */
export interface ChildOrder {
  readonly path: string;
  readonly seed: number;
  /** Calls that the journal holds already. */
  readonly held: number;
}

const { path, seed, held } = JSON.parse(process.argv[2] ?? '') as ChildOrder;
const promised = promisedJournal();
for (let at = 0; at < held; at += 1)
  await (await callAt(seed, at, promised))(promised).catch(() => undefined);
// Written before the next call begins, however soon the process ends.
const tell = (line: string): void => void writeSync(1, `${line}\n`);
try {
  await using journal = openSqliteJournal({ path, seal: openSeal, clock: movingClock() });
  for (let at = held; ; at += 1) {
    const call = await callAt(seed, at, promised);
    tell(`begun ${at}`);
    // What is refused is refused by every journal.
    await call(journal).catch((error: unknown) => {
      if (!isGodwitError(error)) throw error;
    });
    tell(`done ${at}`);
    await call(promised).catch(() => undefined);
  }
} catch (error) {
  tell(`failed ${String(error)}`);
  process.exitCode = 3;
}
