import { copyFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { approvedProject, changeDatabase as run } from './approved-project.ts';
import { type Answer, type AttackedProject, errorCode } from './attacked-project.ts';

function only(path: string): string {
  using file = new DatabaseSync(path);
  return String(file.prepare('select count(*) as n from item').get()?.['n']);
}

interface Attack {
  readonly name: string;
  readonly act: (project: AttackedProject) => unknown;
  readonly code: string;
  /** What the refusal has to name. */
  readonly names: string | RegExp;
}

const approvalsOf = (project: AttackedProject): readonly string[] =>
  readdirSync(project.path('approvals'))
    .filter((name) => name.startsWith('approval-'))
    .map((name) => `approvals/${name}`);
const ledger = '.godwit/ledger/entries.jsonl';

const attacks: readonly Attack[] = [
  {
    name: 'the mapping is edited',
    act: (project) => project.edit('mapping/item.yaml', 'name: name', 'name: upper(name)'),
    code: 'runbook.mapping-changed',
    names: 'the mapping of item was changed',
  },
  {
    name: 'a step of the runbook is edited',
    act: (project) => project.edit('runbook.yaml', /title: "Copy.*/, 'title: Copy something'),
    code: 'runbook.not-planned',
    names: 'runbook.yaml',
  },
  {
    name: 'a stop rule of the runbook is edited',
    act: (project) => project.edit('runbook.yaml', /quarantinedPer10000: .*/, 'quarantinedPer10000: 10000'),
    code: 'runbook.not-planned',
    names: 'Ben decided on another runbook',
  },
  {
    name: 'a stop rule in godwit.yaml is edited',
    act: (project) =>
      project.edit('godwit.yaml', 'quarantined_per_10000: 100', 'quarantined_per_10000: 10000'),
    code: 'runbook.limits-changed',
    names: 'stop_rules.quarantined_per_10000 was agreed as 100 and is 10000',
  },
  {
    name: 'the author makes herself an approver',
    act: (project) => project.edit('godwit.yaml', 'author, operator', 'author, operator, approver'),
    code: 'runbook.policy-not-agreed',
    names: 'godwit.yaml says',
  },
  {
    name: 'the approval is deleted',
    act: (project) => approvalsOf(project).forEach((name) => rmSync(project.path(name))),
    code: 'runbook.approval-removed',
    names: /entry \d+ of the ledger/,
  },
  {
    name: 'the approval is edited',
    act: (project) =>
      approvalsOf(project).forEach((name) => project.edit(name, /"payload": *"./, '"payload":"A')),
    code: 'runbook.approval-removed',
    names: 'no signature on it was made by a known key',
  },
  {
    name: 'something else lies among the approvals',
    act: (project) => project.write('approvals/notes.json', '{"hello": 1}'),
    code: 'ledger.envelope-unreadable',
    names: 'approvals/notes.json',
  },
  {
    name: 'the approval of the runbook before is used for a new one',
    act: (project) => project.walk(['plan']),
    code: 'runbook.approval-missing',
    names: 'Ben decided on another runbook',
  },
  {
    name: 'the last line of the ledger is edited',
    act: (project) => project.edit(ledger, '"actor":"Ben"', '"actor":"Bob"'),
    code: 'ledger.damaged',
    names: 'ledger',
  },
  {
    name: 'the last line of the ledger is taken away',
    act: (project) => {
      const lines = project.read(ledger).trimEnd().split('\n');
      project.write(ledger, `${lines.slice(0, -1).join('\n')}\n`);
    },
    code: 'ledger.damaged',
    names: 'ledger',
  },
  {
    name: 'the ledger is emptied with its checkpoints',
    act: (project) => rmSync(project.path('.godwit/ledger'), { recursive: true }),
    code: 'runbook.not-planned',
    names: 'the ledger knows of no plan',
  },
  {
    name: 'the author approves alone',
    act: async (project) => {
      project.edit('godwit.yaml', 'author, operator', 'author, operator, approver');
      await project.walk(['approve', 'people', '--key', 'ben.key'], ['plan']);
      await project.walk(['approve', 'runbook', '--key', 'ada.key']);
    },
    code: 'runbook.author-alone',
    names: 'Ada approved and wrote the mapping, so that approval does not count',
  },
  {
    name: 'somebody fills the target',
    act: (project) => run(project.path('new.sqlite'), "insert into item values (9, 'z', 'z')"),
    code: 'engine.target-not-empty',
    names: 'item',
  },
  {
    name: 'somebody alters the target',
    act: (project) => run(project.path('new.sqlite'), 'alter table item add column more text'),
    code: 'runbook.structure-changed',
    names: 'relations of the target were changed: item.more is new (TEXT, null allowed)',
  },
  {
    name: 'somebody alters the source',
    act: (project) => run(project.path('old.sqlite'), 'alter table item add column more text'),
    code: 'runbook.structure-changed',
    names: 'relations of the source were changed: item.more is new (TEXT, null allowed)',
  },
  {
    name: 'the project is pointed at a copy of the target',
    act: (project) => {
      copyFileSync(project.path('new.sqlite'), project.path('copy.sqlite'));
      project.edit('godwit.yaml', 'new.sqlite', 'copy.sqlite');
    },
    code: 'runbook.system-differs',
    names: 'copy.sqlite',
  },
  {
    name: 'the approvals of another project are put in',
    act: async (project) => {
      using other = await approvedProject();
      for (const name of readdirSync(project.path('approvals'))) rmSync(project.path(`approvals/${name}`));
      for (const name of readdirSync(other.path('approvals')))
        project.write(`approvals/${name}`, other.read(`approvals/${name}`));
    },
    code: 'runbook.mapping-unsigned',
    names: 'which is not there or does not verify',
  },
  {
    // Last: what is put back afterwards would be another file than the approved one.
    name: 'the target is swapped for a copy under the same name',
    act: (project) => {
      copyFileSync(project.path('new.sqlite'), project.path('copy.sqlite'));
      rmSync(project.path('new.sqlite'));
      renameSync(project.path('copy.sqlite'), project.path('new.sqlite'));
    },
    code: 'runbook.system-differs',
    names: 'the target has another server (file',
  },
];

describe('what was changed after the approval is refused and named', () => {
  let project: AttackedProject;
  let putBack: () => void;
  beforeAll(async () => {
    project = await approvedProject();
    putBack = project.keepState();
  });
  afterAll(() => project[Symbol.dispose]());

  test.each(attacks)('$name', async ({ act, code, names }) => {
    putBack();
    await act(project);
    const before = only(project.path('new.sqlite'));
    const answer: Answer = await project.godwit(['run']);
    expect([errorCode(answer), answer.err]).toEqual([
      code,
      typeof names === 'string' ? expect.stringContaining(names) : expect.stringMatching(names),
    ]);
    expect(answer.exit).not.toBe(0);
    expect(only(project.path('new.sqlite'))).toBe(before);
  });
});

test('left alone, it runs; comments and layout of the runbook are nobody’s concern', async () => {
  using project = await approvedProject();
  project.write('runbook.yaml', `# read by Ben\n${project.read('runbook.yaml')}`);
  await project.walk(['run']);
  expect(only(project.path('new.sqlite'))).toBe('3');
});
