import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SeededChoice } from '../../demo/seeded-choice.ts';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../../tests/servers/index.ts';
import { type OpenSystem, postgres } from '../connectors/index.ts';
import { compileTransform, loadGrammar, type Transform } from '../expressions/index.ts';
import { sealFromKey, silentLog, systemClock, systemRandom } from '../host/index.ts';
import {
  type FieldMapping,
  findRelation,
  type ObjectMapping,
  type Relation,
  type RunbookStep,
  Secret,
  Warrant,
} from '../model/index.ts';
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

/** Source fields that mappings compute with, made of `i`; `%bad` says for which records they hold what some of them refuse. */
const raw = [
  ['first', 'text COLLATE caseless', "CASE WHEN i % 5 > 0 THEN 'Ada' || i END"],
  ['last', 'varchar(30)', "CASE i % 4 WHEN 0 THEN '' WHEN 1 THEN ' Müller  ' ELSE 'O''Neil' END"],
  [
    'status',
    'text COLLATE caseless',
    "CASE WHEN %bad THEN 'ACTIVE' ELSE (ARRAY['active', 'gone', 'new'])[i % 3 + 1] END",
  ],
  [
    'amount',
    'text',
    "CASE WHEN %bad THEN (ARRAY['0x1F', '1_000', 'abc', ''])[i % 4 + 1] ELSE (i * 7)::text END",
  ],
  [
    'born',
    'varchar(20)',
    "CASE WHEN %bad THEN (ARRAY['2024-02-30', '21.11.2026'])[i % 2 + 1] ELSE (DATE '1960-02-27' + i)::text END",
  ],
  ['price', 'numeric(12,4)', 'CASE WHEN %bad THEN i / 7.0 ELSE i / 4.0 END'],
  ['big', 'bigint', 'CASE WHEN %bad THEN 3000000000 + i ELSE i END'],
  [
    'code',
    'varchar(12)',
    "CASE WHEN %bad THEN 'too long ' || i WHEN i % 6 = 0 THEN 'ab   ' ELSE 'k' || i END",
  ],
  [
    'moment',
    'timestamp',
    "'2026-01-01'::timestamp + CASE WHEN %bad THEN interval '1 s' ELSE interval '1 day' END * i",
  ],
  ['kind', 'mood', "(ARRAY['sad', 'ok', 'happy'])[i % 3 + 1]::mood"],
] as const;

type Values = FieldMapping['values'];
const statuses: Values = new Map([
  ['active', 'A'],
  ['gone', null],
  ['new', 'N'],
]);
const moods: Values = new Map([
  ['sad', '1'],
  ['ok', '2'],
  ['happy', '3'],
]);

/** A target type and the expression that fills it. */
const computed: readonly (readonly [type: string, from: string, values?: Values])[] = [
  ['text', "concat_ws(' ', first, last)"],
  ['varchar(14)', "trim(coalesce(first, '') || ' ' || trim(last))"],
  ['text', "coalesce(first, nullif(trim(last), ''), 'nobody')"],
  ['text NOT NULL', 'first'],
  ['text', "case status when 'active' then 'on' when 'gone' then 'off' else status end"],
  ['text', "case when first < last or last in ('', 'O''Neil') then last else 'y' end"],
  ['varchar(1)', 'status', statuses],
  ['text', 'status', statuses],
  ['smallint', 'kind', moods],
  ['text', 'kind'],
  ['humour', 'kind'],
  ['humour', "coalesce(nullif(status, 'gone'), 'happy')"],
  ['integer', 'amount::int'],
  ['numeric(8,2)', 'amount::numeric / 4'],
  ['bigint', 'amount::int + big'],
  ['date', 'born::date'],
  ['timestamp', 'born::date'],
  ['numeric(12,2)', 'price'],
  ['integer', 'price::int'],
  ['integer', 'big'],
  ['smallint', 'mod(big, 1000)'],
  ['varchar(5)', 'code'],
  ['varchar(5)', "replace(code, 'k', '')"],
  ['date', 'moment'],
  ['text', 'moment'],
  ['text', "'fixed ''text'''"],
  ['numeric', 'null'],
  ['boolean', "status = 'gone'"],
  ['uuid', 'md5(coalesce(first, last))::uuid'],
];

const rules: readonly (readonly [when: string, reason: string])[] = [
  ["status = 'gone'", 'no longer there'],
  ['big % 5 = 0', 'every fifth'],
  ['amount::int > 500', 'too much'],
  ["first is null and last = ''", 'nameless'],
];

interface Drawn {
  readonly source: string;
  readonly target: string;
  readonly mapping: ObjectMapping;
}

function mappingOf(
  fields: readonly { readonly field: string; readonly from: string; readonly values?: Values }[],
  purge: ObjectMapping['purge'],
): ObjectMapping {
  const rest = { unmatched: 'quarantine', owner: null, note: null, line: null } as const;
  return {
    name: 'thing',
    source: 'thing',
    target: 'thing',
    mode: 'empty-only',
    key: ['id'],
    create: false,
    each: null,
    purge,
    fields: fields.map((field) => ({ values: null, ...field, ...rest })),
    leftBehind: [],
    owner: null,
    note: null,
    file: null,
  };
}

/**
 * SQL for a source with records and for its target: fewer fields, in another order, with rules of its own, some of them
 * computed by the mapping.
 */
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
  const bad = ['false', 'i % 41 = 40', 'i = 17', 'i % 3 = 0'][choice.below(4)] ?? 'false';
  const madeRaw = raw.map(([name, type]) => `"${name}" ${type}`).join(', ');
  const valuesRaw = raw.map(([, , value]) => value.replaceAll('%bad', bad)).join(', ');
  const extra = Array.from({ length: choice.below(5) }, (_none, at) => {
    const [type, from, map = null] = computed[choice.below(computed.length)] ?? ['text', 'first'];
    return { type, field: { field: `x${at}`, from, values: map } };
  });
  const purge = rules.filter(() => choice.below(8) === 0).map(([when, reason]) => ({ when, reason }));
  const key =
    choice.below(3) === 0 ? ["('k' || i) AS id", 'text COLLATE "und-x-icu"'] : ['i AS id', 'bigint'];
  const copied = ['id', ...kept.map(({ name }) => name)].map((name) => ({ field: name, from: name }));
  const fields = [...copied, ...extra.map(({ field }) => field)]
    .map((field) => ({ field, place: choice.fraction() }))
    .sort((a, b) => a.place - b.place)
    .map(({ field }) => field);
  const extraFields = extra.map(({ field, type }) => `${field.field} ${type}`);
  return {
    source: `CREATE TABLE thing (id ${key[1]} PRIMARY KEY, ${made}, ${madeRaw});
      INSERT INTO thing SELECT ${key[0]}, ${values}, ${valuesRaw} FROM generate_series(1, ${rows}) i`,
    target: `CREATE TABLE thing (${[`id ${key[1]} PRIMARY KEY`, ...targetFields, ...extraFields].reverse().join(', ')})`,
    mapping: mappingOf(fields, purge),
  };
}

/** The same mapping as a closure alone. */
function withoutSql(whole: Transform): Transform {
  const { object, targetFields, lookups } = whole;
  return { object, targetFields, lookups, apply: (row, environment) => whole.apply(row, environment) };
}

/** By rule, over all slices. */
function totals(
  counted: readonly { readonly rule: number; readonly reason: string; readonly count: number }[],
): readonly string[] {
  const byRule = Map.groupBy(counted, ({ rule, reason }) => `${rule} ${reason}`);
  const lines = [...byRule].map(
    ([rule, counts]) => `${rule}: ${counts.reduce((sum, { count }) => sum + count, 0)}`,
  );
  return lines.sort();
}

describe.skipIf(skipWithoutPostgres(18))('lanes', () => {
  let server: PostgresAccess;
  let database: string;
  let client: Client;
  let folder: string;
  beforeAll(async () => {
    await loadGrammar();
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
      limits: { rowsPerSlice: 30, pipedSliceFactor: 1, partRowsMin: 2, slicesAtOnceMax: 4 },
    });
  }

  async function travel(
    run: string,
    schema: string,
    mapping: ObjectMapping,
    piped: boolean,
  ): Promise<{
    readonly report: StepReport;
    readonly content: unknown;
    readonly entries: readonly string[];
    readonly purged: unknown;
  }> {
    const [source, target] = [await relationIn('source', 'old'), await relationIn('target', schema)];
    const compiled = compileTransform(mapping, source, target, new Map());
    const transform: Transform = piped ? compiled : withoutSql(compiled);
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
    const purged = totals(await work.journal.purged(run));
    expect((await undoRun(work, plans)).outcome).toBe('undone');
    expect((await client.query(`SELECT count(*)::int AS n FROM ${schema}.thing`)).rows).toEqual([{ n: 0 }]);
    await work.journal[Symbol.asyncDispose]();
    return { report, content, entries: entries.sort(), purged };
  }

  const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 1_000_000);
  test(`give the same target and the same quarantine (GODWIT_SEED=${seed})`, {
    timeout: tables * 60_000,
  }, async () => {
    const choice = new SeededChoice(seed);
    const seen = { computed: 0, refused: 0 };
    for (let at = 0; at < tables; at += 1) {
      const { source, target, mapping } = draw(choice);
      await client.query(`DROP SCHEMA IF EXISTS old, piped, single CASCADE; CREATE SCHEMA old; CREATE SCHEMA piped; CREATE SCHEMA single;
        CREATE TYPE piped.humour AS ENUM ('happy', 'sad', 'active'); CREATE TYPE single.humour AS ENUM ('happy', 'sad', 'active');
        SET search_path = old;
        CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy'); ${source}; SET search_path = piped; ${target}; SET search_path = single; ${target}; RESET search_path`);
      const piped = await travel(`piped-${at}`, 'piped', mapping, true);
      const single = await travel(`single-${at}`, 'single', mapping, false);
      const shown = `${source}\n${target}\n${JSON.stringify(mapping.fields)}\n${JSON.stringify(mapping.purge)}`;
      expect(piped.content, shown).toEqual(single.content);
      expect(piped.entries, shown).toEqual(single.entries);
      expect(piped.report.counts, shown).toEqual(single.report.counts);
      expect(piped.purged, shown).toEqual(single.purged);
      expect(single.report.notes[0]).toContain('record by record');
      expect(piped.report.notes[0], shown).toContain('through the pipe');
      seen.computed += piped.report.notes[0]?.includes('computed') ? 1 : 0;
      seen.refused += piped.entries.length > 0 ? 1 : 0;
    }
    if (tables > 100) expect(Math.min(seen.refused, seen.computed)).toBeGreaterThan(tables / 10);
  });
});
