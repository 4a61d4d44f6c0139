import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AttackedProject, errorCode } from './attacked-project.ts';

/** A project that was run, so that everything is there that could be missed. */
describe('a file that is missing, damaged or a folder is told, with what to do', () => {
  let project: AttackedProject;
  beforeAll(async () => {
    project = new AttackedProject();
    for (const [name, rows] of [
      ['old.sqlite', "insert into item values (1, 'one'), (2, 'two')"],
      ['new.sqlite', ''],
    ] as const) {
      using file = new DatabaseSync(project.path(name));
      file.exec(`create table item (id integer primary key, name text not null); ${rows}`);
    }
    project.makePeople();
    await project.walk([
      'init',
      '--source',
      'sqlite:old.sqlite',
      '--target',
      'sqlite:new.sqlite',
      '--name',
      'a',
    ]);
    project.edit('godwit.yaml', 'people: []\n', project.peopleText());
    await project.planAndApprove();
    await project.walk(['run']);
    project.write('a-file', 'not a folder');
    mkdirSync(project.path('a-folder'));
  });
  afterAll(() => {
    project[Symbol.dispose]();
  });

  test.each([
    ['approve runbook --key nobody.key', 'host.key-file-missing', 'nobody.key'],
    ['approve runbook --key a-folder', 'host.key-file-missing', 'a-folder'],
    ['keys new --name Zoe --out a-file/zoe.key', 'cli.file-unusable', 'a-file'],
    ['approve import nothing.json', 'approval.not-a-decision', 'no such file'],
    ['approve import a-folder', 'approval.not-a-decision', 'a folder'],
    ['approve import a-file', 'approval.not-a-decision', 'a-file'],
    ['init --source sqlite:a --target sqlite:b --project a-file', 'cli.file-unusable', 'a-file'],
    ['status --project nowhere/at/all', 'project.not-found', 'nowhere'],
  ])('%s', async (command, code, named) => {
    // The project's own folder is above `nowhere`, so that one is looked for from elsewhere.
    const words = command.replace('nowhere', join(tmpdir(), 'nowhere')).split(' ');
    const answer = await project.godwit(words);
    expect([errorCode(answer), answer.exit]).toEqual([code, 2]);
    expect(answer.err).toContain(named);
    expect(answer.err).toMatch(/next: {2}\S/);
  });

  test.each([
    ['the salt is gone', 'salt', null, 'status', 'project.state-damaged'],
    ['the salt is another text', 'salt', 'not hexadecimal', 'status', 'project.state-damaged'],
    ['the runner key is gone', 'runner.key', null, 'audit', 'project.state-damaged'],
    ['the lock is no database', 'lock.sqlite', 'x'.repeat(2000), 'run', 'engine.lock-damaged'],
    ['the journal is no database', 'journal.sqlite', 'x'.repeat(2000), 'status', 'engine.journal-foreign'],
  ])('%s', async (_what, name, content, verb, code) => {
    const restore = project.keepState();
    const path = join('.godwit', name);
    if (content === null) rmSync(project.path(path));
    else project.write(path, content);
    const answer = await project.godwit([verb]);
    expect([errorCode(answer), answer.exit]).toEqual([code, 2]);
    restore();
    await project.walk([verb]);
  });

  test('under another passphrase says which one is meant', async () => {
    const other = { environment: { GODWIT_PASSPHRASE: 'the passphrase of another folder' } };
    const answer = await project.godwit(['audit'], other);
    expect([errorCode(answer), answer.exit]).toEqual(['host.key-file-unreadable', 2]);
    expect(answer.err).toContain('Set GODWIT_PASSPHRASE to the passphrase this folder was begun with');
  });

  test('in a folder that was deleted under it', () => {
    const gone = mkdtempSync(join(tmpdir(), 'godwit-gone-'));
    const main = join(import.meta.dirname, '../../src/cli/main.ts');
    const script = `process.chdir(${JSON.stringify(gone)}); fs.rmdirSync(${JSON.stringify(gone)});
      process.argv = ['node', 'godwit', 'status']; await import(${JSON.stringify(main)})`;
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '-e', `import fs from 'node:fs'; ${script}`],
      {
        encoding: 'utf8',
        env: project.environment,
      },
    );
    expect([status, stderr]).toEqual([2, expect.stringContaining('was deleted')]);
  });

  test('.godwit/ of another project is not taken for its own', async () => {
    using other = new AttackedProject();
    for (const name of ['old.sqlite', 'new.sqlite']) {
      using file = new DatabaseSync(other.path(name));
      file.exec('create table item (id integer primary key, name text not null)');
    }
    other.makePeople();
    await other.walk([
      'init',
      '--source',
      'sqlite:old.sqlite',
      '--target',
      'sqlite:new.sqlite',
      '--name',
      'a',
    ]);
    other.edit('godwit.yaml', 'people: []\n', other.peopleText());
    await other.planAndApprove();
    rmSync(other.path('.godwit'), { recursive: true });
    for (const { name, content } of project.files())
      if (name.startsWith('.godwit/')) other.write(name, Buffer.from(content, 'latin1'));
    const run = await other.godwit(['run']);
    expect([errorCode(run), run.exit]).toEqual(['runbook.not-planned', 4]);
    const back = await other.godwit(['rollback']);
    expect([errorCode(back), back.exit]).toEqual(['project.never-run', 2]);
  });
});
