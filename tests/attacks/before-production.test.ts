import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { approvedProject, changeDatabase } from './approved-project.ts';
import { errorCode } from './attacked-project.ts';

/** At the command line: an approved runbook for production, and what is tried to get past what has to come before it. */
const drills = `environment: production
drills:
  monitoring: { command: [node, -e, "console.log('all is well')"], expect: well }
  restore:
    backup: new.backup
    scratch: { kind: sqlite, path: scratch.sqlite }
    app_reads: [{ name: items, query: select count(*) from item, expect: 0 }]
`;

test('nothing is written in production before all five are there, whatever is edited in between', async () => {
  using project = await approvedProject();
  project.edit('godwit.yaml', 'environment: practice\n', drills);
  const changed = await project.godwit(['run']);
  expect(errorCode(changed)).toBe('runbook.limits-changed');
  expect(changed.err).toContain('environment was agreed as "practice" and is "production"');
  await project.walk(['drill', 'rollback'], ['drill', 'backup'], ['drill', 'restore']);
  await project.planAndApprove();
  expect(project.answers.at(-1)?.out).toMatch(/next: before `godwit run`: `godwit drill monitoring`, /);
  const lacking = await project.godwit(['run']);
  expect([errorCode(lacking), lacking.exit]).toEqual(['runbook.pre-check-missing', 4]);
  expect(lacking.err).toContain('godwit drill monitoring');
  expect(lacking.err).not.toContain('godwit drill restore');
  const status = await project.godwit(['status']);
  expect(status.out).toMatch(/01-before-restore\s+evidence is there/);
  expect(status.out).toMatch(/monitoring is live\s+MISSING/);
  // Once among what stands against it, once in the table.
  expect(status.out.split('godwit drill monitoring')).toHaveLength(3);

  // Back to practice, where nothing is asked: not what was approved.
  project.edit('godwit.yaml', 'environment: production', 'environment: practice');
  expect(errorCode(await project.godwit(['run']))).toBe('runbook.limits-changed');
  project.edit('godwit.yaml', 'environment: practice', 'environment: production');
  // The steps taken out of the runbook: another runbook, that nobody planned or approved.
  const runbook = project.read('runbook.yaml');
  project.write(
    'runbook.yaml',
    runbook.replace(/ {2}- id: 04-before-monitoring[\s\S]*?(?= {2}- id: 05)/, ''),
  );
  expect(errorCode(await project.godwit(['run']))).toMatch(/^runbook\./);
  project.write('runbook.yaml', runbook);

  await project.walk(['drill', 'monitoring']);
  // As the guide has it: nothing is overwritten here, and the brief is the one that is written.
  await project.walk(['approve', 'step', '--all', '--key', 'ben.key'], ['report', 'support']);
  const [nothing, brief] = project.answers.slice(-2);
  expect(nothing?.out).toContain('there is nothing to sign');
  expect(brief?.out).toMatch(
    /next: .*`godwit approve check support --reference <ticket> --file \S*support-brief.txt --key <file>`/,
  );
  const support = 'approve check support --reference ticket-7 --file reports/support-brief.txt --key ben.key';
  const toSign = support.split(' ').map((word) => (word.endsWith('.txt') ? project.path(word) : word));
  await project.walk(toSign);
  const [evidence] = project.files().filter(({ name }) => name.startsWith('evidence/restore-drill'));
  const kept = project.read(evidence?.name ?? '');
  project.write(evidence?.name ?? '', kept.replace('"sig":"', '"sig":"AA'));
  expect((await project.godwit(['run'])).err).toContain('of a restore drill there is none yet');
  project.write(evidence?.name ?? '', kept);

  await project.walk(['run'], ['ledger', 'verify']);
  expect(project.answers.at(-2)?.out).toMatch(/07-copy-item\s+done\s+[\d.]+ s\s+3\s+3/);
  expect(existsSync(project.path('scratch.sqlite'))).toBe(false);
}, 240_000);

test('a drill that fails ends with 1 and says which check', async () => {
  using project = await approvedProject();
  project.edit('godwit.yaml', 'environment: practice\n', drills.replace('expect: 0', 'expect: 5'));
  changeDatabase(project.path('new.sqlite'), "insert into item values (9, 'mine', 'z')");
  await project.walk(['drill', 'backup']);
  const failed = await project.godwit(['drill', 'restore']);
  expect(failed.exit).toBe(1);
  expect(failed.out).toMatch(/app-read: items\s+NOT OK\s+the answer is not the one that was agreed/);
  expect(failed.out).toMatch(/records\s+ok/);
  expect(failed.out + failed.err).not.toContain('mine');
}, 120_000);
