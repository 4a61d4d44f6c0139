import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { integer64, type Slice } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { sqlite } from './open.ts';
import { PlainSqlite } from './plain-sqlite.contract.ts';
import { loadInto } from './read-both-ways.contract.ts';

const all: Slice = { number: 0, after: null, upTo: null, rowsEstimate: 0 };

/** A tuple of one field of eight bytes. */
const idOf = (id: number): string => `000100000008${id.toString(16).padStart(16, '0')}`;

const answer = `
  const { DatabaseSync } = require('node:sqlite');
  const [path, ...statements] = process.argv.slice(1);
  const database = new DatabaseSync(path, { timeout: 20 });
  const told = statements.map((sql) => {
    try {
      return database.prepare(sql).all().flatMap(Object.values);
    } catch (error) {
      return [error.message];
    }
  });
  console.log(JSON.stringify(told));`;

describe.each(['delete', 'wal'] as const)('while a snapshot reads, in journal mode %s', (mode) => {
  let plain: PlainSqlite;
  beforeEach(() => {
    plain = new PlainSqlite(mode);
    plain.run('CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1), (2)');
  });
  afterEach(async () => plain[Symbol.asyncDispose]());

  /** What SQLite in another process answers: to this one it says nothing of locks it only believes to hold. */
  function elsewhere(...statements: readonly string[]): unknown[][] {
    return JSON.parse(
      execFileSync(process.execPath, ['-e', answer, plain.address.path, ...statements], { encoding: 'utf8' }),
    ) as unknown[][];
  }

  test('its locks outlast every look at the file, whoever else begins and ends meanwhile', async () => {
    await using system = await sqlite.open(plain.address, contextFor('source'));
    const relation = await relationIn(system, 't');
    await using first = await system.reads.snapshot();
    {
      await using other = await sqlite.open(plain.address, contextFor('source'));
      await using second = await other.reads.snapshot();
      expect(second.position).toBe(first.position);
    }
    const told = elsewhere('INSERT INTO t VALUES (3)', 'PRAGMA wal_checkpoint(TRUNCATE)');
    if (mode === 'delete') expect(told[0]).toEqual(['database is locked']);
    else {
      expect(told[0]).toEqual([]);
      // Busy: what the snapshot reads from the log may not go yet.
      expect(told[1]?.[0]).toBe(1);
    }
    expect(await first.count(relation)).toBe('2');
  });

  test('threads that read the pages of the file see nothing of what others write, and keep the locks as well', async () => {
    await using system = await sqlite.open(plain.address, contextFor('source'));
    const relation = await relationIn(system, 't');
    const load = loadInto(relation, 'id', integer64);
    await using snapshot = await system.reads.snapshot();
    const { exports } = snapshot;
    const ids = async (): Promise<string> => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of exports!.export(relation, all, load)) chunks.push(chunk);
      return Buffer.concat(chunks).toString('hex');
    };
    expect(await exports!.describe!(relation)).toBe('read from the pages of the file');
    const before = await Promise.all([ids(), ids()]);
    const told = elsewhere('INSERT INTO t VALUES (3)', 'PRAGMA wal_checkpoint(TRUNCATE)');
    expect(told[0]).toEqual(mode === 'delete' ? ['database is locked'] : []);
    expect([await ids(), await ids()]).toEqual(before);
    expect(before[0]).toContain(idOf(2));
    expect(before[0]).not.toContain(idOf(3));
  });

  test('and with it they end', async () => {
    await using system = await sqlite.open(plain.address, contextFor('source'));
    {
      await using _snapshot = await system.reads.snapshot();
    }
    expect(elsewhere('INSERT INTO t VALUES (3)', 'PRAGMA wal_checkpoint(TRUNCATE)')).toMatchObject([
      [],
      [0, expect.any(Number), expect.any(Number)],
    ]);
  });
});
