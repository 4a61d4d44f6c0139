import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SeededChoice } from '../../demo/seeded-choice.ts';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../../tests/servers/index.ts';
import { filesConnector, type OpenContext, type OpenSystem, postgres, sqlite } from '../connectors/index.ts';
import { compileTransform, loadGrammar, type Transform } from '../expressions/index.ts';
import { SqliteFile, sealFromKey, silentLog, systemClock, systemRandom } from '../host/index.ts';
import {
  findRelation,
  type ObjectMapping,
  type Relation,
  type RunbookStep,
  Secret,
  Warrant,
} from '../model/index.ts';
import { type Drawn, draw, drawCsv } from './drawn-files.contract.ts';
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
 * Made-up SQLite tables and CSV files, with values and lines that do not belong where they stand: transcoded into binary COPY and written as records
 * they must give the same target, quarantine and counts. GODWIT_PROVE=1 for 1,000 of them, GODWIT_SEED to repeat.
 */
const tables = process.env['GODWIT_PROVE'] === '1' ? 1_000 : 5;

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

describe.skipIf(skipWithoutPostgres(18))('lanes out of files', () => {
  let server: PostgresAccess;
  let database: string;
  let client: Client;
  let folder: string;
  /** Slices of the bulk lane that went record by record. */
  let singly = 0;
  beforeAll(async () => {
    await loadGrammar();
    server = await sharedPostgres(18);
    database = await server.createDatabase();
    const { host, port, user, password } = server;
    client = new Client({ host, port, user, password, database });
    await client.connect();
    await client.query("CREATE TYPE mood AS ENUM ('good', 'so, so')");
    folder = await mkdtemp(join(tmpdir(), 'godwit-lanes-'));
  });
  afterAll(async () => {
    await client.end();
    await rm(folder, { recursive: true });
  });

  const context = (role: OpenContext['role']): OpenContext => ({
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    seal,
    signal: new AbortController().signal,
    name: role,
    role,
  });

  async function openTarget(schema: string): Promise<OpenSystem> {
    const { host, port, user, password } = server;
    const address = {
      host,
      port,
      user,
      password: new Secret(password),
      database,
      schema,
      tls: 'off',
    } as const;
    return postgres.open(address, context('target'));
  }

  type Open = () => Promise<OpenSystem>;

  async function relationOf(open: Open): Promise<Relation> {
    await using system = await open();
    return findRelation(await system.inspects.inspect(), 'thing') as Relation;
  }

  async function session(run: string, source: Open, target: Open): Promise<Session & AsyncDisposable> {
    await using system = await target();
    const warrant = Warrant.issue({
      runbookId: 'sha256:x',
      world: 'live',
      target: await system.fingerprint(),
      steps: [step.id],
      expiresAt: '2100-01-01T00:00:00.000Z',
      approvals: [],
    });
    return openSession({
      run,
      runbookId: 'sha256:x',
      journal: openSqliteJournal({ path: join(folder, `${run}.sqlite`), seal, clock: systemClock }),
      lock: lockProject({ path: join(folder, `${run}.lock`), purpose: 'a test', clock: systemClock }),
      systems: { source, target },
      warrant,
      clock: systemClock,
      random: systemRandom,
      log: { ...silentLog, debug: (message) => (singly += message.includes('record by record') ? 1 : 0) },
      signal: new AbortController().signal,
      record: async () => undefined,
      judge: () => 'go',
      onProgress: () => undefined,
      mask: (text) => text,
      // Of two records with one unique value the first slice keeps it: there the engine has to take one after the other.
      limits: { rowsPerSlice: 30, pipedSliceFactor: 1, slicesAtOnceMax: 4 },
    });
  }

  interface Travelled {
    readonly report: StepReport;
    readonly content: unknown;
    readonly entries: readonly string[];
  }

  async function travel(
    run: string,
    from: Open,
    schema: string,
    mapping: ObjectMapping,
    bulk: boolean,
  ): Promise<Travelled> {
    const into: Open = async () => openTarget(schema);
    const [source, target] = [await relationOf(from), await relationOf(into)];
    const compiled = compileTransform(mapping, source, target, new Map());
    const { object, targetFields, lookups } = compiled;
    const apply: Transform['apply'] = (row, environment) => compiled.apply(row, environment);
    const transform: Transform = bulk ? compiled : { object, targetFields, lookups, apply };
    const plan: ObjectPlan = {
      object: 'thing',
      source,
      target,
      mode: 'empty-only',
      key: mapping.key,
      captureIds: false,
      copyTransform: () => transform,
      linkTransform: () => transform,
    };
    const plans = new Map([['thing', plan]]);
    await using work = await session(run, from, into);
    const report = await executeStep(work, step, plans);
    const content = (await client.query(`SELECT t::text FROM ${schema}.thing t ORDER BY t::text COLLATE "C"`))
      .rows;
    const entries: string[] = [];
    for await (const { id } of work.journal.entries({})) {
      const { key, code, field, rule, where } = (await work.journal.entry(id))!.entry;
      entries.push(JSON.stringify([key, code, field, rule, where]));
    }
    expect((await undoRun(work, plans)).outcome).toBe('undone');
    expect((await client.query(`SELECT count(*)::int AS n FROM ${schema}.thing`)).rows).toEqual([{ n: 0 }]);
    await work.journal[Symbol.asyncDispose]();
    return { report, content, entries: entries.sort() };
  }

  async function freshTargets(sql: string): Promise<void> {
    await client.query(`DROP SCHEMA IF EXISTS bulk, single CASCADE; CREATE SCHEMA bulk; CREATE SCHEMA single;
      SET search_path = bulk, public; ${sql}; SET search_path = single, public; ${sql}; RESET search_path`);
  }

  async function sqliteFile(name: string, statements: readonly string[]): Promise<Open> {
    const place = join(folder, name);
    await mkdir(place, { recursive: true });
    const path = join(place, 'old.sqlite');
    using file = new SqliteFile(path);
    for (const statement of statements) file.run(statement);
    return async () => sqlite.open({ path }, context('source'));
  }

  const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 1_000_000);

  interface Case extends Pick<Drawn, 'target' | 'mapping'> {
    readonly from: Open;
    readonly shown: string;
  }

  /** Brings each over in both ways. */
  async function compare(drawn: (choice: SeededChoice, at: number) => Promise<Case>): Promise<void> {
    const choice = new SeededChoice(seed);
    const seen = { bulk: 0, slices: 0, refused: 0, why: new Set<string>() };
    singly = 0;
    for (let at = 0; at < tables; at += 1) {
      const { from, target, mapping, shown } = await drawn(choice, at);
      await freshTargets(target);
      const bulk = await travel(`bulk-${runs}`, from, 'bulk', mapping, true);
      const single = await travel(`single-${runs}`, from, 'single', mapping, false);
      runs += 1;
      expect(bulk.content, shown).toEqual(single.content);
      expect(bulk.entries, shown).toEqual(single.entries);
      expect(bulk.report.counts, shown).toEqual(single.report.counts);
      expect(single.report.notes[0]).toContain('record by record');
      seen.why.add(bulk.report.notes[0] ?? '');
      seen.bulk += bulk.report.notes[0]?.includes('transcoded') ? 1 : 0;
      seen.slices += bulk.report.slicesApplied;
      seen.refused += bulk.entries.length > 0 ? 1 : 0;
    }
    expect(seen.bulk, [...seen.why].join('\n')).toBeGreaterThan(tables / 3);
    expect(singly, `of ${seen.slices} slices`).toBeLessThan(seen.slices);
    if (tables > 100) expect(seen.refused).toBeGreaterThan(tables / 10);
  }
  let runs = 0;

  test(`SQLite gives the same target and the same quarantine (GODWIT_SEED=${seed})`, {
    timeout: tables * 60_000,
  }, async () => {
    await compare(async (choice, at) => {
      const { source, target, mapping } = draw(choice);
      const from = await sqliteFile(`sqlite-${at}`, source);
      return { from, target, mapping, shown: `${source.join(';\n')}\n${target}\n${JSON.stringify(mapping)}` };
    });
  });

  test(`CSV gives the same target and the same quarantine (GODWIT_SEED=${seed})`, {
    timeout: tables * 60_000,
  }, async () => {
    await compare(async (choice, at) => {
      const { bytes, options, target, mapping } = drawCsv(choice);
      const place = join(folder, `csv-${at}`);
      await mkdir(place, { recursive: true });
      await writeFile(join(place, 'thing.csv'), bytes);
      const address = { folder: place, format: 'csv', options: { '*': options } } as const;
      const from: Open = async () => filesConnector('csv').open(address, context('source'));
      const shown = `${bytes.toString('latin1')}\n${JSON.stringify(options)}\n${target}\n${JSON.stringify(mapping)}`;
      return { from, target, mapping, shown };
    });
  });
});
