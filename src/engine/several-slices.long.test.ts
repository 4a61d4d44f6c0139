import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { contextOf, copyThing, openCopy } from '../../tests/lanes/copy-session.ts';
import { type PostgresServer, skipWithoutPostgres, startPostgres } from '../../tests/servers/index.ts';
import { type OpenSystem, postgres } from '../connectors/index.ts';
import type { Transform } from '../expressions/index.ts';
import { sealFromKey, systemClock } from '../host/index.ts';
import { findRelation, type Relation, Secret } from '../model/index.ts';
import {
  executeStep,
  lockProject,
  type ObjectPlan,
  openSqliteJournal,
  type ProjectLock,
  type Session,
  type SessionOptions,
  type StepReport,
  undoRun,
} from './index.ts';

/** Several slices of one relation on their way into one table, through the pipe, while everything breaks that can. */

const rows = 2_000;
const refused = rows / 50;
const seal = sealFromKey(new Uint8Array(32).fill(5));
const fields = ['id', 'code', 'points', 'note'];

const tables = `
  CREATE SCHEMA old; CREATE SCHEMA new;
  CREATE TABLE old.things (id bigint PRIMARY KEY, code text NOT NULL UNIQUE, points numeric, note text);
  INSERT INTO old.things SELECT i, 'c' || i, CASE WHEN i % 50 = 0 THEN -1 ELSE i / 7.0 END, repeat('ü', i % 90)
    FROM generate_series(1, ${rows}) i;
  CREATE TABLE new.things (id bigint PRIMARY KEY, code text NOT NULL UNIQUE, points numeric CHECK (points >= 0), note text)`;

const differences = `
  WITH was AS (SELECT * FROM old.things WHERE points >= 0)
  SELECT (SELECT count(*) FROM (TABLE was EXCEPT ALL TABLE new.things) AS lost)
    + (SELECT count(*) FROM (TABLE new.things EXCEPT ALL TABLE was) AS extra)`;

describe.skipIf(skipWithoutPostgres(18))('several slices at once', () => {
  let server: PostgresServer;
  let template: string;
  let database: string;
  let folder: string;
  let lock: ProjectLock;
  let plans: ReadonlyMap<string, ObjectPlan>;
  let user: { readonly user: string; readonly password: string };
  beforeAll(async () => {
    server = await startPostgres({ major: 18 });
    template = await server.createDatabase();
    database = template;
    user = server;
    await ask(tables);
    plans = await readPlans();
  });
  afterAll(async () => server.stop());
  beforeEach(async () => {
    database = await server.createDatabase(undefined, template);
    user = server;
    folder = await mkdtemp(join(tmpdir(), 'godwit-run-'));
    lock = lockProject({ path: join(folder, 'lock.sqlite'), purpose: 'a test', clock: systemClock });
  });
  afterEach(async () => {
    lock[Symbol.dispose]();
    await rm(folder, { recursive: true });
  });

  async function connect(): Promise<Client> {
    const { host, port, user, password } = server;
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    return client;
  }

  async function ask(sql: string): Promise<string> {
    const client = await connect();
    try {
      const answer = await client.query({ text: sql, rowMode: 'array' });
      return String((answer as { rows?: unknown[][] }).rows?.[0]?.[0]);
    } finally {
      await client.end();
    }
  }

  async function open(role: 'source' | 'target'): Promise<OpenSystem> {
    const { host, port } = server;
    const { user: login, password } = user;
    const schema = role === 'source' ? 'old' : 'new';
    return postgres.open(
      { host, port, user: login, password: new Secret(password), database, schema, tls: 'off' },
      contextOf(role),
    );
  }

  async function readPlans(): Promise<ReadonlyMap<string, ObjectPlan>> {
    await using source = await open('source');
    await using target = await open('target');
    const relationOf = async (system: OpenSystem): Promise<Relation> =>
      findRelation(await system.inspects.inspect(), 'things')!;
    const transform: Transform = {
      object: 'thing',
      targetFields: fields,
      lookups: [],
      copies: fields.map((name) => ({ source: name, target: name })),
      apply: (row) => ({ kind: 'records', rows: [row] }),
    };
    const relations = { source: await relationOf(source), target: await relationOf(target) };
    const rest = { object: 'thing', mode: 'empty-only', key: ['id'], captureIds: false } as const;
    return new Map([
      ['thing', { ...rest, ...relations, copyTransform: () => transform, linkTransform: () => transform }],
    ]);
  }

  async function session(options: Partial<SessionOptions> = {}): Promise<Session> {
    const systems = { source: async () => open('source'), target: async () => open('target') };
    return openCopy(systems, {
      run: 'run-1',
      journal: openSqliteJournal({ path: join(folder, 'journal.sqlite'), seal, clock: systemClock }),
      lock,
      ...options,
      limits: {
        rowsPerSlice: 100,
        pipedSliceFactor: 1,
        slicesAtOnceMax: 4,
        retry: { baseMs: 5, capMs: 100, budgetMs: 60_000 },
        ...options.limits,
      },
    });
  }

  async function run(options: Partial<SessionOptions> = {}): Promise<StepReport> {
    await using work = await session(options);
    try {
      return await executeStep(work, copyThing, plans);
    } finally {
      await work.journal[Symbol.asyncDispose]();
    }
  }

  /** Nothing lost, nothing doubled, each refused record in quarantine once. */
  async function expectWhole(): Promise<void> {
    expect(await ask(differences)).toBe('0');
    await using work = await session();
    const found: string[] = [];
    for await (const { code, keyDigest } of work.journal.entries({})) found.push(`${code} ${keyDigest}`);
    expect(found.filter((entry) => entry.startsWith('target.check '))).toHaveLength(refused);
    expect(new Set(found).size).toBe(refused);
    await work.journal[Symbol.asyncDispose]();
  }

  /** How many sessions wait for the target table, which somebody else holds. */
  /** To load, or before it to look whether records of others are there. */
  const waiting = `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%"new"."things"%'`;

  test('really travel at once, through the pipe, and say so', async () => {
    const holder = await connect();
    await holder.query('BEGIN; LOCK TABLE new.things IN ACCESS EXCLUSIVE MODE');
    const running = run();
    const deadline = Date.now() + 20_000;
    while ((await ask(waiting)) !== '4' && Date.now() < deadline) await delay(20);
    expect(await ask(waiting)).toBe('4');
    await holder.query('COMMIT');
    await holder.end();
    const { counts, notes } = await running;
    expect(notes).toEqual(['through the pipe (binary COPY)', '4 slices at once']);
    expect(counts).toMatchObject({ rowsRead: rows, rowsWritten: rows - refused, rowsQuarantined: refused });
    await expectWhole();
  });

  test('take turns where the order decides who goes into quarantine', async () => {
    await ask('ALTER TABLE old.things DROP CONSTRAINT things_code_key');
    const before = plans;
    plans = await readPlans();
    try {
      expect((await run()).notes).toContain(
        'one slice after the other: two records of the source may be one by things_code_key',
      );
    } finally {
      plans = before;
    }
  });

  test('are fewer where the server has no connections to spare', async () => {
    await ask(`CREATE ROLE mover LOGIN PASSWORD 'm' CONNECTION LIMIT 7; GRANT CREATE ON DATABASE ${database} TO mover;
      GRANT USAGE ON SCHEMA old, new TO mover; GRANT ALL ON ALL TABLES IN SCHEMA old, new TO mover`);
    user = { user: 'mover', password: 'm' };
    const { notes } = await run();
    expect(notes[1]).toBe('1 of 4 slices at once: the systems have no more sessions for them');
    await ask('ALTER ROLE mover CONNECTION LIMIT 40');
    await using target = await open('target');
    expect(await target.slicesAtOnceMax?.()).toBeGreaterThan(10);
    await expectWhole();
  });

  test('go on when all connections are cut, again and again', async () => {
    let cuts = 0;
    await run({
      judge: async ({ slicesApplied }): Promise<'go'> => {
        if (slicesApplied % 5 === 4) {
          cuts += 1;
          await ask(
            `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'godwit%' AND datname = '${database}'`,
          );
        }
        return 'go';
      },
    });
    expect(cuts).toBeGreaterThan(2);
    await expectWhole();
  });

  test('lose nothing when the server is killed and comes back', async () => {
    let restarted = 0;
    await run({
      judge: async ({ slicesApplied }): Promise<'go'> => {
        if (slicesApplied === 7 && restarted === 0) {
          restarted += 1;
          await server.kill();
          setTimeout(() => void server.restart(), 50);
        }
        return 'go';
      },
    });
    expect(restarted).toBe(1);
    await expectWhole();
  });

  test.each(['between-quarantine-and-commit', 'between-checkpoint-and-ledger', 'after-ledger'] as const)(
    'are found whole or not at all after a kill %s',
    async (place) => {
      for (let kills = 0; kills < 4; kills += 1) {
        let passed = 0;
        const crash = (point: string): void => {
          passed += point === place ? 1 : 0;
          if (passed > kills + 1) throw new RangeError('killed');
        };
        await expect(run({ crash })).rejects.toThrow('killed');
      }
      const { counts } = await run();
      expect(counts).toMatchObject({ rowsRead: rows, rowsWritten: rows - refused });
      await expectWhole();
    },
  );

  test('under way are finished when somebody asks to stop, and the rest comes later', async () => {
    const stop = new AbortController();
    const { outcome } = await run({
      signal: stop.signal,
      judge: ({ slicesApplied }) => {
        if (slicesApplied >= 5) stop.abort();
        return 'go';
      },
    });
    expect(outcome).toBe('stopped');
    const [applied, written] = [
      await ask('SELECT count(*) FROM godwit.checkpoint'),
      await ask('SELECT sum(rows_written) FROM godwit.checkpoint'),
    ];
    expect(Number(applied)).toBeGreaterThanOrEqual(5);
    expect(Number(applied)).toBeLessThan(12);
    expect(await ask('SELECT count(*) FROM new.things')).toBe(written);
    expect((await run()).outcome).toBe('done');
    await expectWhole();
  });

  test('stop at a rule with what was under way counted in', async () => {
    const report = await run({
      judge: ({ slicesApplied }) =>
        slicesApplied >= 6 ? { pause: 'stop.test', reason: 'enough for today' } : 'go',
    });
    expect(report).toMatchObject({ outcome: 'paused', paused: { code: 'stop.test' } });
    expect(String(report.counts?.rowsWritten)).toBe(await ask('SELECT count(*) FROM new.things'));
    expect(report.slicesApplied).toBe(Number(await ask('SELECT count(*) FROM godwit.checkpoint')));
    expect((await run()).outcome).toBe('done');
    await expectWhole();
  });

  /** Sessions that wait to take a slice back. */
  const takingBack = `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%DELETE FROM "new"."things"%'`;

  test('are taken back at once, too, and cut off anywhere it is gone on with', async () => {
    await run();
    const holder = await connect();
    await holder.query('BEGIN; LOCK TABLE new.things IN SHARE MODE');
    let passed = 0;
    const crash = (point: string): void => {
      passed += point === 'after-undo-slice' ? 1 : 0;
      if (passed === 6) throw new RangeError('killed');
    };
    {
      await using work = await session({ crash });
      const undoing = undoRun(work, plans);
      undoing.catch(() => undefined);
      const deadline = Date.now() + 20_000;
      while ((await ask(takingBack)) !== '4' && Date.now() < deadline) await delay(20);
      expect(await ask(takingBack)).toBe('4');
      await holder.query('COMMIT');
      await holder.end();
      await expect(undoing).rejects.toThrow('killed');
      await work.journal[Symbol.asyncDispose]();
    }
    const rest = Number(await ask('SELECT count(*) FROM new.things'));
    expect(rest).toBeGreaterThan(0);
    expect(rest).toBeLessThan(rows - refused);
    await using work = await session();
    expect(await undoRun(work, plans)).toMatchObject({ outcome: 'undone', rowsRemoved: rest });
    expect(await ask('SELECT count(*) FROM new.things')).toBe('0');
    await work.journal[Symbol.asyncDispose]();
  });

  test('are taken back but for what others changed or need since, which is named', async () => {
    await run();
    await ask(`CREATE TABLE new.notes (thing bigint REFERENCES new.things)`);
    await ask(`UPDATE new.things SET note = 'theirs' WHERE id % 100 = 7`);
    await ask('INSERT INTO new.notes SELECT id FROM new.things WHERE id % 100 = 8');
    await using work = await session();
    const { outcome, left, rowsRemoved } = await undoRun(work, plans);
    expect(outcome).toBe('left-some');
    const keys = left.map(({ key }) => Number((JSON.parse(key) as string[])[0])).sort((a, b) => a - b);
    expect(keys).toEqual(Array.from({ length: rows / 100 }, (_, at) => [at * 100 + 7, at * 100 + 8]).flat());
    expect(rowsRemoved).toBe(rows - refused - keys.length);
    expect(await ask('SELECT count(*) FROM new.things')).toBe(String(keys.length));
    await work.journal[Symbol.asyncDispose]();
  });

  test('are undone', async () => {
    await run();
    await using work = await session();
    expect(await undoRun(work, plans)).toMatchObject({ outcome: 'undone', rowsRemoved: rows - refused });
    expect(await ask('SELECT count(*) FROM new.things')).toBe('0');
    await work.journal[Symbol.asyncDispose]();
  });
});
