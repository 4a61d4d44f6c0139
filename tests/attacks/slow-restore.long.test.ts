import { readdirSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { AttackedProject, errorCode } from './attacked-project.ts';

/** A run was approved with a way out of so many seconds; later that way is no longer as short. */
describe.skipIf(process.platform === 'win32')('a restore that is slower than approved', () => {
  const restore = (seconds: number): string => `#!/bin/sh\nsleep ${seconds}\nexec cp "$1" "$2"\n`;

  async function approvedProject(factor: number): Promise<AttackedProject> {
    const project = new AttackedProject();
    for (const name of ['old', 'new']) {
      using file = new DatabaseSync(project.path(`${name}.sqlite`));
      file.exec('CREATE TABLE item (id integer PRIMARY KEY, name text)');
      if (name === 'old') file.exec("INSERT INTO item VALUES (1, 'one'), (2, 'two')");
    }
    project.write('restore.sh', restore(0.2));
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
    project.edit('godwit.yaml', '  action: pause', `  restore_time_factor: ${factor}\n  action: pause`);
    const mapping = 'source: item\ntarget: item\nkey: id\nowner: Ada\nfields:\n  id: id\n  name: name\n';
    project.write('mapping/item.yaml', mapping);
    await project.walk(['map', 'check'], ['approve', 'mapping', '--key', 'ada.key']);
    // Nothing was drilled yet: a rule that could never speak.
    const early = await project.godwit(['plan']);
    expect([errorCode(early), early.err]).toEqual([
      'runbook.rule-blind',
      expect.stringContaining('no restore drill that passed is part of this plan'),
    ]);
    project.write(
      'godwit.yaml',
      `${project.read('godwit.yaml')}
drills:
  restore:
    backup: backups/new.backup
    scratch: { kind: sqlite, path: scratch.sqlite }
    command: [/bin/sh, ${project.path('restore.sh')}, '{backup}', '{path}']
`,
    );
    await project.walk(['drill', 'backup'], ['drill', 'restore'], ['plan']);
    await project.walk(['approve', 'runbook', '--key', 'ben.key']);
    return project;
  }

  const there = (project: AttackedProject): unknown => {
    using file = new DatabaseSync(project.path('new.sqlite'));
    return file.prepare('SELECT count(*) AS n FROM item').get()?.['n'];
  };

  test('stops the run before it writes; taking the evidence away does not help', {
    timeout: 120_000,
  }, async () => {
    using project = await approvedProject(2);
    const before = new Set(readdirSync(project.path('evidence')));
    project.write('restore.sh', restore(5));
    await project.walk(['drill', 'restore']);
    const run = await project.godwit(['run']);
    expect([run.exit, run.out]).toEqual([
      4,
      expect.stringMatching(
        /restoring the backup took \d+ ms in the drill of .*; approved were \d+ ms, agreed is 2 times that/,
      ),
    ]);
    expect(there(project)).toBe(0);
    expect(errorCode(await project.godwit(['run']))).toBe('runbook.held');
    const goOn = ['approve', 'continue', '--reason', 'seen', '--key'];
    expect(errorCode(await project.godwit([...goOn, 'ada.key']))).toBe('approval.cannot-continue');
    await project.walk([...goOn, 'ben.key']);
    for (const name of readdirSync(project.path('evidence')))
      if (!before.has(name)) rmSync(project.path(`evidence/${name}`));
    const without = await project.godwit(['run']);
    expect([without.exit, without.out]).toEqual([4, expect.stringContaining('did not pass')]);
    expect(there(project)).toBe(0);
  });

  test('does not stop it within what was agreed', { timeout: 120_000 }, async () => {
    using project = await approvedProject(1_000);
    project.write('restore.sh', restore(1));
    await project.walk(['drill', 'restore'], ['run']);
    expect(there(project)).toBe(2);
  });
});
