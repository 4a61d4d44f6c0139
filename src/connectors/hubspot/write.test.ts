import { expect, test } from 'vitest';
import { systemClock } from '../../host/index.ts';
import type { Row } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import {
  run,
  sourceKeyOf,
  step,
  type Wanted,
  writeRows,
  writesOf,
} from '../contract/write-slices.contract.ts';
import type { OpenSystem, UndoResult } from '../port.ts';
import { hubspot } from './index.ts';
import { PracticeAccount } from './practice-account.contract.ts';

const told = { objects: [{ name: 'contacts', properties: [{ name: 'legacy_id', unique: true }] }] };
const fields = ['legacy_id', 'firstname', 'email'];
const people = (from: number, count: number): Row[] =>
  Array.from({ length: count }, (_none, at): Row => {
    const id = String(from + at);
    return [id, `person ${id}`, `p${id}@example.org`];
  });

interface World extends AsyncDisposable {
  readonly account: PracticeAccount;
  open(): Promise<OpenSystem>;
}

async function openWorld(more: object = {}, faults: readonly object[] = []): Promise<World> {
  const account = await PracticeAccount.open({ ...told, ...more }, { seed: 7, faults });
  const address = { ...account.address, objects: ['companies', 'contacts'] };
  const opened: OpenSystem[] = [];
  return {
    account,
    open: async () => {
      const system = await hubspot.open(address, contextFor('target'));
      opened.push(system);
      return system;
    },
    [Symbol.asyncDispose]: async () => {
      for (const system of opened) await system[Symbol.asyncDispose]();
      await account[Symbol.asyncDispose]();
    },
  };
}

const contacts = (rows: readonly Row[], more: Partial<Wanted> = {}): Wanted => ({
  fields,
  rows,
  key: ['hs_object_id'],
  captureIds: true,
  object: 'person',
  ...more,
});

async function undo(system: OpenSystem, relation: string, slice = 0): Promise<UndoResult> {
  return await system.undoes!.undoSlice({ run, step, slice, relation: await relationIn(system, relation) });
}

const names = async ({ account }: World): Promise<readonly unknown[]> =>
  (await account.records('contacts', ['legacy_id']))
    .map((record) => Number(record['legacy_id']))
    .sort((a, b) => a - b);

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_none, at) => at + 1);

test('ids that the account gives are captured', async () => {
  await using world = await openWorld();
  const system = await world.open();
  await writeRows(system, 'contacts', contacts(people(1, 5)));
  const found = await writesOf(system).resolve(run, 'person', [sourceKeyOf(0, 4)]);
  const [record] = (await world.account.records('contacts', ['legacy_id'])).filter(
    (one) => one['legacy_id'] === '5',
  );
  expect(found.get(sourceKeyOf(0, 4))).toEqual([record!['hs_object_id']]);
});

test('whichever property names a record, what links to it is its id', async () => {
  await using world = await openWorld();
  const [there] = await world.account.add('contacts', [{ legacy_id: '1' }]);
  const system = await world.open();
  await writeRows(system, 'contacts', contacts(people(1, 2), { mode: 'upsert', key: ['legacy_id'] }));
  const found = await writesOf(system).resolve(run, 'person', [sourceKeyOf(0, 0), sourceKeyOf(0, 1)]);
  const records = await world.account.records('contacts', ['legacy_id']);
  const made = records.find((one) => one['legacy_id'] === '2');
  expect([...found.values()]).toEqual([[there], [made!['hs_object_id']]]);
});

test('exactly the bad records of a batch are refused, each with its reason', async () => {
  await using world = await openWorld();
  await world.account.add('contacts', [{ legacy_id: '900', email: 'p17@example.org' }]);
  const system = await world.open();
  const rows = [...people(1, 230)];
  rows[40] = ['41', 'x', 'no address'];
  rows[41] = ['900', 'somebody else’s', 'p42@example.org'];
  rows[42] = [null, 'nobody', 'p43@example.org'];
  rows[43] = ['7', 'twice', 'p44@example.org'];
  const { refused, counts } = await writeRows(system, 'contacts', contacts(rows));
  expect(refused.map(({ row, code, field }) => [row[0], code, field])).toEqual(
    expect.arrayContaining([
      ['17', 'target.unique', 'email'],
      ['41', 'target.type', 'email'],
      ['900', 'target.unique', 'legacy_id'],
      [null, 'target.not-null', 'legacy_id'],
      ['7', 'target.unique', 'legacy_id'],
    ]),
  );
  expect(refused.length).toBe(5);
  expect(counts.rowsWritten).toBe(225);
  expect((await names(world)).length).toBe(226);
});

const lost = [
  { kind: 'reset-in-body', path: 'batch/create', every: 2 },
  { kind: 'carried-out-twice', path: 'batch/create', from: 2, every: 3 },
  { kind: 'reset-before', path: 'batch/create', from: 3, every: 4 },
  { kind: 'records-lost', path: 'batch/create', from: 1, every: 2, records: 0.1 },
  { kind: 'refuse', path: 'batch/create', status: 502, from: 5, times: 1 },
];
test.each(lost.map((fault) => [fault.kind, fault] as const))(
  'a record is there once, also after %s',
  async (_kind, fault) => {
    await using world = await openWorld({}, [fault]);
    const { refused } = await writeRows(await world.open(), 'contacts', contacts(people(1, 350)));
    expect(refused).toEqual([]);
    expect(await names(world)).toEqual(upTo(350));
  },
);

test('a half made record is never left behind', async () => {
  const quirks = { halfCreated: true };
  await using world = await openWorld({ quirks }, [
    { kind: 'reset-in-body', path: 'batch/create', every: 1, times: 3 },
  ]);
  await writeRows(await world.open(), 'contacts', contacts(people(1, 120)));
  expect(await names(world)).toEqual(upTo(120));
});

/** Records that stop coming in the middle of a slice: as a kill would leave it. */
async function cutOff(world: World, rows: readonly Row[], after: number): Promise<void> {
  const system = await world.open();
  const relation = await relationIn(system, 'contacts');
  await writesOf(system).prepare(run);
  const batches = async function* (): AsyncGenerator<{ sourceKey: string; row: Row }[]> {
    yield rows.slice(0, after).map((row, at) => ({ sourceKey: sourceKeyOf(0, at), row }));
    throw new RangeError('the source went away');
  };
  const write = { ...contacts(rows), run, step, slice: 0, mode: 'insert' as const, relation };
  await expect(
    writesOf(system).writeSlice({
      ...write,
      key: ['hs_object_id'],
      captureIds: true,
      object: 'person',
      batches: batches(),
      beforeCommit: async () => ({ rowsRead: 0, rowsWritten: 0, rowsQuarantined: 0, rowsPurged: 0 }),
    }),
  ).rejects.toThrow('the source went away');
}

test('a slice that ended early is taken up again: what is there stays, what does not belong to it goes', async () => {
  await using world = await openWorld();
  await cutOff(world, people(1, 700), 650);
  expect((await names(world)).length).toBe(600);
  const system = await world.open();
  expect(await writesOf(system).applied(run)).toEqual([]);
  // The fifth record changed in the source meanwhile, the last one is not there any more.
  const now = people(1, 199).map(([id, name, email]): Row => [id!, id === '5' ? 'renamed' : name!, email!]);
  const written = await writeRows(system, 'contacts', contacts(now));
  expect(written.refused).toEqual([]);
  expect(await names(world)).toEqual(upTo(199));
  const [fifth] = (await world.account.records('contacts', ['legacy_id', 'firstname'])).filter(
    (one) => one['legacy_id'] === '5',
  );
  expect(fifth?.['firstname']).toBe('renamed');
  expect(await undo(system, 'contacts')).toMatchObject({ rowsRemoved: 199, refused: [] });
  expect(await names(world)).toEqual([]);
});

test('a record whose answer was lost, and that changed in the source before the run went on, is there once and as it is now', async () => {
  await using world = await openWorld({}, [{ kind: 'reset-in-body', path: 'batch/create', times: 1 }]);
  // The process ends where it would wait for what was lost to settle.
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    if (ms >= 1_000) throw new RangeError('killed');
    await systemClock.sleep(ms, signal);
  };
  const address = { ...world.account.address, objects: ['companies', 'contacts'] };
  const context = { ...contextFor('target'), clock: { ...systemClock, sleep } };
  await using killed = await hubspot.open(address, context);
  await expect(writeRows(killed, 'contacts', contacts(people(1, 30)))).rejects.toThrow('killed');
  expect(await names(world)).toEqual(upTo(30));
  const now = people(1, 30).map(([id, name, email]): Row => [id!, id === '7' ? 'renamed' : name!, email!]);
  expect((await writeRows(await world.open(), 'contacts', contacts(now))).refused).toEqual([]);
  expect(await names(world)).toEqual(upTo(30));
  const first = await world.account.records('contacts', ['legacy_id', 'firstname']);
  expect(first.find((one) => one['legacy_id'] === '7')?.['firstname']).toBe('renamed');
});

test('a slice that ended early can be taken back without being ended', async () => {
  await using world = await openWorld({}, []);
  await world.account.add('contacts', [{ legacy_id: '5000' }]);
  await cutOff(world, people(1, 700), 650);
  const system = await world.open();
  expect(await system.undoes!.begun!(run)).toEqual([{ step, slice: 0 }]);
  expect(await undo(system, 'contacts')).toMatchObject({ rowsRemoved: 600, refused: [] });
  expect(await names(world)).toEqual([5000]);
  expect(await system.undoes!.begun!(run)).toEqual([]);
});

test('what HubSpot keeps as something else is put back and refused', async () => {
  await using world = await openWorld();
  await world.account.add('contacts', [{ legacy_id: '1', lifecyclestage: 'customer', firstname: 'Ada' }]);
  const system = await world.open();
  const rows: Row[] = [
    ['1', 'changed', 'lead'],
    ['2', 'new', 'lead'],
  ];
  const wanted = {
    fields: ['legacy_id', 'firstname', 'lifecyclestage'],
    rows,
    mode: 'upsert',
    key: ['legacy_id'],
  } as const;
  const { refused } = await writeRows(system, 'contacts', wanted);
  expect(refused.map(({ row, code, field }) => [row[0], code, field])).toEqual([
    ['1', 'target.refused', 'lifecyclestage'],
  ]);
  const after = await world.account.records('contacts', ['legacy_id', 'firstname', 'lifecyclestage']);
  expect(after.map((one) => [one['legacy_id'], one['firstname'], one['lifecyclestage']])).toEqual([
    ['1', 'Ada', 'customer'],
    ['2', 'new', 'lead'],
  ]);
});

test('an undo gives a lifecycle stage back that only goes forward', async () => {
  await using world = await openWorld();
  await world.account.add('contacts', [{ legacy_id: '1', lifecyclestage: 'lead', firstname: 'Ada' }]);
  const system = await world.open();
  const rows: Row[] = [['1', null, 'customer']];
  const wanted = {
    fields: ['legacy_id', 'firstname', 'lifecyclestage'],
    rows,
    mode: 'upsert',
    key: ['legacy_id'],
  } as const;
  expect((await writeRows(system, 'contacts', wanted)).refused).toEqual([]);
  expect(await undo(system, 'contacts')).toEqual({ rowsRemoved: 0, rowsRestored: 1, refused: [] });
  const [record] = await world.account.records('contacts', ['firstname', 'lifecyclestage']);
  expect(record).toMatchObject({ firstname: 'Ada', lifecyclestage: 'lead' });
});

test('links go with their labels, once, and are taken back where nobody changed them', async () => {
  await using world = await openWorld();
  const { account } = world;
  await account.ask('POST', '/crm/v4/associations/contacts/companies/labels', {
    label: 'Billing',
    name: 'billing',
  });
  const ids = await account.add(
    'contacts',
    people(1, 6).map(([id]) => ({ legacy_id: id })),
  );
  const [company] = await account.add('companies', [{ name: 'one' }]);
  const there = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 };
  await account.ask('PUT', `/crm/v4/objects/contacts/${ids[0]}/associations/companies/${company}`, [there]);
  const system = await world.open();
  const rows: Row[] = [
    [ids[0]!, company!, null],
    [ids[1]!, company!, null],
    [ids[2]!, company!, 'Billing'],
    [ids[3]!, company!, 'Nobody knows'],
    [ids[4]!, '77', null],
    [null, company!, null],
  ];
  const wanted = { fields: ['from_id', 'to_id', 'labels'], rows, key: ['from_id', 'to_id'] };
  const { refused } = await writeRows(system, 'contacts_to_companies', wanted);
  expect(refused.map(({ row, code }) => [row[0], code])).toEqual(
    expect.arrayContaining([
      [ids[0], 'target.unique'],
      [ids[3], 'target.check'],
      [ids[4], 'target.foreign-key'],
      [null, 'target.not-null'],
    ]),
  );
  const links = await linksOf(account, ids);
  expect(links).toEqual([
    [ids[0], [null]],
    [ids[1], [null]],
    [ids[2], [null, 'Billing']],
  ]);
  const labelled = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 }];
  await account.ask('PUT', `/crm/v4/objects/contacts/${ids[1]}/associations/companies/${company}`, labelled);
  const undone = await undo(system, 'contacts_to_companies');
  expect(undone.rowsRemoved).toBe(1);
  expect(undone.refused.map(({ key }) => key)).toEqual([JSON.stringify([ids[1], company])]);
  expect((await linksOf(account, ids)).map(([id]) => id)).toEqual([ids[0], ids[1]]);
});

async function linksOf(
  account: PracticeAccount,
  ids: readonly string[],
): Promise<readonly (readonly [string, readonly (string | null)[]])[]> {
  const inputs = ids.map((id) => ({ id }));
  const told = await account.ask('POST', '/crm/v4/associations/contacts/companies/batch/read', { inputs });
  const results = told['results'] as readonly {
    readonly from: { readonly id: string };
    readonly to: readonly { readonly associationTypes: readonly { readonly label: string | null }[] }[];
  }[];
  return results.map(({ from, to }) => [
    from.id,
    to.flatMap(({ associationTypes }) => associationTypes.map(({ label }) => label)),
  ]);
}

test('the day on which a record was made is written where the account lets it be, and is told not to be where not', async () => {
  const made = (readOnly: boolean) => ({
    name: 'notes',
    properties: [
      { name: 'legacy_id', unique: true },
      { name: 'hs_createdate', readOnly },
    ],
  });
  for (const readOnly of [true, false]) {
    await using account = await PracticeAccount.open({ objects: [made(readOnly)] });
    await using system = await hubspot.open({ ...account.address, objects: ['notes'] }, contextFor('target'));
    const { fields } = await relationIn(system, 'notes');
    const { generated } = fields.find(({ name }) => name === 'hs_createdate')!;
    expect(generated).toBe(readOnly ? 'computed' : 'no');
    if (readOnly) continue;
    const row = ['1', '2024-02-29 08:15:00+00', '2019-05-06 07:08:09.01+00', 'Called.'];
    const wanted = {
      fields: ['legacy_id', 'hs_timestamp', 'hs_createdate', 'hs_note_body'],
      rows: [row],
      key: ['hs_object_id'],
      captureIds: false,
    };
    const { refused } = await writeRows(system, 'notes', wanted);
    expect(refused).toEqual([]);
    expect(await account.records('notes', ['hs_createdate'])).toMatchObject([
      { hs_createdate: '2019-05-06T07:08:09.010Z' },
    ]);
  }
});
