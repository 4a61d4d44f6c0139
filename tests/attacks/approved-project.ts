import { DatabaseSync } from 'node:sqlite';
import { AttackedProject } from './attacked-project.ts';

export function changeDatabase(path: string, sql: string): void {
  using file = new DatabaseSync(path);
  file.exec(sql);
}

/** Approved and ready to run. */
export async function approvedProject(): Promise<AttackedProject> {
  const project = new AttackedProject();
  changeDatabase(
    project.path('old.sqlite'),
    `create table item (id integer primary key, name text, kind text);
     insert into item values (1, 'a', 'x'), (2, 'b', 'y'), (3, 'c', 'x')`,
  );
  changeDatabase(
    project.path('new.sqlite'),
    'create table item (id integer primary key, name text, kind text)',
  );
  project.makePeople();
  await project.walk([
    'init',
    '--source',
    'sqlite:old.sqlite',
    '--target',
    'sqlite:new.sqlite',
    '--name',
    'attack',
  ]);
  project.edit('godwit.yaml', 'people: []\n', project.peopleText());
  project.write(
    'mapping/item.yaml',
    'source: item\ntarget: item\nkey: id\nowner: Ada\nfields:\n  id: id\n  name: name\n  kind: kind\n',
  );
  await project.walk(['map', 'check']);
  await project.planAndApprove();
  return project;
}
