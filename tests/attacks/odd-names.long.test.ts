import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parse } from 'csv-parse/sync';
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { sharedPostgres, skipWithoutPostgres } from '../servers/index.ts';
import { AttackedProject } from './attacked-project.ts';

const relations = [
  'order',
  'sel"ect',
  "o'brien table",
  '🦆 duck',
  'a'.repeat(63),
  'Üni.cödé',
  'empty one',
  'one row',
  'group by; drop table x--',
  'clears\u001b[2J the screen',
  'two\nok: lines',
  '../slash/es',
  '..',
  'CON',
  ' blank ',
];
const fields = [
  'from',
  'a "quoted" field',
  "it's",
  '🦆',
  'b'.repeat(63),
  'with.dot',
  'UPPER case',
  'null',
  'true',
  '\u001b]0;a title\u0007',
  'turned \u202e round',
  '\u009b31m',
];
/** What a terminal obeys, except tab and line feed. */
const obeyed = /[\0-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const keyField = 'primary key';
const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const beside = ['nokey', 'selfref'];
const columns = fields.map((field) => `${quote(field)} text`).join(', ');

/** A table for every odd name; beside them, unless left out, one without a key and one that refers to itself in a ring. */
function structure(names: readonly string[], withBeside = true): string {
  const others = [
    'create table nokey (a text, b text)',
    'create table selfref (id integer primary key, parent integer references selfref(id))',
    'create view "a view" as select 1 as one',
  ];
  return [
    ...(withBeside ? others : []),
    ...names.map(
      (name) => `create table ${quote(name)} (${quote(keyField)} integer primary key, ${columns})`,
    ),
  ].join(';\n');
}

function makeSource(path: string, names: readonly string[], withBeside: boolean): void {
  using file = new DatabaseSync(path);
  file.exec(structure(names, withBeside));
  for (const relation of names) {
    const insert = file.prepare(
      `insert into ${quote(relation)} values (?, ${fields.map(() => '?').join(', ')})`,
    );
    const count = { 'empty one': 0, 'one row': 1 }[relation] ?? 3;
    for (let at = 1; at <= count; at += 1) insert.run(at, ...fields.map((field) => `${field} ${at}`));
  }
  if (!withBeside) return;
  file.exec(`insert into nokey values ('x','y'), ('x','y'), (null,'z');
    insert into selfref values (1,3), (2,1), (3,2)`);
}

type Contents = readonly (readonly unknown[])[];

function contents(path: string, names: readonly string[]): readonly Contents[] {
  using file = new DatabaseSync(path);
  return names.map((name) => {
    const rows = file.prepare(`select * from ${quote(name)} order by 2, 1`).all();
    return rows.map((row) => Object.values(row));
  });
}

/** A target of one kind, and what lies in it. */
interface Target {
  /** As `--target` takes it. */
  readonly locator: string;
  /** What is moved into it, where it cannot hold everything. */
  readonly names?: readonly string[];
  /** What people would add to what `init` wrote. */
  settle?(project: AttackedProject): Promise<void>;
  contents(names: readonly string[]): Promise<readonly Contents[]>;
  /** Changes one field behind godwit's back. */
  damage(relation: string): Promise<unknown>;
}

/** The whole life into it, and back. */
async function live(project: AttackedProject, target: Target): Promise<void> {
  const names = target.names ?? relations;
  makeSource(project.path('old one.sqlite'), names, !target.names);
  const ada = 'Ada O\'Brien "the" 🦆';
  await project.walk(['keys', 'new', '--name', ada, '--out', 'ada.key'], ['keys', 'new', '--name', 'Ben']);
  const name = "my: 'odd' {project} 100 % 🦆 + more";
  await project.walk([
    'init',
    '--source',
    'sqlite:old one.sqlite',
    '--target',
    target.locator,
    '--name',
    name,
  ]);
  project.edit('godwit.yaml', 'people: []\n', project.peopleText().replace('Ada', JSON.stringify(ada)));
  await target.settle?.(project);
  await project.walk(['map', 'check', '--show-values']);
  await project.planAndApprove();
  await project.walk(['run']);
  const held = target.names ?? [...relations, ...beside];
  expect(await target.contents(held)).toEqual(contents(project.path('old one.sqlite'), held));
  await target.damage('clears\u001b[2J the screen');
  expect((await project.godwit(['audit', '--show-values'])).exit).toBe(1);
}

function expectNothingObeyed({ answers }: AttackedProject): void {
  for (const { command, out, err } of answers) expect(`${command}\n${out}\n${err}`).not.toMatch(obeyed);
}

/** The names of folder, files, project and person are odd too. */
function oddProject(outside: AttackedProject): AttackedProject {
  const folder = outside.path('it\'s a "fold er" 🦆');
  mkdirSync(folder);
  return new AttackedProject(folder);
}

test('names that no one should give are moved, audited and taken back like others', async () => {
  using outside = new AttackedProject();
  using project = oddProject(outside);
  const path = project.path('new one.sqlite');
  using target = new DatabaseSync(path);
  target.exec(structure(relations));
  await live(project, {
    locator: 'sqlite:new one.sqlite',
    contents: async (names) => contents(path, names),
    damage: async (relation) =>
      target.exec(`update ${quote(relation)} set "from" = '\u001b[31m' where 1 = 1`),
  });
  for (const verb of ['inspect', 'profile --show-values', 'status', 'report', 'ledger verify'])
    await project.walk(verb.split(' '));
  expect((await project.godwit(['audit', '--json', '--show-values'])).exit).toBe(1);
  expect(readdirSync(project.path('mapping'))).toHaveLength(relations.length + 3);
  await project.walk(['repair'], ['rollback']);
  expect(contents(path, relations).flat()).toEqual([]);
  expectNothingObeyed(project);
});

test.skipIf(skipWithoutPostgres(18))(
  'into PostgreSQL, in a schema and a database of such names',
  { timeout: 120_000 },
  async () => {
    const server = await sharedPostgres(18);
    const { host, port, user, password } = server;
    const database = await server.createDatabase(`o'dd "da ta" 🦆 ${process.pid}`);
    const schema = 'the "schema"; of 🦆';
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    await client.query(
      `create schema ${quote(schema)}; set search_path = ${quote(schema)}; ${structure(relations)}`,
    );
    using outside = new AttackedProject();
    using project = oddProject(outside);
    project.environment['GODWIT_TARGET_PASSWORD'] = password;
    const rows = async (name: string): Promise<Contents> =>
      (
        await client.query<unknown[]>({
          text: `select * from ${quote(name)} order by 2, 1`,
          rowMode: 'array',
        })
      ).rows;
    await live(project, {
      locator: `postgres://${user}@${host}:${port}/${encodeURIComponent(database)}?schema=${encodeURIComponent(schema)}&tls=off`,
      contents: async (names) => {
        const all: Contents[] = [];
        for (const name of names) all.push(await rows(name));
        return all;
      },
      damage: (relation) => client.query(`update ${quote(relation)} set "from" = '\u001b[31m'`),
    });
    await project.walk(['repair'], ['rollback']);
    for (const name of [...relations, ...beside]) expect([name, await rows(name)]).toEqual([name, []]);
    expectNothingObeyed(project);
    await client.end();
  },
);

/** The key of the source is a number and a field of the file is text, so the sketch only asks. */
function withKey(sketch: string): string {
  return sketch
    .replace('key: []', `key: ["${keyField}"]`)
    .replace(`# "${keyField}":`, `"${keyField}":`)
    .replace(/^left_behind:\n.*\n/m, '');
}

test('into CSV files, where the name can be one', { timeout: 120_000 }, async () => {
  using outside = new AttackedProject();
  using project = oddProject(outside);
  const held = relations.filter((name) => !name.includes('/') && !name.startsWith('.'));
  const file = (name: string): string => join('new ones', `${name}.csv`);
  const header = [keyField, ...fields].map(quote).join(',');
  for (const name of held) project.write(file(name), `${header}\n`);
  const rows = (name: string): Contents =>
    parse(readFileSync(project.path(file(name))))
      .slice(1)
      .map(([key, ...rest]) => [Number(key), ...rest]);
  await live(project, {
    locator: 'csv:new ones',
    names: held,
    settle: async () => {
      // In a file of one line that one may be a record too.
      project.edit(
        'godwit.yaml',
        'folder: new ones',
        "folder: new ones\n    files: { '*': { header: true } }",
      );
      rmSync(project.path('mapping'), { recursive: true });
      await project.walk(['init', '--sketch']);
      for (const { name, content } of project
        .files()
        .filter(({ name: path }) => /^mapping.*yaml$/.test(path)))
        project.write(name, Buffer.from(withKey(content), 'latin1'));
    },
    contents: async (names) => names.map((name) => rows(name)),
    damage: async (relation) => project.edit(file(relation), 'from 1', '\u001b[31m'),
  });
  // A repair is an update, which no file takes.
  project.edit(file('clears\u001b[2J the screen'), '\u001b[31m', 'from 1');
  await project.walk(['rollback']);
  for (const name of held) expect([name, rows(name)]).toEqual([name, []]);
  expectNothingObeyed(project);
});
