import { mkdirSync, readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
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
const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The same structure on both sides, beside it a table without a key and one that refers to itself in a ring. */
function makeDatabase(path: string, filled: boolean): void {
  using file = new DatabaseSync(path);
  file.exec(`create table nokey (a text, b text);
    create table selfref (id integer primary key, parent integer references selfref(id));
    create view "a view" as select 1 as one`);
  for (const relation of relations) {
    const columns = fields.map((field) => `${quote(field)} text`).join(', ');
    file.exec(`create table ${quote(relation)} ("primary key" integer primary key, ${columns})`);
    const insert = file.prepare(
      `insert into ${quote(relation)} values (?, ${fields.map(() => '?').join(', ')})`,
    );
    const count = { 'empty one': 0, 'one row': 1 }[relation] ?? 3;
    for (let at = 1; at <= (filled ? count : 0); at += 1)
      insert.run(at, ...fields.map((field) => `${field} ${at}`));
  }
  if (filled)
    file.exec(`insert into nokey values ('x','y'), ('x','y'), (null,'z');
      insert into selfref values (1,3), (2,1), (3,2)`);
}

function contents(path: string): readonly unknown[] {
  using file = new DatabaseSync(path);
  return [...relations, 'nokey', 'selfref'].map((name) => file.prepare(`select * from ${quote(name)}`).all());
}

test('names that no one should give are moved, audited and taken back like others', async () => {
  using outside = new AttackedProject();
  const folder = outside.path('it\'s a "fold er" 🦆');
  mkdirSync(folder);
  using project = new AttackedProject(folder);
  makeDatabase(project.path('old one.sqlite'), true);
  makeDatabase(project.path('new one.sqlite'), false);
  const ada = 'Ada O\'Brien "the" 🦆';
  await project.walk(['keys', 'new', '--name', ada, '--out', 'ada.key'], ['keys', 'new', '--name', 'Ben']);
  const name = "my: 'odd' {project} 100 % 🦆 + more";
  await project.walk([
    'init',
    '--source',
    'sqlite:old one.sqlite',
    '--target',
    'sqlite:new one.sqlite',
    '--name',
    name,
  ]);
  project.edit('godwit.yaml', 'people: []\n', project.peopleText().replace('Ada', JSON.stringify(ada)));
  await project.walk(['inspect'], ['profile', '--show-values'], ['map', 'check', '--show-values']);
  await project.planAndApprove();
  await project.walk(['run'], ['audit'], ['status'], ['report'], ['ledger', 'verify']);
  expect(readdirSync(project.path('mapping'))).toHaveLength(relations.length + 3);
  expect(contents(project.path('new one.sqlite'))).toEqual(contents(project.path('old one.sqlite')));
  using changed = new DatabaseSync(project.path('new one.sqlite'));
  changed.exec(`update ${quote(relations.at(-2) ?? '')} set "from" = '\u001b[31m' where "primary key" = 1`);
  expect((await project.godwit(['audit', '--show-values'])).exit).toBe(1);
  expect((await project.godwit(['audit', '--json', '--show-values'])).exit).toBe(1);
  await project.walk(['repair'], ['rollback']);
  expect(contents(project.path('new one.sqlite')).flat()).toEqual([]);
  for (const { command, out, err } of project.answers)
    expect(`${command}\n${out}\n${err}`).not.toMatch(obeyed);
});
