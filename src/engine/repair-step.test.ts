import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordKey } from '../model/index.ts';
import { CrmWorld, copyFirms, copyPeople, crmSteps } from './crm-world.contract.ts';
import { executeStep, repairStep, undoRun } from './index.ts';

let world: CrmWorld;
beforeEach(async () => {
  world = await CrmWorld.make(100);
  await using session = await world.session();
  for (const step of crmSteps) await executeStep(session, step, world.plans());
});
afterEach(async () => world[Symbol.asyncDispose]());

const person = () => world.plans().get('person')!;

/** Two records that went over and whose manager and nicknames nobody needs. */
function victims(): [string, string] {
  const found = world.rows(
    'target',
    'SELECT id FROM persons WHERE id NOT IN (SELECT manager_id FROM persons WHERE manager_id IS NOT NULL) AND manager_id IS NULL ORDER BY id LIMIT 2',
  );
  return [found[0]![0]!, found[1]![0]!];
}

test('puts back what is named, and touches nothing else', async () => {
  const before = world.content();
  const [changed, lost] = victims();
  const [[other]] = world.rows(
    'target',
    `SELECT max(id) FROM persons WHERE id NOT IN (${changed}, ${lost})`,
  ) as [[string]];
  world.sql(
    'target',
    `UPDATE persons SET name = 'damaged' WHERE id IN (${changed}, ${other}); DELETE FROM persons WHERE id = ${lost}`,
  );
  await using session = await world.session();
  const sourceKeys = [changed, lost].map((id) => recordKey([id]));
  const report = await repairStep(session, { step: copyPeople, plan: person(), sourceKeys });
  expect(report).toMatchObject({
    step: 'repair-1',
    outcome: 'done',
    counts: { rowsRead: 2, rowsWritten: 2 },
  });
  expect(world.rows('target', "SELECT id FROM persons WHERE name = 'damaged'")).toEqual([[other]]);
  world.sql('target', `UPDATE persons SET name = 'Zoë ' || ${Number(other) / 2} WHERE id = ${other}`);
  expect(world.content()).toEqual(before);
});

test('a record the target named itself is found by the id that was captured', async () => {
  const before = world.content();
  world.sql('target', "UPDATE firms SET title = 'damaged' WHERE title = 'company 4'");
  await using session = await world.session();
  const firm = world.plans().get('firm')!;
  await repairStep(session, { step: copyFirms, plan: firm, sourceKeys: [recordKey(['12'])] });
  expect(world.content()).toEqual(before);
});

test('a run that was repaired is undone whole', async () => {
  const [changed] = victims();
  world.sql('target', `UPDATE persons SET name = 'damaged' WHERE id = ${changed}`);
  await using session = await world.session();
  await repairStep(session, { step: copyPeople, plan: person(), sourceKeys: [recordKey([changed])] });
  expect(await undoRun(session, world.plans())).toMatchObject({ outcome: 'undone', left: [] });
  expect(world.content()).toEqual([]);
});

test('without a warrant for the step nothing is repaired', async () => {
  world.sql('target', "UPDATE persons SET name = 'damaged'");
  await using session = await world.session({ warrant: await world.warrant([copyFirms.id]) });
  const repair = repairStep(session, { step: copyPeople, plan: person(), sourceKeys: [recordKey(['2'])] });
  await expect(repair).rejects.toMatchObject({ code: 'warrant.refused' });
  expect(world.rows('target', "SELECT count(*) FROM persons WHERE name <> 'damaged'")).toEqual([['0']]);
});
