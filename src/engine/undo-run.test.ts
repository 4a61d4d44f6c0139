import { afterEach, beforeEach, expect, test } from 'vitest';
import { relationsOf } from './crm-systems.contract.ts';
import { CrmWorld, copyFirms, copyPeople, crmSteps } from './crm-world.contract.ts';
import { executeStep, replayStep, undoRun } from './index.ts';

let world: CrmWorld;
beforeEach(async () => {
  world = await CrmWorld.make(100);
});
afterEach(async () => world[Symbol.asyncDispose]());

async function runAll(): Promise<void> {
  await using session = await world.session();
  for (const step of crmSteps) await executeStep(session, step, world.plans());
}

test('takes everything back, and never opens the source', async () => {
  await runAll();
  const rows = world.content().length;
  await using session = await world.session({
    systems: {
      source: async () => Promise.reject(new RangeError('gone')),
      target: async () => world.open('target'),
    },
  });
  const report = await undoRun(session, world.plans());
  expect(report).toMatchObject({ outcome: 'undone', rowsRemoved: rows, left: [] });
  expect(report.rowsRestored).toBeGreaterThan(20);
  expect(world.content()).toEqual([]);
  const written = crmSteps.filter(({ action }) => action.kind === 'copy' || action.kind === 'link');
  expect(report.stepTimes.map(({ step }) => step)).toEqual(written.map(({ id }) => id).toReversed());
  expect(report.stepTimes.every(({ durationMs }) => durationMs > 0)).toBe(true);
  expect((await session.journal.runs())[0]?.state).toBe('undone');
  expect(world.events.slice(-2).map(({ type }) => type)).toEqual([
    'engine.undo-started',
    'engine.undo-ended',
  ]);
});

test('what was there before stays, and a second undo finds nothing to do', async () => {
  world.sql('target', "INSERT INTO nicknames VALUES (1, 1, 'theirs')");
  await runAll();
  await using session = await world.session();
  await undoRun(session, world.plans());
  expect(await undoRun(session, world.plans())).toMatchObject({ outcome: 'undone', slicesUndone: 0 });
  expect(world.content()).toEqual([['1', '1', 'theirs']]);
});

test('a run that is being undone writes no more', async () => {
  await runAll();
  await using session = await world.session();
  await undoRun(session, world.plans());
  await expect(executeStep(session, copyFirms, world.plans())).rejects.toMatchObject({
    code: 'engine.run-undone',
  });
  const replay = { step: copyPeople, plan: world.plans().get('person')!, entries: 'all' } as const;
  await expect(replayStep(session, replay)).rejects.toMatchObject({ code: 'engine.run-undone' });
  expect(world.content()).toEqual([]);
});

test('without a warrant for the step nothing is undone', async () => {
  await runAll();
  const before = world.content();
  await using session = await world.session({ warrant: await world.warrant(['01-check']) });
  await expect(undoRun(session, world.plans())).rejects.toMatchObject({ code: 'warrant.refused' });
  expect(world.content()).toEqual(before);
});

test('can be stopped between slices and gone on with', async () => {
  await runAll();
  const controller = new AbortController();
  let undone = 0;
  await using session = await world.session({
    signal: controller.signal,
    crash: (point) => {
      if (point === 'after-undo-slice') undone += 1;
      if (undone === 4) controller.abort();
    },
  });
  expect(await undoRun(session, world.plans())).toMatchObject({ outcome: 'stopped', slicesUndone: 4 });
  expect(world.content().length).toBeGreaterThan(50);
  await using again = await world.session();
  expect((await undoRun(again, world.plans())).outcome).toBe('undone');
  expect(world.content()).toEqual([]);
});

test('records somebody else changed since are named and left', async () => {
  await runAll();
  const [[id]] = world.rows('target', 'SELECT max(id) FROM persons WHERE manager_id IS NULL') as [[string]];
  world.sql('target', `UPDATE persons SET name = 'changed by hand' WHERE id = ${id}`);
  await using session = await world.session();
  const report = await undoRun(session, world.plans());
  expect(report.outcome).toBe('left-some');
  expect(report.left.filter(({ relation }) => relation === 'persons')).toMatchObject([
    { step: copyPeople.id, relation: 'persons', key: JSON.stringify([id]) },
  ]);
  expect(world.rows('target', 'SELECT name FROM persons')).toEqual([['changed by hand']]);
  expect((await session.journal.runs())[0]?.state).toBe('undoing');
  await expect(executeStep(session, copyFirms, world.plans())).rejects.toMatchObject({
    code: 'engine.run-undone',
  });
});

test('a replay is undone before the step it repeats', async () => {
  await runAll();
  world.rules = { ageOfText: false };
  await using session = await world.session();
  await replayStep(session, { step: copyPeople, plan: world.plans().get('person')!, entries: 'all' });
  expect((await undoRun(session, world.plans())).outcome).toBe('undone');
  expect(world.content()).toEqual([]);
});

test('what a step left is tried again before the step before it goes, so that nothing ever points at a firm that is gone', async () => {
  // Nothing but the order keeps it so: the target keeps no reference. The resident has the address of somebody who comes behind it.
  world.sql(
    'target',
    `DROP TABLE persons;
     CREATE TABLE persons (id INTEGER PRIMARY KEY, firm_id INTEGER, email TEXT NOT NULL UNIQUE, name TEXT, age INTEGER, manager_id INTEGER);
     INSERT INTO persons VALUES (2, NULL, 'p3@example.org', 'resident', 40, NULL)`,
  );
  await using source = await world.open('source');
  await using target = await world.open('target');
  world.relations = await relationsOf(source, target);
  const plans = new Map(world.plans());
  plans.set('person', { ...world.plans().get('person')!, mode: 'upsert' });
  {
    await using session = await world.session();
    for (const step of crmSteps) await executeStep(session, step, plans);
  }
  expect(world.rows('target', 'SELECT email FROM persons WHERE id IN (2, 6)')).toEqual([
    ['p1@example.org'],
    ['p3@example.org'],
  ]);
  const homeless: unknown[] = [];
  await using session = await world.session({
    crash: (point) => {
      if (point === 'after-undo-slice')
        homeless.push(
          ...world.rows(
            'target',
            'SELECT id FROM persons WHERE firm_id NOT NULL AND firm_id NOT IN (SELECT id FROM firms)',
          ),
        );
    },
  });
  expect(await undoRun(session, plans)).toMatchObject({ outcome: 'undone', left: [] });
  expect(homeless).toEqual([]);
  expect(world.rows('target', 'SELECT * FROM persons')).toEqual([
    ['2', null, 'p3@example.org', 'resident', '40', null],
  ]);
});
