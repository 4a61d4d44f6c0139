import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { contextOf, copyThing, keptIn, openCopy } from '../../tests/lanes/copy-session.ts';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../../tests/servers/index.ts';
import { type OpenSystem, postgres } from '../connectors/index.ts';
import type { Transform } from '../expressions/index.ts';
import { findRelation, type Relation, Secret } from '../model/index.ts';
import { executeStep, type ObjectPlan, type Session, type StepReport, undoRun } from './index.ts';

/** One large slice with a few records that the target refuses: only what lies around them is read. */

const rows = 4_000;
const bad = [7, 1_234, 1_235];
const fields = ['id', 'note'];

/** The ids in keys such as `["8"]`. */
function numbers(keys: readonly (string | null)[]): readonly number[] {
  return keys.map((key) => Number(JSON.parse(key ?? '[]')[0])).sort((a, b) => a - b);
}

describe.skipIf(skipWithoutPostgres(18))('a large slice with bad records', () => {
  let server: PostgresAccess;
  let database: string;
  let client: Client;
  let folder: string;
  let recordsRead = 0;
  beforeAll(async () => {
    server = await sharedPostgres(18);
    database = await server.createDatabase();
    const { host, port, user, password } = server;
    client = new Client({ host, port, user, password, database });
    await client.connect();
    folder = await mkdtemp(join(tmpdir(), 'godwit-pieces-'));
  });
  beforeEach(async () => {
    await client.query(`DROP SCHEMA IF EXISTS old, new, godwit CASCADE; CREATE SCHEMA old; CREATE SCHEMA new;
      CREATE TABLE old.things (id bigint PRIMARY KEY, note text);
      INSERT INTO old.things SELECT i, CASE WHEN i = ANY (ARRAY[${bad.join(', ')}]) THEN 'bad' ELSE 'n' || i END
        FROM generate_series(1, ${rows}) i;
      CREATE TABLE new.things (id bigint PRIMARY KEY, note text CHECK (note <> 'bad'))`);
    recordsRead = 0;
  });
  afterAll(async () => {
    await client.end();
    await rm(folder, { recursive: true });
  });

  async function open(role: 'source' | 'target'): Promise<OpenSystem> {
    const { host, port, user, password } = server;
    const schema = role === 'source' ? 'old' : 'new';
    const login = { host, port, user, password: new Secret(password), database };
    return postgres.open({ ...login, schema, tls: 'off' }, contextOf(role));
  }

  /** The source as it is; the records that are read one by one are counted. */
  async function openSource(): Promise<OpenSystem> {
    const system = await open('source');
    const snapshot = async (): ReturnType<OpenSystem['reads']['snapshot']> => {
      const real = await system.reads.snapshot();
      const read: typeof real.read = async function* (...asked) {
        for await (const batch of real.read(...asked)) {
          recordsRead += batch.rows.length;
          yield batch;
        }
      };
      return new Proxy(real, {
        get: (target, name) => {
          if (name === 'read') return read;
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      });
    };
    return new Proxy(system, {
      get: (target, name) => {
        if (name === 'reads') return { snapshot };
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  }

  async function begin(run: string): Promise<Session> {
    const systems = { source: openSource, target: async () => open('target') };
    const limits = { rowsPerSlice: rows, pipedSliceFactor: 2, partRowsMin: 100 };
    return openCopy(systems, { ...keptIn(folder, run), limits });
  }

  async function plans(): Promise<ReadonlyMap<string, ObjectPlan>> {
    await using from = await open('source');
    await using to = await open('target');
    const source = findRelation(await from.inspects.inspect(), 'things') as Relation;
    const target = findRelation(await to.inspects.inspect(), 'things') as Relation;
    const transform: Transform = {
      object: 'thing',
      targetFields: fields,
      lookups: [],
      copies: fields.map((name) => ({ source: name, target: name })),
      apply: (row) => ({ kind: 'records', rows: [row] }),
    };
    const plan: ObjectPlan = {
      object: 'thing',
      source,
      target,
      mode: 'empty-only',
      key: ['id'],
      captureIds: false,
      copyTransform: () => transform,
      linkTransform: () => transform,
    };
    return new Map([['thing', plan]]);
  }

  async function count(condition = 'true'): Promise<number> {
    const { rows: found } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM new.things WHERE ${condition}`,
    );
    return found[0]?.n ?? 0;
  }

  function expectCopied({ counts, slicesApplied }: StepReport): void {
    expect(counts).toEqual({
      rowsRead: rows,
      rowsWritten: rows - bad.length,
      rowsQuarantined: bad.length,
      rowsPurged: 0,
    });
    expect(slicesApplied).toBe(1);
  }

  test('is read only around them, and keeps one checkpoint', async () => {
    await using work = await begin('around');
    expectCopied(await executeStep(work, copyThing, await plans()));
    expect(await count("note = 'n' || id")).toBe(rows - bad.length);
    // Of 4,000 records two parts of 80.
    expect(recordsRead).toBe(160);
    const keys: (string | null)[] = [];
    for await (const { id } of work.journal.entries({})) keys.push((await work.journal.entry(id))!.entry.key);
    expect(numbers(keys)).toEqual(bad);
    expect((await undoRun(work, await plans())).outcome).toBe('undone');
    expect(await count()).toBe(0);
    await work.journal[Symbol.asyncDispose]();
  });

  test('is taken back but for what somebody changed, in bulk pieces and among records', async () => {
    await client.query("INSERT INTO new.things VALUES (0, 'theirs')");
    await using work = await begin('changed');
    expectCopied(await executeStep(work, copyThing, await plans()));
    await client.query("UPDATE new.things SET note = 'mine' WHERE id IN (0, 8, 9, 3000)");
    const undone = await undoRun(work, await plans());
    expect(undone.outcome).toBe('left-some');
    expect(numbers(undone.left.map(({ key }) => key))).toEqual([8, 9, 3000]);
    expect(await count()).toBe(4);
    await client.query("UPDATE new.things SET note = 'n' || id WHERE id IN (8, 9)");
    const left = (await undoRun(work, await plans())).left;
    expect(numbers(left.map(({ key }) => key))).toEqual([3000]);
    expect(await count('id = 3000')).toBe(1);
    await work.journal[Symbol.asyncDispose]();
  });

  test('is read whole where records of it refer to each other', async () => {
    await client.query('ALTER TABLE new.things ADD FOREIGN KEY (id) REFERENCES new.things (id)');
    await using work = await begin('self');
    expectCopied(await executeStep(work, copyThing, await plans()));
    expect(recordsRead).toBe(rows);
    await work.journal[Symbol.asyncDispose]();
  });
});
