import { readdirSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { approvedItems, goOn, sql } from './approved-items.ts';
import { type Answer, AttackedProject, errorCode } from './attacked-project.ts';

/** Records without a name come after the approval: nobody could know of them, so only a stop rule can speak. */
const firstBad = 41;

describe('a run that a rule stopped', () => {
  let project: AttackedProject;
  let putBack: () => void;
  beforeAll(async () => {
    project = await approvedItems(400);
    using source = new DatabaseSync(project.path('old.sqlite'));
    source.exec(`update item set name = null where id between ${firstBad} and ${firstBad + 5}`);
    const run = await project.godwit(['run']);
    expect([run.exit, run.out]).toEqual([4, expect.stringContaining('6 of 50 records are in quarantine')]);
    putBack = project.keepState();
  });
  afterAll(() => project[Symbol.dispose]());

  const there = (): unknown => sql(project.path('new.sqlite'), 'select count(*) from item')[0]?.[0];

  test('ended behind the slice it spoke in, and is not begun again by typing it again', async () => {
    expect(there()).toBe(44);
    const again = await project.godwit(['run']);
    expect([again.exit, errorCode(again)]).toEqual([4, 'runbook.held']);
    expect(again.err).toContain('Ben decides whether it goes on');
    expect(there()).toBe(44);
    const status = await project.godwit(['status']);
    expect(status.out).toContain('6 of 50 records are in quarantine');
    expect(status.out).toContain('Ben');
  });

  test.each([
    ['who runs it', 'ada'],
    ['another approver', 'cleo'],
  ])('goes not on by the signature of %s', async (_who, name) => {
    putBack();
    const signed = await project.godwit(goOn(name));
    expect([signed.exit, errorCode(signed)]).toEqual([4, 'approval.cannot-continue']);
    expect(errorCode(await project.godwit(['run']))).toBe('runbook.held');
  });

  test.each<[string, () => void, string]>([
    [
      'the rule in godwit.yaml',
      () => project.edit('godwit.yaml', 'quarantined_floor: 3', 'quarantined_floor: 3000'),
      'runbook.held',
    ],
    [
      'the rule in the runbook',
      () => project.edit('runbook.yaml', 'quarantinedFloor: 3', 'quarantinedFloor: 3000'),
      'runbook.not-planned',
    ],
    [
      'the entry that holds it',
      () => {
        const entries = '.godwit/ledger/entries.jsonl';
        const lines = project.read(entries).trimEnd().split('\n');
        project.write(entries, `${lines.filter((line) => !line.includes('"run-held"')).join('\n')}\n`);
      },
      'ledger.damaged',
    ],
    ['the journal', () => rmSync(project.path('.godwit/journal.sqlite')), 'runbook.held'],
  ])('does not go on when somebody takes away %s', async (_what, act, code) => {
    putBack();
    act();
    expect(errorCode(await project.godwit(['run']))).toBe(code);
    expect(there()).toBe(44);
  });

  test('goes on by the named signature, up to the value that was signed and no further', async () => {
    putBack();
    await project.walk(goOn('ben'));
    using source = new DatabaseSync(project.path('old.sqlite'));
    source.exec('update item set name = null where id = 200');
    const further = await project.godwit(['run']);
    expect([further.exit, further.out]).toEqual([
      4,
      expect.stringContaining('7 of 200 records are in quarantine'),
    ]);
    expect(there()).toBe(193);
    expect(errorCode(await project.godwit(['run']))).toBe('runbook.held');
    await project.walk(goOn('ben'), ['run']);
    expect(there()).toBe(393);
  });

  test('does not go on once the signature is taken away again', async () => {
    putBack();
    await project.walk(goOn('ben'));
    for (const name of readdirSync(project.path('approvals')))
      if (name.startsWith('stop-override')) rmSync(project.path(`approvals/${name}`));
    const run = await project.godwit(['run']);
    expect(errorCode(run)).toBe('runbook.held');
  });

  test('has nothing to be signed when nothing stopped it', async () => {
    putBack();
    await project.walk(goOn('ben'));
    const twice = await project.godwit(goOn('ben'));
    expect(errorCode(twice)).toBe('approval.nothing-stopped');
  });
});

test('outside its window a run writes nothing, and waits without a signature', async () => {
  const closed = 'window: { from: 2001-01-01T00:00Z, to: 2001-01-02T00:00Z }';
  using project = await approvedItems(20, { rule: ['window:', closed] });
  const there = (): unknown => sql(project.path('new.sqlite'), 'select count(*) from item')[0]?.[0];
  for (const _time of ['first', 'second']) {
    const run = await project.godwit(['run']);
    expect([run.exit, run.out]).toEqual([4, expect.stringContaining('writing is agreed from 2001-01-01')]);
    expect(there()).toBe(0);
  }
  project.edit('godwit.yaml', closed, 'window:');
  const opened = await project.godwit(['run']);
  expect([errorCode(opened), opened.err]).toEqual([
    'runbook.limits-changed',
    expect.stringContaining('stop_rules.window was agreed as {"notAfter":'),
  ]);
});

describe('a hard stop', () => {
  let project: AttackedProject;
  let run: Answer;
  let putBack: () => void;
  const prices = (): unknown => sql(project.path('new.sqlite'), 'select id, amount from price order by id');
  const before = [
    [1, 10],
    [3, 30],
  ];

  beforeAll(async () => {
    project = await pricedProject();
    run = await project.godwit(['run']);
    putBack = project.keepState();
  });
  afterAll(() => project[Symbol.dispose]());

  test('stands before records that are there are changed, shows what is there, and is not passed by typing again', async () => {
    expect([run.exit, run.out]).toEqual([4, expect.stringContaining('paused at 03-copy-price')]);
    expect(prices()).toEqual(before);
    const status = await project.godwit(['status']);
    for (const words of [
      'held at a stop point before 03-copy-price',
      'price holds 2 records, as agreed',
      'item: 9 written, 1 in quarantine, 0 left behind on purpose',
      'Ben looks at what is there and signs `godwit approve continue --key <file> --reason <why>`',
    ])
      expect(status.out.replaceAll(/\s+/g, ' ')).toContain(words);
    const again = await project.godwit(['run']);
    expect([again.exit, errorCode(again)]).toEqual([4, 'runbook.held']);
    expect(again.err).toContain('Ben lets it go on');
    expect(prices()).toEqual(before);
  });

  test.each([
    ['who runs it', 'ada'],
    ['another approver', 'cleo'],
  ])('is not passed by the signature of %s', async (_who, name) => {
    putBack();
    expect(errorCode(await project.godwit(goOn(name)))).toBe('approval.cannot-continue');
    expect(errorCode(await project.godwit(['run']))).toBe('runbook.held');
  });

  test('is not passed when it is struck out of the runbook', async () => {
    putBack();
    project.edit('runbook.yaml', /^ +holds: overwriting\n/m, '');
    expect(errorCode(await project.godwit(['run']))).toBe('runbook.not-planned');
    expect(prices()).toEqual(before);
  });

  test('is passed by the named signature over what is there, and not once that is something else', async () => {
    putBack();
    await project.walk(goOn('ben'));
    sql(project.path('old.sqlite'), "update item set name = 'mended' where id = 5 returning id");
    await project.walk(['quarantine', 'replay']);
    const other = await project.godwit(['run']);
    expect([other.exit, other.out]).toEqual([4, expect.stringContaining('paused at 03-copy-price')]);
    expect(prices()).toEqual(before);
    const status = await project.godwit(['status']);
    expect(status.out.replaceAll(/\s+/g, ' ')).toContain('item: 10 written, 0 in quarantine');
    await project.walk(goOn('ben'), ['run']);
    expect(prices()).toEqual([
      [1, 101],
      [2, 102],
      [3, 103],
    ]);
    const ledger = project.read('.godwit/ledger/entries.jsonl');
    expect(ledger).toMatch(
      /"by":"a signature","person":"Ben","run":"\w+","shown":"sha256:\w+","step":"03-copy-price"/,
    );
    expect(ledger).toMatch(/"by":"its checks","person":"Ben","run":"\w+","step":"02-copy-item"/);
  });
});

/** Approved: ten new items, of which one turns out to have no name, and three prices, of which two are there already and change. */
async function pricedProject(): Promise<AttackedProject> {
  const project = new AttackedProject();
  using source = new DatabaseSync(project.path('old.sqlite'));
  source.exec(`create table item (id integer primary key, name text);
    create table price (id integer primary key, amount integer);
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 10) insert into item select i, 'name ' || i from n;
    insert into price values (1, 101), (2, 102), (3, 103)`);
  using target = new DatabaseSync(project.path('new.sqlite'));
  target.exec(`create table item (id integer primary key, name text not null);
    create table price (id integer primary key, amount integer not null); insert into price values (1, 10), (3, 30)`);
  project.makePeople();
  project.makeKeys('Cleo');
  const systems = ['--source', 'sqlite:old.sqlite', '--target', 'sqlite:new.sqlite'];
  await project.walk(['init', ...systems, '--name', 'attack']);
  const cleo = `  - { name: Cleo, roles: [approver], keys: ["${project.read('cleo.key.pub').trim()}"] }\n`;
  project.edit('godwit.yaml', 'people: []\n', project.peopleText() + cleo);
  project.edit('godwit.yaml', 'quarantined_floor: 100', 'quarantined_floor: 1');
  const item = 'source: item\ntarget: item\nkey: id\nowner: Ada\nfields:\n  id: id\n  name: name\n';
  const price = item.replaceAll('item', 'price').replace('name: name', 'amount: amount');
  project.write('mapping/item.yaml', item);
  project.write('mapping/price.yaml', `mode: upsert\n${price}`);
  await project.walk(['map', 'check']);
  await project.planAndApprove();
  source.exec('update item set name = null where id = 5');
  return project;
}

test('a run that a rule stops behind a hard stop goes on where it was, and is not held there again', async () => {
  using project = await pricedProject();
  expect((await project.godwit(['run'])).exit).toBe(4);
  await project.walk(goOn('ben'));
  sql(project.path('old.sqlite'), 'update price set amount = null where id > 1 returning id');
  const ruled = await project.godwit(['run']);
  expect([ruled.exit, ruled.out]).toEqual([4, expect.stringContaining('2 of 3 records are in quarantine')]);
  await project.walk(goOn('ben'));
  const went = await project.godwit(['run']);
  expect(went.out).not.toContain('paused');
  expect(sql(project.path('new.sqlite'), 'select id, amount from price order by id')).toEqual([
    [1, 101],
    [3, 30],
  ]);
});
