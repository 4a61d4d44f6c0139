import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { DrillWorld, outcomes } from './drill-world.contract.ts';
import { noteBackup } from './note-backup.ts';
import { newestRestoreDrill } from './restore-evidence.ts';
import { verifyOwnLedger } from './verify-own-ledger.ts';

/** The shop's database, its backup taken by the tool itself, and a scratch file beside it. */
async function shop(): Promise<DrillWorld> {
  const world = new DrillWorld();
  on(
    world,
    'shop.sqlite',
    `CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
     CREATE TABLE item (id INTEGER PRIMARY KEY, person INTEGER REFERENCES person (id), price TEXT);
     INSERT INTO person VALUES (1, 'Ada'), (2, 'Ben');
     INSERT INTO item VALUES (1, 1, '9.50'), (2, 2, '1.20'), (3, 2, '0.10');
     CREATE INDEX item_person ON item (person)`,
  );
  on(world, 'old.sqlite', 'CREATE TABLE person (id INTEGER PRIMARY KEY)');
  world.settle(
    { source: '{ kind: sqlite, path: old.sqlite }', target: '{ kind: sqlite, path: shop.sqlite }' },
    `{ backup: backups/shop.backup, scratch: { kind: sqlite, path: scratch.sqlite }, app_reads: [
      { name: items of Ben, query: select count(*) from item where person = 2, expect: 2 } ] }`,
  );
  await using project = await world.open();
  await noteBackup(project, () => undefined);
  return world;
}

function on(world: DrillWorld, file: string, sql: string): void {
  using database = new DatabaseSync(world.path(file));
  database.exec(sql);
}

test('a backup is restored, checked, timed, and its scratch file dropped; the evidence is signed and in the ledger', async () => {
  using world = await shop();
  const report = await world.drill();
  expect(outcomes(report)).toEqual({
    'relations and numbers': 'ok',
    structure: 'ok',
    constraints: 'ok',
    counters: 'not-looked-at',
    records: 'ok',
    'app-read: items of Ben': 'ok',
  });
  expect(report).toMatchObject({ passed: true, of: 'target', kept: null, way: 'copy of the file' });
  expect(existsSync(world.path('scratch.sqlite'))).toBe(false);
  await using project = await world.open();
  expect(newestRestoreDrill(project)).toMatchObject({ evidence: report.evidence, passed: true });
  expect((await verifyOwnLedger(project)).intact).toBe(true);
  // One byte of the signed duration changed: it is no evidence any more.
  const text = readFileSync(report.file, 'utf8');
  const envelope = JSON.parse(text) as { payload: string };
  const payload = Buffer.from(envelope.payload, 'base64')
    .toString()
    .replace('"passed":true', '"passed":false');
  writeFileSync(report.file, text.replace(envelope.payload, Buffer.from(payload).toString('base64')));
  expect(newestRestoreDrill(project)).toBeNull();
});

test('evidence that the ledger does not speak of does not count, whoever signed it', async () => {
  using world = await shop();
  await world.drill();
  rmSync(world.path('.godwit/ledger'), { recursive: true });
  await using project = await world.open();
  expect(newestRestoreDrill(project)).toBeNull();
});

test('what did not come back is named by relation: another database, a record less, an app-read that differs', async () => {
  using world = await shop();
  copyFileSync(world.path('old.sqlite'), world.path('backups/shop.backup'));
  const other = await world.drill();
  expect(other.passed).toBe(false);
  expect(other.checks[0]?.detail).toContain('item is missing');
  expect(outcomes(other)['app-read: items of Ben']).toBe('failed');

  on(
    world,
    'shop.sqlite',
    "INSERT INTO item VALUES (4, 2, '7.00'); UPDATE person SET name = 'Bea' WHERE id = 2",
  );
  await using project = await world.open();
  await noteBackup(project, () => undefined);
  on(world, 'backups/shop.backup', 'DELETE FROM item WHERE id = 1');
  const less = await world.drill();
  expect(less.checks[0]).toMatchObject({
    outcome: 'failed',
    detail: 'item holds 3 records, expected 4',
  });
  expect(outcomes(less)).toMatchObject({ records: 'failed', 'app-read: items of Ben': 'failed' });
  world.edit('app_reads', 'tolerance_records: 1, app_reads');
  expect(outcomes(await world.drill())).toMatchObject({ 'relations and numbers': 'ok', records: 'ok' });
});

test('a backup that was cut off, or is none, is refused; nothing of it stays', async () => {
  using world = await shop();
  const backup = world.path('backups/shop.backup');
  truncateSync(backup, 8_192);
  await expect(world.drill()).rejects.toMatchObject({ code: 'drill.backup-unusable' });
  writeFileSync(backup, 'what is this?');
  await expect(world.drill()).rejects.toMatchObject({ code: 'drill.backup-unusable' });
  writeFileSync(backup, '');
  await expect(world.drill()).rejects.toMatchObject({ detail: expect.stringContaining('it is empty') });
  expect(existsSync(world.path('scratch.sqlite'))).toBe(false);
});

test('the scratch system is no live one and holds nothing; what a killed drill left is known for its own', async () => {
  using world = await shop();
  world.edit('path: scratch.sqlite', 'path: ./shop.sqlite');
  await expect(world.drill()).rejects.toMatchObject({ code: 'drill.scratch-is-live' });
  world.edit('path: ./shop.sqlite', 'path: elsewhere.sqlite');
  on(world, 'elsewhere.sqlite', 'CREATE TABLE mine (id INTEGER)');
  await expect(world.drill()).rejects.toMatchObject({ code: 'drill.scratch-not-empty' });
  expect(readdirSync(world.folder)).toEqual(expect.arrayContaining(['elsewhere.sqlite', 'shop.sqlite']));

  const title = `file ${world.path('elsewhere.sqlite')}`;
  writeFileSync(world.path('.godwit/scratch.json'), JSON.stringify({ scratch: title }));
  expect((await world.drill()).passed).toBe(true);
});

test('Ctrl-C while it restores: the scratch file is dropped', async () => {
  using world = await shop();
  const stop = new AbortController();
  const stopAtRestoring = (what: string): void => {
    if (what.startsWith('restoring')) stop.abort();
  };
  await expect(world.drill({ signal: stop.signal }, stopAtRestoring)).rejects.toThrow(/abort/i);
  expect(existsSync(world.path('scratch.sqlite'))).toBe(false);
  expect(existsSync(world.path('.godwit/scratch.json'))).toBe(false);
});

test("the user's own program restores, without a shell between", async () => {
  using world = await shop();
  world.edit('scratch: {', "command: [cp, '{backup}', '{path}'], scratch: {");
  expect(await world.drill()).toMatchObject({ passed: true, way: 'own command cp' });
  world.edit("'{path}'", "'{path}; touch stray'");
  await expect(world.drill()).rejects.toMatchObject({ code: expect.stringMatching(/^(?:drill|sqlite)\./) });
  expect(existsSync(world.path('stray'))).toBe(false);
});
