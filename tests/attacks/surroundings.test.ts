import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { AttackedProject } from './attacked-project.ts';

/** Where the machine stands and what it speaks is no part of the data. */
const elsewhere = {
  TZ: 'Pacific/Apia',
  LANG: 'tr_TR.UTF-8',
  LC_ALL: 'tr_TR.UTF-8',
  COLUMNS: '40',
  TERM: 'dumb',
  FORCE_COLOR: '1',
};

const mapping = `source: event
target: event
key: id
fields:
  id: id
  seen: to_char(to_timestamp(seen, 'YYYY-MM-DD HH24:MI:SS') at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')
  day: to_char(to_date(day, 'DD.MM.YYYY'), 'Day DD Month YYYY')
  local: (local::timestamp at time zone 'Europe/Vienna' at time zone 'UTC')::text
  word: upper(word) || lower('IĞ')
`;

test('zone, language and width of the machine change no value and no line', {
  timeout: 300_000,
}, async () => {
  using project = new AttackedProject();
  using source = new DatabaseSync(project.path('old.sqlite'));
  source.exec(`create table event (id integer primary key, seen text, day text, local text, word text);
    insert into event values (1, '2011-12-30 12:00:00', '29.02.2024', '2024-10-27 03:30:00', 'title'),
      (2, '1900-01-01 00:00:00', '01.01.1900', '2024-03-31 01:59:59.5', 'straße')`);
  using target = new DatabaseSync(project.path('new.sqlite'));
  target.exec('create table event (id integer primary key, seen text, day text, local text, word text)');
  project.makePeople();
  await project.walk([
    'init',
    '--source',
    'sqlite:old.sqlite',
    '--target',
    'sqlite:new.sqlite',
    '--name',
    'here',
  ]);
  project.edit('godwit.yaml', 'people: []\n', project.peopleText());
  project.write('mapping/event.yaml', mapping);
  const beside = { environment: elsewhere, meanwhile: (): void => undefined };
  const there = await project.godwit(['map', 'check'], beside);
  const here = await project.godwit(['map', 'check']);
  expect(there.out).toBe(here.out);
  await project.planAndApprove();
  const run = await project.godwit(['run'], beside);
  expect([run.exit, run.err]).toEqual([0, expect.stringContaining('2 written')]);
  const rows = target.prepare('select seen, day, local, word from event order by id').all();
  expect(rows.map((row) => Object.values(row))).toEqual([
    ['2011-12-30 12:00:00', 'Thursday  29 February  2024', '2024-10-27 02:30:00', 'TITLEiğ'],
    ['1900-01-01 00:00:00', 'Monday    01 January   1900', '2024-03-31 00:59:59.5', 'STRAßEiğ'],
  ]);
  const audit = await project.godwit(['audit']);
  expect([audit.exit, audit.out]).toEqual([0, expect.stringContaining('source and target agree')]);
});
