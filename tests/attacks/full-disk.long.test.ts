import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { AttackedProject, errorCode } from './attacked-project.ts';
import { SmallDisk } from './small-disk.ts';

const records = 6_000;

function makeDatabases(source: string, target: string): void {
  using from = new DatabaseSync(source);
  from.exec(`create table item (id integer primary key, t text);
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${records})
    insert into item select i, hex(randomblob(300)) from n`);
  using to = new DatabaseSync(target);
  to.exec('create table item (id integer primary key, t text check (length(t) > 5))');
}

async function approve(
  project: AttackedProject,
  systems: { readonly source: string; readonly target: string; readonly text: string },
): Promise<void> {
  makeDatabases(systems.source, systems.target);
  project.makePeople();
  const given = ['--source', `sqlite:${systems.source}`, '--target', `sqlite:${systems.target}`];
  await project.walk(['init', ...given, '--name', 'attack']);
  project.edit('godwit.yaml', 'people: []\n', project.peopleText());
  project.edit('godwit.yaml', 'rows_per_slice: 5000', 'rows_per_slice: 500');
  project.edit('godwit.yaml', 'quarantined_per_10000: 100', 'quarantined_per_10000: 10000');
  project.write(
    'mapping/item.yaml',
    `source: item\ntarget: item\nkey: id\nowner: Ada\nfields:\n  id: id\n  t: ${systems.text}\n`,
  );
  await project.walk(['map', 'check']);
  await project.planAndApprove();
}

function written(path: string): number {
  using file = new DatabaseSync(path);
  return Number(file.prepare('select count(*) as n from item').get()?.['n']);
}

describe.skipIf(!SmallDisk.possible())('a full disk', () => {
  test('under the target: whole slices stay, and the run goes on when there is room', async () => {
    using disk = new SmallDisk();
    using project = new AttackedProject();
    const target = join(disk.folder, 'new.sqlite');
    await approve(project, { source: project.path('old.sqlite'), target, text: 't' });
    const full = await project.godwit(['run']);
    expect([errorCode(full), full.exit]).toEqual(['sqlite.full', 4]);
    expect(written(target) % 500).toBe(0);
    disk.change('size=80m');
    await project.walk(['run'], ['audit'], ['ledger', 'verify']);
    expect(written(target)).toBe(records);
  });

  test('under the project: nothing is written that could not be accounted for', async () => {
    using disk = new SmallDisk();
    using outside = new AttackedProject();
    mkdirSync(join(disk.folder, 'project'));
    using project = new AttackedProject(join(disk.folder, 'project'));
    const target = outside.path('new.sqlite');
    const refused = "case when id % 2 = 0 then 'x' else t end";
    await approve(project, { source: outside.path('old.sqlite'), target, text: refused });
    const full = await project.godwit(['run']);
    expect([errorCode(full), full.exit]).toEqual([expect.stringMatching(/write-failed|machine-refused/), 3]);
    expect(full.err).toMatch(/disk/);
    expect(written(target)).toBeLessThan(records / 2);
    disk.change('size=80m');
    await project.walk(['run'], ['audit'], ['ledger', 'verify']);
    expect(written(target)).toBe(records / 2);

    disk.change('ro');
    for (const command of ['ledger verify', 'ledger show']) await project.walk(command.split(' '));
    const checked = await project.godwit(['check']);
    expect(checked.exit).toBe(1);
    expect(checked.out).toMatch(/NOT OK: project folder: it cannot be written: EROFS/);
    expect(checked.out).toMatch(/NOT OK: room in the project folder: about 256 MiB are needed/);
    for (const command of ['run', 'rollback', 'plan', 'quarantine list']) {
      const answer = await project.godwit(command.split(' '));
      expect([errorCode(answer), answer.exit, command]).toEqual([
        expect.stringMatching(/^(?:project\.unwritable-file|cli\.machine-refused)$/),
        3,
        command,
      ]);
    }
    disk.change('rw');
    await project.walk(['rollback']);
    expect(written(target)).toBe(0);
  });
});
