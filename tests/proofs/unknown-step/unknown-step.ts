import type { ChildProcess } from 'node:child_process';
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'pg';
import { type Answer, AttackedProject } from '../../attacks/attacked-project.ts';
import type { PostgresAccess } from '../../servers/index.ts';

/**
 * `godwit run` from SQLite to PostgreSQL, by the real command line, killed with SIGKILL at random moments. After each kill the
 * lines of the ledger are read by a few lines of code here: which steps began and have no end. `status`, the proof bundle and the
 * next `run` have to say exactly that, and it may be one step at most.
 */
export interface UnknownStepOptions {
  readonly server: PostgresAccess;
  readonly kills: number;
  readonly objects: number;
  readonly recordsPerObject: number;
  /** From 0 to 1 for each kill. */
  readonly random: () => number;
  readonly say: (line: string) => void;
}

export interface UnknownStepResult {
  /** Runs that were begun, killed and brought to their end. */
  readonly runs: number;
  readonly kills: number;
  /** Kills after which one step had begun and had no end, and the most steps of which that was so after one kill. */
  readonly killsInAStep: number;
  readonly unknownMost: number;
  readonly toldByStatus: number;
  readonly toldByBundle: number;
  readonly toldByTheNextRun: number;
  /** Kills after which something else was told than what the lines of the ledger say. */
  readonly toldWrongly: number;
  /** Entries in the whole ledger that say that an outcome was unknown. */
  readonly entriesThatSaySo: number;
  readonly recordsExpected: number;
  readonly recordsFound: number;
  readonly ledgersIntact: number;
}

export async function unknownSteps(options: UnknownStepOptions): Promise<UnknownStepResult> {
  const all = { ...nothingYet };
  // A run that comes to its end before all kills are spent is looked at as a whole, and another one begins.
  while (all.kills < options.kills) await oneRun(options, all);
  return all;
}

type Counts = { -readonly [Name in keyof UnknownStepResult]: UnknownStepResult[Name] };

const nothingYet: Counts = {
  runs: 0,
  kills: 0,
  killsInAStep: 0,
  unknownMost: 0,
  toldByStatus: 0,
  toldByBundle: 0,
  toldByTheNextRun: 0,
  toldWrongly: 0,
  entriesThatSaySo: 0,
  recordsExpected: 0,
  recordsFound: 0,
  ledgersIntact: 0,
};

async function oneRun(options: UnknownStepOptions, all: Counts): Promise<void> {
  using project = await approvedProject(options);
  const database = project.environment['GODWIT_PROOF_DATABASE'] ?? '';
  let before: readonly string[] = [];
  for (let isEnded = false; !isEnded; ) {
    const answer =
      all.kills < options.kills ? await killedRun(project, options.random) : await project.godwit(['run']);
    if (answer.exit !== null && answer.exit !== 0) throw new Error(`it failed: ${answer.out}${answer.err}`);
    // What a killed process would have printed at its end is not there; the ledger has it, and the next one that ends says it.
    if (before.length > 0 && entries(project).some(({ type, body }) => tells(type, body, before)))
      all.toldByTheNextRun += 1;
    isEnded = answer.exit === 0;
    if (isEnded) break;
    before = openSteps(project);
    await judge(project, before, all);
    options.say(`kill ${all.kills}: ${before.join(', ') || 'between steps'}`);
  }
  all.runs += 1;
  all.entriesThatSaySo += entries(project).filter(({ type }) => type === 'step-outcome-unknown').length;
  all.recordsExpected += options.objects * options.recordsPerObject;
  all.recordsFound += await recordsIn(options, database);
  if ((await project.godwit(['ledger', 'verify'])).exit === 0) all.ledgersIntact += 1;
}

const tells = (type: string, body: Line['body'], steps: readonly string[]): boolean =>
  type === 'step-outcome-unknown' && steps.includes(body?.step ?? '');

async function judge(project: AttackedProject, open: readonly string[], all: Counts): Promise<void> {
  const told = await whatIsTold(project);
  all.kills += 1;
  all.unknownMost = Math.max(all.unknownMost, open.length);
  if (open.length > 0) all.killsInAStep += 1;
  if (open.length > 0 && same(told.status, open)) all.toldByStatus += 1;
  if (open.length > 0 && same(told.bundle, open)) all.toldByBundle += 1;
  if (!same(told.status, open) || !same(told.bundle, open)) all.toldWrongly += 1;
}

const same = (told: readonly string[], true_: readonly string[]): boolean =>
  told.toSorted().join() === true_.toSorted().join();

async function approvedProject({
  server,
  objects,
  recordsPerObject,
}: UnknownStepOptions): Promise<AttackedProject> {
  const project = new AttackedProject();
  const database = await server.createDatabase();
  project.environment['GODWIT_TARGET_PASSWORD'] = server.password;
  project.environment['GODWIT_PROOF_DATABASE'] = database;
  const names = Array.from({ length: objects }, (_, at) => `item_${at + 1}`);
  using source = new DatabaseSync(project.path('old.sqlite'));
  for (const name of names)
    source.exec(`create table ${name} (id integer primary key, name text not null);
      with recursive n(i) as (select 1 union all select i + 1 from n where i < ${recordsPerObject})
      insert into ${name} select i, 'name ' || i from n`);
  await query(
    server,
    database,
    names.map((name) => `create table ${name} (id bigint primary key, name text not null)`).join(';'),
  );
  project.makePeople();
  const target = `postgres://${server.user}@${server.host}:${server.port}/${database}`;
  await project.walk(['init', '--source', 'sqlite:old.sqlite', '--target', target, '--name', 'cut off']);
  project.edit('godwit.yaml', 'people: []\n', project.peopleText());
  project.edit('godwit.yaml', 'tls: verify', 'tls: off');
  project.edit('godwit.yaml', 'rows_per_slice: 5000', 'rows_per_slice: 6');
  for (const name of names)
    project.write(
      `mapping/${name}.yaml`,
      `source: ${name}\ntarget: ${name}\nkey: id\nowner: Ada\nfields:\n  id: id\n  name: name\n`,
    );
  await project.walk(['map', 'check']);
  await project.planAndApprove();
  return project;
}

/** One `godwit run`, killed when the ledger has grown by so much, and a moment later; exit 0 when it was through before. */
async function killedRun(project: AttackedProject, random: () => number): Promise<Answer> {
  const path = project.path('.godwit/ledger/entries.jsonl');
  // By what was done, not by the time: no kill is spent on the start of a process, whatever else the machine does.
  const wanted = statSync(path).size + 1 + random() * 4_000;
  const moment = random() * 60;
  return await project.godwit(['run'], {
    meanwhile: async (child: ChildProcess) => {
      while (statSync(path).size < wanted && child.exitCode === null) await wait(1);
      await wait(moment);
      child.kill('SIGKILL');
    },
  });
}

interface Line {
  readonly type: string;
  readonly body?: { readonly run: string; readonly step: string };
}

/** Whole lines only: the last one may be half written. */
function entries(project: AttackedProject): readonly Line[] {
  const text = project.read('.godwit/ledger/entries.jsonl');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

/** Begun, and neither ended nor told as unknown by a later process. */
function openSteps(project: AttackedProject): readonly string[] {
  const open = new Set<string>();
  for (const { type, body } of entries(project)) {
    if (type === 'engine-step-started') open.add(body?.step ?? '');
    if (type === 'engine-step-ended' || type === 'step-outcome-unknown') open.delete(body?.step ?? '');
  }
  return [...open];
}

async function whatIsTold(
  project: AttackedProject,
): Promise<{ readonly status: readonly string[]; readonly bundle: readonly string[] }> {
  const status = await project.godwit(['status', '--json']);
  const { unknown } = JSON.parse(status.out) as { readonly unknown: readonly { readonly step: string }[] };
  const bundle = await project.godwit(['ledger', 'bundle', '--json', '--out', 'evidence.gwproof']);
  const { notProven } = JSON.parse(bundle.out) as { readonly notProven: readonly string[] };
  return {
    status: unknown.map(({ step }) => step),
    bundle: notProven.flatMap((line) => /^what became of (\S+) of \S+: entry/.exec(line)?.[1] ?? []),
  };
}

async function recordsIn({ server, objects }: UnknownStepOptions, database: string): Promise<number> {
  const counts = Array.from({ length: objects }, (_, at) => `(select count(*) from item_${at + 1})`);
  const [row] = await query(server, database, `select (${counts.join(' + ')})::int as n`);
  return Number(row?.['n']);
}

async function query(
  server: PostgresAccess,
  database: string,
  text: string,
): Promise<readonly Record<string, unknown>[]> {
  const { host, port, user, password } = server;
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
