import { stormJournal } from '../../storm/journal-disk/storm-journal.ts';
import { loadSqlite } from '../../storm/journal-disk/wasm-sqlite.ts';
import type { Proof } from '../proof.ts';

/** The SQLite journal on simulated disks, 5,000 of them: what it promised survives power cuts, kills and full disks. */
export const prove: Proof = async ({ seed, count, say }) => {
  let sqlite = await loadSqlite();
  const told = { disks: 0, calls: 0, powerCuts: 0, kills: 0, fullDisks: 0 };
  const wrong: string[] = [];
  for (let at = 0; at < (count ?? 5_000); at += 1) {
    // Every disk is registered with the module for good.
    if (at % 500 === 0) sqlite = await loadSqlite();
    const outcome = await stormJournal(sqlite, seed + at);
    told.disks += 1;
    for (const part of ['calls', 'powerCuts', 'kills', 'fullDisks'] as const) told[part] += outcome[part];
    for (const found of outcome.violations) {
      wrong.push(`${seed + at}: ${found}`);
      say(`${seed + at}: ${found}`);
    }
  }
  return { holds: wrong.length === 0, figures: { ...told, violations: wrong.length } };
};
