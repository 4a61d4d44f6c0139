import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SeededChoice } from '../../demo/seeded-choice.ts';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../../tests/servers/index.ts';
import { type OpenSystem, postgres } from '../connectors/index.ts';
import type { Transform } from '../expressions/index.ts';
import { sealFromKey, silentLog, systemClock, systemRandom } from '../host/index.ts';
import { findRelation, type Relation, type RunbookStep, Secret, Warrant } from '../model/index.ts';
import {
  executeStep,
  lockProject,
  type ObjectPlan,
  openSession,
  openSqliteJournal,
  type Session,
  type StepReport,
  undoRun,
} from './index.ts';

/**
 * Made-up tables with records the target refuses: the pipe and the records lane must give the same target and quarantine.
 * GODWIT_PROVE=1 for 2,000 of them, GODWIT_SEED to repeat.
 */
const tables = process.env['GODWIT_PROVE'] === '1' ? 2_000 : 6;

const seal = sealFromKey(new Uint8Array(32).fill(9));
const step: RunbookStep = {
  id: 'copy-thing',
  title: 'thing',
  action: { kind: 'copy', object: 'thing', deferred: [] },
  shows: [],
  check: 'counts',
  stopPoint: null,
  rollback: null,
  irreversible: false,
  approver: 'anyone',
  rehearsedMs: null,
};

/** A type, a value made of `i`, and a check that some of them break. */
const columns = [
  ['integer', 'i % 11', '%s <> 7'],
  ['bigint', '(i * 99991)::bigint', null],
  ['numeric(12,2)', 'i / 3.0', '%s < 40'],
  ['text', "'tab\t' || i || E'\\\\N \"' || repeat('ü', i % 5)", "%s NOT LIKE '%%17%%'"],
  ['varchar(40)', "CASE WHEN i % 4 > 0 THEN 'v' || i END", null],
  ['timestamptz', "'2026-11-21 10:00:00.123456+00'::timestamptz - i * interval '1 day 3 min'", null],
  ['date', "CASE WHEN i % 9 = 0 THEN 'infinity'::date ELSE '1900-01-01'::date + i END", null],
  ['jsonb', "jsonb_build_object('n', i, 'e', NULL)", "%s->>'n' <> '23'"],
  ['bytea', "convert_to('b' || i, 'UTF8')", null],
  ['text[]', "ARRAY['a,b', NULL, i::text]", null],
  ['double precision', 'sqrt(i)', null],
  ['boolean', 'i % 3 = 0', null],
] as const;

interface Drawn {
  readonly source: string;
  readonly target: string;
  readonly fields: readonly string[];
}

/** SQL for a source with records and for its target: fewer fields, in another order, with rules of its own. */
function draw(choice: SeededChoice): Drawn {
  const count = 1 + choice.below(6);
  const chosen = Array.from({ length: count }, (_none, at) => ({
    name: `c${at}`,
    column: columns[choice.below(columns.length)] ?? columns[0],
  }));
  const rows = choice.below(4) === 0 ? choice.below(3) : choice.below(160);
  const made = chosen.map(({ name, column }) => `${name} ${column[0]}`).join(', ');
  const values = chosen.map(({ column }) => `(${column[1]})::${column[0]}`).join(', ');
  const kept = chosen.filter(() => choice.below(5) > 0);
  const targetFields = kept.map(({ name, column }) => {
    const rule =
      column[2] !== null && choice.below(2) === 0
        ? ` CHECK (${column[2].replace('%s', name).replaceAll('%%', '%')})`
        : '';
    return `${name} ${column[0]}${choice.below(6) === 0 ? ' NOT NULL' : ''}${rule}${choice.below(9) === 0 ? ' UNIQUE' : ''}`;
  });
  const key =
    choice.below(3) === 0 ? ["('k' || i) AS id", 'text COLLATE "und-x-icu"'] : ['i AS id', 'bigint'];
  const fields = ['id', ...kept.map(({ name }) => name)]
    .map((name) => ({ name, place: choice.fraction() }))
    .sort((a, b) => a.place - b.place)
    .map(({ name }) => name);
  return {
    source: `CREATE TABLE thing (id ${key[1]} PRIMARY KEY, ${made});
      INSERT INTO thing SELECT ${key[0]}, ${values} FROM generate_series(1, ${rows}) i`,
    target: `CREATE TABLE thing (${[`id ${key[1]} PRIMARY KEY`, ...targetFields].reverse().join(', ')})`,
    fields,
  };
}

describe.skipIf(skipWithoutPostgres(18))('lanes', () => {
  let server: PostgresAccess;
  let database: string;
  let client: Client;
  let folder: string;
  beforeAll(async () => {
    server = await sharedPostgres(18);
    database = await server.createDatabase();
    const { host, port, user, password } = server;
    client = new Client({ host, port, user, password, database });
    await client.connect();
    folder = await mkdtemp(join(tmpdir(), 'godwit-lanes-'));
  });
  afterAll(async () => {
    await client.end();
    await rm(folder, { recursive: true });
  });

  async function open(role: 'source' | 'target', schema: string): Promise<OpenSystem> {
    const { host, port, user, password } = server;
    return postgres.open(
      { host, port, user, password: new Secret(password), database, schema, tls: 'off' },
      {
        clock: systemClock,
        random: systemRandom,
        log: silentLog,
        seal,
        signal: new AbortController().signal,
        name: role,
        role,
      },
    );
  }

  async function relationIn(role: 'source' | 'target', schema: string): Promise<Relation> {
    await using system = await open(role, schema);
    return findRelation(await system.inspects.inspect(), 'thing') as Relation;
  }

  async function session(run: string, schema: string): Promise<Session & AsyncDisposable> {
    await using target = await open('target', schema);
    const warrant = Warrant.issue({
      runbookId: 'sha256:x',
      world: 'live',
      target: await target.fingerprint(),
      steps: [step.id],
      expiresAt: '2100-01-01T00:00:00.000Z',
      approvals: [],
    });
    return openSession({
      run,
      runbookId: 'sha256:x',
      journal: openSqliteJournal({ path: join(folder, `${run}.sqlite`), seal, clock: systemClock }),
      lock: lockProject({ path: join(folder, `${run}.lock`), purpose: 'a test', clock: systemClock }),
      systems: { source: async () => open('source', 'old'), target: async () => open('target', schema) },
      warrant,
      clock: systemClock,
      random: systemRandom,
      log: silentLog,
      signal: new AbortController().signal,
      record: async () => undefined,
      judge: () => 'go',
      onProgress: () => undefined,
      mask: (text) => text,
      // Of two records with one unique value the first slice keeps it: there the engine has to take one after the other.
      limits: { rowsPerSlice: 30, pipedSliceFactor: 1, slicesAtOnceMax: 4 },
    });
  }

  async function travel(
    run: string,
    schema: string,
    fields: readonly string[],
    piped: boolean,
  ): Promise<{
    readonly report: StepReport;
    readonly content: unknown;
    readonly entries: readonly string[];
  }> {
    const [source, target] = [await relationIn('source', 'old'), await relationIn('target', schema)];
    const places = fields.map((name) => source.fields.findIndex((field) => field.name === name));
    const transform: Transform = {
      object: 'thing',
      targetFields: fields,
      lookups: [],
      ...(piped && { copies: fields.map((name) => ({ source: name, target: name })) }),
      apply: (row) => ({ kind: 'records', rows: [places.map((at) => row[at] ?? null)] }),
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
    const plans = new Map([['thing', plan]]);
    await using work = await session(run, schema);
    const report = await executeStep(work, step, plans);
    const content = (
      await client.query(`SELECT t::text FROM ${schema}.thing t ORDER BY id::text COLLATE "C"`)
    ).rows;
    const entries: string[] = [];
    for await (const { id } of work.journal.entries({})) {
      const { key, code, field, rule } = (await work.journal.entry(id))!.entry;
      entries.push(JSON.stringify([key, code, field, rule]));
    }
    expect((await undoRun(work, plans)).outcome).toBe('undone');
    expect((await client.query(`SELECT count(*)::int AS n FROM ${schema}.thing`)).rows).toEqual([{ n: 0 }]);
    await work.journal[Symbol.asyncDispose]();
    return { report, content, entries: entries.sort() };
  }

  const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 1_000_000);
  test(`give the same target and the same quarantine (GODWIT_SEED=${seed})`, {
    timeout: tables * 60_000,
  }, async () => {
    const choice = new SeededChoice(seed);
    const seen = { piped: 0, refused: 0 };
    for (let at = 0; at < tables; at += 1) {
      const { source, target, fields } = draw(choice);
      await client.query(`DROP SCHEMA IF EXISTS old, piped, single CASCADE; CREATE SCHEMA old; CREATE SCHEMA piped; CREATE SCHEMA single;
        SET search_path = old; ${source}; SET search_path = piped; ${target}; SET search_path = single; ${target}; RESET search_path`);
      const piped = await travel(`piped-${at}`, 'piped', fields, true);
      const single = await travel(`single-${at}`, 'single', fields, false);
      const shown = `${source}\n${target}`;
      expect(piped.content, shown).toEqual(single.content);
      expect(piped.entries, shown).toEqual(single.entries);
      expect(piped.report.counts, shown).toEqual(single.report.counts);
      expect(single.report.notes[0]).toContain('record by record');
      seen.piped += piped.report.notes[0]?.includes('pipe') ? 1 : 0;
      seen.refused += piped.entries.length > 0 ? 1 : 0;
    }
    expect(seen.piped).toBe(tables);
    if (tables > 100) expect(seen.refused).toBeGreaterThan(tables / 10);
  });
});
