import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { approvedItems, goOn, sql } from './approved-items.ts';
import { errorCode } from './attacked-project.ts';

/** What is done to a run while it writes: there are records enough that it is still at it. */

describe('anybody on the team stops a run', () => {
  test('that another process is at, at a slice boundary; the named person lets it go on', {
    timeout: 120_000,
  }, async () => {
    using project = await approvedItems(6_000);
    const there = (): number => Number(sql(project.path('new.sqlite'), 'select count(*) from item')[0]?.[0]);
    const stopping = ['stop', '--as', 'Cleo', '--reason', 'the shop is down'];
    const stopped = await project.godwit(['run'], {
      meanwhile: async () => {
        while (there() < 100) await wait(20);
        await project.walk(stopping);
      },
    });
    expect([stopped.exit, stopped.out]).toEqual([4, expect.stringContaining('the shop is down')]);
    expect(there()).toBeLessThan(6_000);
    expect(there() % 10).toBe(0);

    const stranger = await project.godwit(['stop', '--as', 'Zoe', '--reason', 'x']);
    expect(errorCode(stranger)).toBe('project.person-unknown');
    expect(errorCode(await project.godwit(['run']))).toBe('runbook.held');
    const ledger = await project.godwit(['ledger', 'show']);
    expect(ledger.out).toMatch(/Cleo +stop asked/);

    await project.walk(goOn('ben'));
    await project.walk(stopping);
    expect(errorCode(await project.godwit(['run']))).toBe('runbook.held');
    await project.walk(goOn('ben'), ['run']);
    expect(there()).toBe(6_000);
  });
});

test('a rule edited while the run is under way, in godwit.yaml and in the runbook, switches nothing off', {
  timeout: 120_000,
}, async () => {
  using project = await approvedItems(1_500);
  using source = new DatabaseSync(project.path('old.sqlite'));
  source.exec('update item set name = null where id > 1000');
  const there = (): number => Number(sql(project.path('new.sqlite'), 'select count(*) from item')[0]?.[0]);
  const [settings, runbook] = [project.read('godwit.yaml'), project.read('runbook.yaml')];
  let thereWhenEdited = 0;
  const run = await project.godwit(['run'], {
    meanwhile: async (child) => {
      while (there() < 50 && child.exitCode === null) await wait(20);
      project.edit('godwit.yaml', 'quarantined_floor: 3', 'quarantined_floor: 3000');
      project.edit('runbook.yaml', 'quarantinedFloor: 3', 'quarantinedFloor: 3000');
      thereWhenEdited = there();
    },
  });
  expect([run.exit, run.out]).toEqual([
    4,
    expect.stringContaining('20 of 1020 records are in quarantine; agreed are'),
  ]);
  expect(thereWhenEdited).toBeLessThan(1_000);
  expect(there()).toBe(1_000);
  expect(errorCode(await project.godwit(['run']))).toBe('runbook.not-planned');
  project.write('godwit.yaml', settings);
  project.write('runbook.yaml', runbook);
  expect(errorCode(await project.godwit(['run']))).toBe('runbook.held');
});

test('a target that loses records it held before stops the run, and is taken back where that was agreed', {
  timeout: 120_000,
}, async () => {
  using project = await approvedItems(3_000, {
    rule: ['action: pause', 'action: roll-back'],
    there: [-1, -2, -3],
  });
  const there = (): unknown => sql(project.path('new.sqlite'), 'select count(*) from item')[0]?.[0];
  const run = await project.godwit(['run'], {
    meanwhile: async () => {
      while (Number(there()) < 100) await wait(20);
      sql(project.path('new.sqlite'), 'delete from item where id < -1 returning id');
    },
  });
  expect([run.exit, run.out]).toEqual([
    4,
    expect.stringContaining('item held 3 records before the run, 3000 were added, and holds 3001 now'),
  ]);
  expect(sql(project.path('new.sqlite'), 'select id from item')).toEqual([[-1]]);
  expect(errorCode(await project.godwit(['run']))).toBe('runbook.held');
});
