import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { approvedProject } from './approved-project.ts';
import { errorCode } from './attacked-project.ts';

/** Who let a run happen has left since: the way back stays open, for the people of today, and for nobody who named himself. */
test('a run is taken back under people who followed lawfully, and under no others', async () => {
  using project = await approvedProject();
  project.makeKeys('Cleo', 'Eve');
  await project.walk(['run']);
  const rows = (): unknown => {
    using target = new DatabaseSync(project.path('new.sqlite'), { readOnly: true });
    return target.prepare('select count(*) as there from item').get()?.['there'];
  };
  expect(rows()).toBe(3);

  // Eve names herself in place of both.
  const before = project.read('godwit.yaml');
  const eve = `people:\n  - { name: Eve, roles: [approver, owner, operator], keys: ["${project.read('eve.key.pub').trim()}"] }\n`;
  project.write('godwit.yaml', before.replace(project.peopleText(), eve));
  const named = await project.godwit(['rollback']);
  expect([errorCode(named), named.exit]).toEqual(['runbook.policy-not-agreed', 4]);
  expect(named.err).toContain('godwit.yaml says sha256:');

  // Ben gives his part to Cleo, and agrees to it; Ada leaves with him.
  const cleo = `people:\n  - { name: Cleo, roles: [author, approver, owner, operator], keys: ["${project.read('cleo.key.pub').trim()}"] }\n`;
  project.write('godwit.yaml', before.replace(project.peopleText(), cleo));
  expect(errorCode(await project.godwit(['rollback']))).toBe('runbook.policy-not-agreed');
  await project.walk(['approve', 'people', '--key', 'ben.key']);
  const gone = await project.godwit(['rollback', '--as', 'Ada']);
  expect(errorCode(gone)).toBe('runbook.operator-unknown');

  // The people of that time, as they are kept, say something else in both places.
  const back = project.keepState();
  for (const { name, content } of project.files())
    if (/\.godwit\/(runbooks|people)\/.*\.json$/.test(name))
      project.write(name, content.replaceAll('"approver"', '"operator"'));
  expect(errorCode(await project.godwit(['rollback']))).toBe('project.no-people');
  back();

  // One of the two is enough.
  for (const { name } of project.files())
    if (/\.godwit\/runbooks\/.*\.json$/.test(name)) project.write(name, '{}');
  expect(rows()).toBe(3);
  await project.walk(['rollback']);
  expect(rows()).toBe(0);
  expect(errorCode(await project.godwit(['rollback']))).toBe('runbook.closed');
  await project.walk(['ledger', 'verify']);
});
