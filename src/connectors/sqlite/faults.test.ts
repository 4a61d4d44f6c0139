import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SqliteFile } from '../../host/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { collect, readAll, wholeRelation } from '../contract/read-all.contract.ts';
import { peopleFields, peopleRows, run, writeRows, writesOf } from '../contract/write-slices.contract.ts';
import type { SqliteAddress } from './address.ts';
import { sqlite } from './open.ts';
import { PlainSqlite } from './plain-sqlite.contract.ts';

let plain: PlainSqlite;
beforeEach(() => {
  plain = new PlainSqlite();
  plain.run('CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER)');
});
afterEach(async () => plain[Symbol.asyncDispose]());

/** Without waiting for anybody's lock. */
const impatient = (): SqliteAddress => ({ ...plain.address, lockWaitMs: 0 });
const wanted = { fields: peopleFields, rows: peopleRows(1, 500) };

describe('a source', () => {
  test('is left byte for byte as it was, with nothing beside it', async () => {
    await plain.seed('people', peopleFields, peopleRows(1, 100));
    const [before, time] = [readFileSync(plain.address.path), statSync(plain.address.path).mtimeMs];
    await using system = await sqlite.open(plain.address, contextFor('source'));
    await system.check();
    expect((await readAll(system, 'people')).rows.length).toBe(100);
    expect(readdirSync(plain.folder)).toEqual(['system.sqlite']);
    expect(readFileSync(plain.address.path).equals(before)).toBe(true);
    expect(statSync(plain.address.path).mtimeMs).toBe(time);
  });

  test('in WAL mode says so, and what is only in its log is read', async () => {
    plain.run('PRAGMA journal_mode = WAL');
    using writer = new SqliteFile(plain.address.path);
    writer.run("INSERT INTO people VALUES (1, 'in the log', 1)");
    await using system = await sqlite.open(plain.address, contextFor('source'));
    expect((await readAll(system, 'people')).rows).toEqual([['1', 'in the log', '1']]);
    const journal = (await system.check()).find(({ name }) => name === 'journal');
    expect(journal?.outcome).toBe('warn');
    expect(journal?.detail).toContain('WAL');
  });

  test('with dangling references is warned of', async () => {
    plain.run(
      'PRAGMA foreign_keys = OFF; CREATE TABLE notes (person INTEGER REFERENCES people); INSERT INTO notes VALUES (77)',
    );
    await using system = await sqlite.open(plain.address, contextFor('source'));
    const references = (await system.check()).find(({ name }) => name === 'references');
    expect(references).toMatchObject({ outcome: 'warn' });
    expect(references?.detail).toContain('1 declared');
  });
});

describe('a file whose writer was killed', () => {
  /** A copy of the file and its journal in the middle of a transaction that already reached the file. */
  async function torn(): Promise<SqliteAddress> {
    await plain.seed('people', peopleFields, peopleRows(1, 5_000));
    using writer = new SqliteFile(plain.address.path);
    writer.run("PRAGMA cache_size = 2; BEGIN; UPDATE people SET name = 'half'");
    const path = join(plain.folder, 'torn.sqlite');
    for (const suffix of ['', '-journal']) copyFileSync(plain.address.path + suffix, path + suffix);
    writer.run('ROLLBACK');
    return { path };
  }

  test('is not read as a source before somebody recovered it', async () => {
    const address = await torn();
    await expect(sqlite.open(address, contextFor('source'))).rejects.toMatchObject({
      code: 'sqlite.needs-recovery',
      fate: 'never',
    });
  });

  test('is recovered when it is opened as a target', async () => {
    const address = await torn();
    await using system = await sqlite.open(address, contextFor('target'));
    const { rows } = await readAll(system, 'people');
    expect(rows.filter(([, name]) => name === 'half')).toEqual([]);
    expect(rows.length).toBe(5_000);
  });
});

describe('another program', () => {
  test('that is writing: later, and nothing is half done', async () => {
    await using system = await sqlite.open(impatient(), contextFor('target'));
    await writesOf(system).prepare(run);
    using other = new SqliteFile(plain.address.path);
    other.run('BEGIN IMMEDIATE');
    await expect(writeRows(system, 'people', wanted)).rejects.toMatchObject({
      code: 'sqlite.locked',
      fate: 'later',
    });
    other.run('COMMIT');
    expect((await writeRows(system, 'people', wanted)).applied).toBe(true);
  });

  test('that is reading when the slice commits: later, rolled back, and possible again', async () => {
    await using system = await sqlite.open(impatient(), contextFor('target'));
    await writesOf(system).prepare(run);
    await using reader = await sqlite.open(plain.address, contextFor('source'));
    {
      await using snapshot = await reader.reads.snapshot();
      await expect(writeRows(system, 'people', wanted)).rejects.toMatchObject({
        code: 'sqlite.locked',
        fate: 'later',
      });
      expect((await collect(snapshot.read(await relationIn(reader, 'people'), wholeRelation))).rows).toEqual(
        [],
      );
    }
    expect(await writesOf(system).applied(run)).toEqual([]);
    expect((await writeRows(system, 'people', wanted)).applied).toBe(true);
  });
});

describe('a file', () => {
  test('that is full: pause, nothing of the slice stays, and there is room again', async () => {
    await using system = await sqlite.open(plain.address, contextFor('target'));
    await writesOf(system).prepare(run);
    // A limit of pages on the writing connection: SQLite takes it for a full disk.
    await system.creates?.create(['PRAGMA max_page_count = 60']);
    const wide = peopleRows(1, 200).map(([id, , amount]) => [id!, 'n'.repeat(50_000), amount!]);
    const slice = { fields: peopleFields, rows: wide };
    await expect(writeRows(system, 'people', slice)).rejects.toMatchObject({
      code: 'sqlite.full',
      fate: 'pause',
    });
    expect(plain.all('SELECT count(*) FROM people')).toEqual([[0n]]);
    expect(await writesOf(system).applied(run)).toEqual([]);
    await system.creates?.create(['PRAGMA max_page_count = 1000000']);
    expect((await writeRows(system, 'people', slice)).applied).toBe(true);
    expect(plain.all('SELECT count(*) FROM people')).toEqual([[200n]]);
  });

  test('that may not be written: never', async () => {
    if (process.getuid?.() === 0) {
      // Permissions do not bind root: the flag in the header that says "newer format, read only" does.
      const file = readFileSync(plain.address.path);
      file[18] = 3;
      writeFileSync(plain.address.path, file);
    } else chmodSync(plain.address.path, 0o444);
    await using system = await sqlite.open(plain.address, contextFor('target'));
    await expect(writesOf(system).prepare(run)).rejects.toMatchObject({
      code: 'sqlite.read-only',
      fate: 'never',
    });
  });

  test('that was cut off: never, and no record is made up', async () => {
    await plain.seed('people', peopleFields, peopleRows(1, 20_000));
    truncateSync(plain.address.path, 200 * 1024);
    const reading = async (): Promise<unknown> => {
      await using system = await sqlite.open(plain.address, contextFor('source'));
      return await readAll(system, 'people');
    };
    await expect(reading()).rejects.toMatchObject({ code: 'sqlite.damaged', fate: 'never' });
  });

  test('with bookkeeping of a newer version is refused', async () => {
    await using system = await sqlite.open(plain.address, contextFor('target'));
    await writesOf(system).prepare(run);
    plain.run("UPDATE _godwit_format SET version = '2'");
    await expect(writesOf(system).applied(run)).rejects.toMatchObject({ code: 'sqlite.newer-bookkeeping' });
    await expect(writeRows(system, 'people', wanted)).rejects.toMatchObject({
      code: 'sqlite.newer-bookkeeping',
    });
  });

  test('put in the place of another is another system; its path may be a link', async () => {
    await using system = await sqlite.open(plain.address, contextFor('source'));
    const before = await system.fingerprint();
    const copy = readFileSync(plain.address.path);
    mkdirSync(join(plain.folder, 'old'));
    renameSync(plain.address.path, join(plain.folder, 'old', 'system.sqlite'));
    writeFileSync(plain.address.path, copy);
    await using clone = await sqlite.open(plain.address, contextFor('source'));
    expect((await clone.fingerprint()).server).not.toBe(before.server);
    symlinkSync(plain.address.path, join(plain.folder, 'link.sqlite'));
    await using linked = await sqlite.open({ path: join(plain.folder, 'link.sqlite') }, contextFor('source'));
    expect(await linked.fingerprint()).toEqual(await clone.fingerprint());
  });
});

test('a relation that is gone, and a seal that is missing, are said in words', async () => {
  await using system = await sqlite.open(plain.address, contextFor('target'));
  const relation = await relationIn(system, 'people');
  plain.run('DROP TABLE people');
  {
    await using snapshot = await system.reads.snapshot();
    await expect(snapshot.count(relation)).rejects.toMatchObject({ code: 'sqlite.statement-failed' });
  }
  plain.run('CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, amount INTEGER)');
  await using unsealed = await sqlite.open(plain.address, { ...contextFor('target'), seal: null });
  await expect(writeRows(unsealed, 'people', wanted)).rejects.toMatchObject({ code: 'sqlite.unsealed' });
});
