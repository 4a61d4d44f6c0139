import { cpSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Answer, AttackedProject, errorCode } from './attacked-project.ts';

// Many processes on few cores: these two wait for the long run.
const proving = process.env['GODWIT_PROVE'] === '1';

/** Both systems lie outside the folder, so that a copy of the project means the same ones. */
async function approvedProject(systems: AttackedProject, records: number): Promise<AttackedProject> {
  const project = new AttackedProject();
  using source = new DatabaseSync(systems.path('old.sqlite'));
  source.exec(`create table item (id integer primary key, name text not null);
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${records})
    insert into item select i, 'name ' || i from n`);
  using target = new DatabaseSync(systems.path('new.sqlite'));
  target.exec('create table item (id integer primary key, name text not null)');
  project.makePeople();
  const [from, to] = ['old', 'new'].map((name) => `sqlite:${systems.path(`${name}.sqlite`)}`);
  await project.walk(['init', '--source', from ?? '', '--target', to ?? '', '--name', 'at once']);
  project.edit('godwit.yaml', 'people: []\n', project.peopleText());
  project.edit('godwit.yaml', 'rows_per_slice: 5000', 'rows_per_slice: 10');
  await project.planAndApprove();
  return project;
}

function written(systems: AttackedProject): number {
  using target = new DatabaseSync(systems.path('new.sqlite'), { readOnly: true, timeout: 10_000 });
  return Number(target.prepare('select count(*) as n from item').get()?.['n']);
}

async function untilWritten(systems: AttackedProject): Promise<void> {
  for (let tries = 0; tries < 400 && written(systems) === 0; tries += 1) await wait(25);
}

test('beside a run nothing else writes, and who only looks or decides is not in its way', {
  timeout: 300_000,
}, async () => {
  using systems = new AttackedProject();
  using project = await approvedProject(systems, 16_000);
  const beside = new Map<string, Answer>();
  const run = await project.godwit(['run'], {
    meanwhile: async (child) => {
      await untilWritten(systems);
      const verbs = [
        'rollback',
        'run',
        'repair',
        'quarantine replay',
        'approve result --key ben.key',
        'status',
      ];
      const ask = async (verb: string): Promise<Answer> =>
        project.godwit(verb.split(' '), { meanwhile: () => undefined });
      for (const [at, answer] of (await Promise.all(verbs.map(ask))).entries())
        beside.set(verbs[at] ?? '', answer);
      expect(child.exitCode, 'the run was over too soon to show anything').toBeNull();
      child.kill('SIGINT');
    },
  });
  expect(run.exit, run.err).toBe(130);
  for (const verb of ['rollback', 'run', 'repair', 'quarantine replay']) {
    const answer = beside.get(verb);
    expect([verb, answer && errorCode(answer), answer?.exit]).toEqual([verb, 'engine.locked', 4]);
    expect(answer?.err).toContain('godwit live run');
  }
  const early = beside.get('approve result --key ben.key');
  expect(early && errorCode(early)).toBe('approval.result-early');
  expect(beside.get('status')?.exit).toBe(0);
  expect(beside.get('status')?.out).toContain('wait for godwit live run, which is at it');
  // Who was refused did not start: the ledger knows of one run, and of its one end.
  const entries = project.read('.godwit/ledger/entries.jsonl');
  expect(entries.match(/"type":"run-started"/g)).toHaveLength(1);
  expect(entries.match(/"type":"run-ended"/g)).toHaveLength(1);
  await project.walk(['rollback'], ['ledger', 'verify']);
  expect(written(systems)).toBe(0);
});

test.skipIf(!proving)(
  'copies of a project that run at once, and go back at once, do everything once',
  {
    timeout: 300_000,
  },
  async () => {
    using systems = new AttackedProject();
    using project = await approvedProject(systems, 600);
    using twin = new AttackedProject();
    cpSync(project.folder, twin.folder, { recursive: true });
    const both = async (...command: string[]): Promise<readonly Answer[]> =>
      Promise.all([project, twin].map(async (one) => one.godwit(command, { meanwhile: () => undefined })));
    await both('run');
    // Whoever was told to try later does.
    for (const one of [project, twin]) await one.walk(['run'], ['audit']);
    expect(written(systems)).toBe(600);
    await both('rollback');
    for (const one of [project, twin]) await one.godwit(['rollback']);
    expect(written(systems)).toBe(0);
    for (const one of [project, twin]) await one.walk(['ledger', 'verify']);
  },
);

test.skipIf(!proving)(
  'plans and signatures that meet leave a ledger that verifies, and a runbook that is whole',
  {
    timeout: 300_000,
  },
  async () => {
    using systems = new AttackedProject();
    using project = await approvedProject(systems, 10);
    const commands = [
      'plan',
      'approve mapping --key ada.key',
      'approve runbook --key ben.key',
      'status',
      'plan',
    ];
    const answers = await Promise.all(
      commands.map(async (command) => project.godwit(command.split(' '), { meanwhile: () => undefined })),
    );
    for (const { command, exit, err } of answers) {
      expect(err, command).not.toContain('cli.defect');
      expect([0, 1, 3, 4], `${command}: ${err}`).toContain(exit);
    }
    await project.walk(['ledger', 'verify'], ['status']);
  },
);
