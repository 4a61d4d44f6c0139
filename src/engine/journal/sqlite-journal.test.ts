import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SqliteFile, sealFromKey, systemClock } from '../../host/index.ts';
import { position } from '../../model/index.ts';
import { entries, journalContract } from './journal.contract.ts';
import { openSqliteJournal } from './sqlite-journal.ts';

const seal = sealFromKey(new Uint8Array(32).fill(5));

journalContract('sqlite', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'godwit-journal-'));
  const path = join(folder, 'journal.sqlite');
  return {
    open: async () => openSqliteJournal({ path, seal, clock: systemClock }),
    destroy: async () => rm(folder, { recursive: true }),
  };
});

describe('the sqlite journal', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'godwit-journal-'));
    path = join(folder, 'journal.sqlite');
  });
  afterEach(async () => rm(folder, { recursive: true }));

  test('nothing personal is readable in its files', async () => {
    const journal = openSqliteJournal({ path, seal, clock: systemClock });
    await journal.beginRun({ run: 'r', runbookId: 'b', world: 'live' });
    await journal.beginStep('r', { step: 's', kind: 'copy', object: 'o', origin: 's' });
    const slices = [
      { number: 0, after: null, upTo: ['secret-bound'], rowsEstimate: 1 },
      { number: 1, after: ['secret-bound'], upTo: null, rowsEstimate: 1 },
    ];
    await journal.savePlan('r', 's', { slices, rowsSource: '2', position: position('p') });
    await journal.quarantine({ run: 'r', step: 's', slice: 0, object: 'o', origin: 's' }, 'a', entries);
    let seen = '';
    for (const name of await readdir(folder)) seen += await readFile(join(folder, name), 'latin1');
    await journal[Symbol.asyncDispose]();
    expect(seen).toContain('value.out-of-range');
    expect(seen).not.toMatch(/secret/);
  });

  test('another key opens counts and codes, not contents', async () => {
    const place = { run: 'r', step: 's', slice: 0, object: 'o', origin: 's' };
    const journal = openSqliteJournal({ path, seal, clock: systemClock });
    await journal.beginRun({ run: 'r', runbookId: 'b', world: 'live' });
    await journal.quarantine(place, 'a', entries.slice(0, 1));
    await journal[Symbol.asyncDispose]();
    const other = openSqliteJournal({ path, seal: sealFromKey(new Uint8Array(32)), clock: systemClock });
    for await (const { id, code } of other.entries({})) {
      expect(code).toBe('files.ragged-row');
      await expect(other.entry(id)).rejects.toMatchObject({ code: 'host.unsealable' });
    }
    await other[Symbol.asyncDispose]();
  });

  test('a journal of a newer format is refused', async () => {
    await openSqliteJournal({ path, seal, clock: systemClock })[Symbol.asyncDispose]();
    using file = new SqliteFile(path);
    file.run('PRAGMA user_version = 2');
    expect(() => openSqliteJournal({ path, seal, clock: systemClock })).toThrow(
      expect.objectContaining({ code: 'engine.journal-newer' }),
    );
  });

  test('another SQLite file is refused and left as it is', async () => {
    using file = new SqliteFile(path);
    file.run('CREATE TABLE theirs (a)');
    expect(() => openSqliteJournal({ path, seal, clock: systemClock })).toThrow(
      expect.objectContaining({ code: 'engine.journal-foreign' }),
    );
    expect(file.statement('SELECT name FROM sqlite_schema').all()).toEqual([['theirs']]);
  });
});
