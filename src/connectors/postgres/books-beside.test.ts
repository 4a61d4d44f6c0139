import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../../../tests/servers/index.ts';
import { type Relation, recordKey, Secret } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { OpenSystem } from '../port.ts';
import type { PostgresAddress } from './address.ts';
import { postgres } from './open.ts';
import { openSchema, undoOne, writeOne } from './opened-schema.contract.ts';

/** Checkpoints, undo information and ids in a file: a target that holds nothing of godwit is written and taken back all the same. */
let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-books-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function anotherFile(): string {
  files += 1;
  return join(folder, `${files}.sqlite`);
}

const tables = `CREATE TABLE item (id integer PRIMARY KEY, name text);
  INSERT INTO item VALUES (1, 'before')`;
const slice = {
  mode: 'upsert',
  fields: ['id', 'name'],
  rows: [
    ['1', 'after'],
    ['2', 'new'],
  ],
  captureIds: true,
} as const;

describe.each([15, 18] as const)('a role that may keep nothing in a PostgreSQL %i', (major) => {
  describe.skipIf(skipWithoutPostgres(major))('on a real server', () => {
    let server: PostgresAccess;
    let database: string;
    let file: string;
    beforeAll(async () => {
      server = await sharedPostgres(major);
      database = await server.createDatabase();
    });
    beforeEach(() => {
      file = anotherFile();
    });

    /** A role with what the documentation says it needs, and nothing else. */
    async function narrow(): Promise<
      { readonly address: PostgresAddress; ask: (sql: string) => Promise<unknown[][]> } & AsyncDisposable
    > {
      const opened = await openSchema(server, database, tables, 'source');
      const { schema } = opened.address;
      const role = `narrow_${schema.replaceAll(/\W/g, '_')}`;
      const name = opened.client.escapeIdentifier(schema);
      await opened.client.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA ${name} TO ${role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${name} TO ${role}`);
      return {
        address: { ...opened.address, user: role, password: new Secret('x'), books: file },
        ask: async (sql) => opened.ask(sql),
        [Symbol.asyncDispose]: async () => {
          await opened.client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
          await opened[Symbol.asyncDispose]();
        },
      };
    }

    const open = async (address: PostgresAddress): Promise<OpenSystem> =>
      postgres.open(address, contextFor('target'));
    const relationOf = async (system: OpenSystem): Promise<Relation> =>
      (await system.inspects.inspect()).relations[0]!;

    test('writes, resolves and takes back; another process goes on from the file', async () => {
      await using target = await narrow();
      {
        const { books: _, ...address } = target.address;
        await using plain = await open(address);
        const lacking = (await plain.check()).find(({ name }) => name === 'privileges');
        expect(lacking).toMatchObject({
          outcome: 'fail',
          fix: expect.stringContaining('GRANT CREATE ON DATABASE'),
        });
        await expect(plain.writes!.prepare('run')).rejects.toMatchObject({ code: 'postgres.permission' });
      }
      {
        await using system = await open(target.address);
        expect((await system.check()).filter(({ outcome }) => outcome === 'fail')).toEqual([]);
        await system.writes!.prepare('run');
        expect(await writeOne(system, await relationOf(system), slice)).toMatchObject({ applied: true });
      }
      expect(await target.ask('SELECT * FROM item ORDER BY id')).toEqual([
        ['1', 'after'],
        ['2', 'new'],
      ]);
      await using later = await open(target.address);
      const relation = await relationOf(later);
      expect(await later.writes!.applied('run')).toMatchObject([{ step: 'step', slice: 0 }]);
      expect(await writeOne(later, relation, slice)).toMatchObject({
        applied: false,
        counts: { rowsWritten: 2 },
      });
      const found = await later.writes!.resolve('run', 'object', [recordKey(['1'])]);
      expect([...found.values()]).toEqual([['2']]);
      await target.ask(`UPDATE item SET name = 'of others' WHERE id = 2`);
      expect(await undoOne(later, relation)).toMatchObject({
        rowsRestored: 1,
        refused: [{ key: recordKey(['2']) }],
      });
      await target.ask(`UPDATE item SET name = 'new' WHERE id = 2`);
      expect(await undoOne(later, relation)).toMatchObject({ rowsRemoved: 1, refused: [] });
      expect(await target.ask('SELECT * FROM item')).toEqual([['1', 'before']]);
      expect(await later.writes!.applied('run')).toEqual([]);
      expect(await later.writes!.resolve('run', 'object', [recordKey(['1'])])).toEqual(new Map());
    });

    test('knows a slice whose commit nobody heard of, and one that never was committed', async () => {
      await using target = await narrow();
      {
        await using system = await open(target.address);
        await system.writes!.prepare('run');
        inFile("CREATE TRIGGER deaf BEFORE DELETE ON under_way BEGIN SELECT RAISE(ABORT, 'gone'); END");
        await expect(writeOne(system, await relationOf(system), slice)).rejects.toMatchObject({
          code: 'postgres.books-unusable',
          fate: 'pause',
        });
        inFile('DROP TRIGGER deaf');
      }
      expect(await target.ask('SELECT count(*) FROM item')).toEqual([['2']]);
      await using later = await open(target.address);
      expect(await later.writes!.applied('run')).toMatchObject([{ step: 'step', slice: 0 }]);
      expect(await writeOne(later, await relationOf(later), slice)).toMatchObject({ applied: false });

      const number = await abortedNumber(target.ask);
      inFile(`INSERT INTO under_way SELECT id, 'step', 1, '${number}', '{}' FROM runs`);
      expect(await later.writes!.applied('run')).toHaveLength(1);
      inFile("INSERT INTO under_way SELECT id, 'step', 1, '9999999999', '{}' FROM runs");
      await expect(later.writes!.applied('run')).rejects.toMatchObject({
        code: 'postgres.outcome-unknown',
        fate: 'pause',
      });
    });

    test('commits nothing while the file cannot be written, and goes on when it can', async () => {
      await using target = await narrow();
      await using system = await open(target.address);
      const relation = await relationOf(system);
      await system.writes!.prepare('run');
      inFile("CREATE TRIGGER full BEFORE INSERT ON under_way BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
      await expect(writeOne(system, relation, slice)).rejects.toMatchObject({
        code: 'postgres.books-unusable',
      });
      expect(await target.ask('SELECT * FROM item')).toEqual([['1', 'before']]);
      inFile('DROP TRIGGER full');
      expect(await writeOne(system, relation, slice)).toMatchObject({ applied: true });
    });

    test('believes no server on another timeline, and no file that knows nothing of the run', async () => {
      await using target = await narrow();
      await using system = await open(target.address);
      const relation = await relationOf(system);
      await system.writes!.prepare('run');
      inFile("UPDATE runs SET timeline = '000000FF'");
      await expect(writeOne(system, relation, slice)).rejects.toMatchObject({
        code: 'postgres.target-put-back',
        fate: 'pause',
      });
      inFile('DELETE FROM runs');
      await expect(writeOne(system, relation, slice)).rejects.toMatchObject({
        code: 'postgres.not-prepared',
      });
      expect(await target.ask('SELECT * FROM item')).toEqual([['1', 'before']]);
    });

    test('keeps nothing in the file that tells of a record', async () => {
      await using target = await narrow();
      await using system = await open(target.address);
      await system.writes!.prepare('run');
      await target.ask(`UPDATE item SET name = 'a secret of Ada'`);
      const rows = [['1', 'another secret']];
      await writeOne(system, await relationOf(system), { ...slice, rows });
      const kept = allBytes();
      expect(kept.length).toBeGreaterThan(300);
      for (const text of ['secret', 'Ada', '["1"]']) expect(kept).not.toContain(text);
    });

    function inFile(sql: string): void {
      const books = new DatabaseSync(file, { timeout: 10_000 });
      try {
        books.exec(sql);
      } finally {
        books.close();
      }
    }

    function allBytes(): string {
      const books = new DatabaseSync(file);
      try {
        const names = books.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
        return names
          .flatMap(({ name }) => books.prepare(`SELECT * FROM "${String(name)}"`).all())
          .flatMap((row) => Object.values(row))
          .map((value) =>
            value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value),
          )
          .join('\n');
      } finally {
        books.close();
      }
    }
  });
});

/** The number of a transaction that changed something and was rolled back. */
async function abortedNumber(ask: (sql: string) => Promise<unknown[][]>): Promise<string> {
  await ask('BEGIN');
  const [row] = await ask('SELECT pg_current_xact_id()');
  await ask('ROLLBACK');
  return String(row?.[0]);
}
