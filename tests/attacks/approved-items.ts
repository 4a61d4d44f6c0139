import { DatabaseSync } from 'node:sqlite';
import { AttackedProject } from './attacked-project.ts';

export function sql(path: string, text: string): readonly (readonly unknown[])[] {
  using file = new DatabaseSync(path, { timeout: 10_000 });
  return file
    .prepare(text)
    .all()
    .map((row) => Object.values(row));
}

interface Preparation {
  /** A line of `godwit.yaml` and what stands there instead. */
  readonly rule?: readonly [before: string, now: string];
  /** Records that are in the target already. */
  readonly there?: readonly number[];
}

/** Approved: so many records, 10 in a slice, at most 3 of them in quarantine. Cleo is on the team and decides nothing. */
export async function approvedItems(records: number, prepare: Preparation = {}): Promise<AttackedProject> {
  const project = new AttackedProject();
  using source = new DatabaseSync(project.path('old.sqlite'));
  source.exec(`create table item (id integer primary key, name text);
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${records})
    insert into item select i, 'name ' || i from n`);
  using target = new DatabaseSync(project.path('new.sqlite'));
  target.exec('create table item (id integer primary key, name text not null)');
  for (const id of prepare.there ?? []) target.exec(`insert into item values (${id}, 'there before')`);
  project.makePeople();
  project.makeKeys('Cleo');
  const systems = ['--source', 'sqlite:old.sqlite', '--target', 'sqlite:new.sqlite'];
  await project.walk(['init', ...systems, '--name', 'attack']);
  const cleo = `  - { name: Cleo, roles: [approver], keys: ["${project.read('cleo.key.pub').trim()}"] }\n`;
  project.edit('godwit.yaml', 'people: []\n', project.peopleText() + cleo);
  project.edit('godwit.yaml', 'rows_per_slice: 5000', 'rows_per_slice: 10');
  project.edit('godwit.yaml', 'quarantined_floor: 100', 'quarantined_floor: 3');
  if (prepare.rule) project.edit('godwit.yaml', ...prepare.rule);
  const mode = prepare.there ? 'append' : 'empty-only';
  project.write(
    'mapping/item.yaml',
    `source: item\ntarget: item\nkey: id\nowner: Ada\nmode: ${mode}\nfields:\n  id: id\n  name: name\n`,
  );
  await project.walk(['map', 'check']);
  await project.planAndApprove();
  return project;
}

export const goOn = (name: string): string[] => [
  'approve',
  'continue',
  '--key',
  `${name}.key`,
  '--reason',
  'looked at it',
];
