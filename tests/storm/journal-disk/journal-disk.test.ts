import { beforeAll, describe, expect, test } from 'vitest';
import { journalContract } from '../../../src/engine/journal/journal.contract.ts';
import { openSqliteJournal } from '../../../src/engine/journal/sqlite-journal.ts';
import { sealFromKey, systemClock } from '../../../src/host/index.ts';
import { Draw } from '../draw.ts';
import { SimulatedDisk } from './simulated-disk.ts';
import { stormJournal } from './storm-journal.ts';
import { loadSqlite, WasmSqlite } from './wasm-sqlite.ts';

const seal = sealFromKey(new Uint8Array(32).fill(5));
let disks = 0;

journalContract('sqlite on a simulated disk', async () => {
  const sqlite = await loadSqlite();
  disks += 1;
  const disk = new SimulatedDisk(`contract-${disks}`, new Draw(1));
  sqlite.registerVFS(disk, false);
  const openFile = (path: string): WasmSqlite => new WasmSqlite(sqlite, disk, path);
  return {
    open: async () => openSqliteJournal({ path: '/journal.sqlite', seal, clock: systemClock, openFile }),
    destroy: async () => undefined,
  };
});

describe('the sqlite journal on a disk that fails', () => {
  let sqlite: Awaited<ReturnType<typeof loadSqlite>>;
  beforeAll(async () => {
    sqlite = await loadSqlite();
  });

  test('keeps what it promised, and of what was cut off all or nothing', async () => {
    const told = { powerCuts: 0, kills: 0, fullDisks: 0 };
    for (let seed = 1; seed <= 60; seed += 1) {
      const { violations, powerCuts, kills, fullDisks } = await stormJournal(sqlite, seed);
      expect(violations, `seed ${seed}`).toEqual([]);
      told.powerCuts += powerCuts;
      told.kills += kills;
      told.fullDisks += fullDisks;
    }
    expect(Math.min(told.powerCuts, told.kills, told.fullDisks)).toBeGreaterThan(20);
  });

  test('would be seen to lose something, if it synced less or kept no log', async () => {
    const weaker: readonly (readonly [string, string])[] = [
      ['synchronous = FULL', 'synchronous = NORMAL'],
      ['synchronous = FULL', 'synchronous = OFF'],
      ['journal_mode = WAL', 'journal_mode = MEMORY'],
    ];
    for (const [from, to] of weaker) {
      const another = await loadSqlite();
      let seen = 0;
      for (let seed = 1; seed <= 60 && seen === 0; seed += 1)
        seen += (await stormJournal(another, seed, (sql) => sql.replace(from, to))).violations.length;
      expect(seen, to).toBeGreaterThan(0);
    }
  });
});
