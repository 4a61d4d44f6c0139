import { expect, test } from 'vitest';
import type { Row } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { run, sourceKeyOf, step, writeRows, writesOf } from '../contract/write-slices.contract.ts';
import type { OpenSystem, UndoResult } from '../port.ts';
import { hubspot } from './index.ts';
import { PracticeAccount } from './practice-account.contract.ts';

const told = {
  objects: [
    {
      name: 'contacts',
      properties: [
        { name: 'legacy_id', unique: true },
        { name: 'score', type: 'number' },
        { name: 'seen_at', type: 'datetime' },
      ],
    },
  ],
};
const fields = ['legacy_id', 'firstname', 'score', 'seen_at'];

/** Calls that write are counted, and nothing else is done to them. */
const counting = (...paths: readonly string[]): object => ({
  faults: paths.map((path) => ({ kind: 'clock-skew', byMs: 0, path })),
});
const writeCalls = async (account: PracticeAccount): Promise<readonly number[]> => {
  const { faults } = (await account.ask('GET', '/__practice/state')) as unknown as {
    readonly faults: readonly { readonly times: number }[];
  };
  return faults.map(({ times }) => times);
};

const recordCalls = counting('contacts/batch/create', 'contacts/batch/update', 'contacts/batch/upsert');
const open = async (account: PracticeAccount): Promise<OpenSystem> =>
  await hubspot.open({ ...account.address, objects: ['companies', 'contacts'] }, contextFor('target'));

async function undo(system: OpenSystem, relation = 'contacts'): Promise<UndoResult> {
  return await system.undoes!.undoSlice({
    run,
    step,
    slice: 0,
    relation: await relationIn(system, relation),
  });
}

const upsert = (rows: readonly Row[]) =>
  ({ fields, rows, mode: 'upsert', key: ['legacy_id'], captureIds: true, object: 'person' }) as const;

test('10,000 records that hold what they would be given are not written, keep their ids in the map, and are left alone by an undo', async () => {
  await using account = await PracticeAccount.open(told, recordCalls);
  const held = Array.from({ length: 10_000 }, (_none, at) => ({
    legacy_id: String(at),
    firstname: `person ${at}`,
    score: `${at}.5`,
    seen_at: '2026-11-20T12:45:00.500Z',
  }));
  const ids = await account.add('contacts', held);
  const before = await writeCalls(account);
  await using system = await open(account);
  const rows = held.map(
    ({ legacy_id, firstname, score }): Row => [legacy_id, firstname, `${score}0`, '2026-11-20 12:45:00.5+00'],
  );
  const written = await writeRows(system, 'contacts', upsert(rows));
  expect(written).toMatchObject({ refused: [], counts: { rowsRead: 10_000, rowsWritten: 10_000 } });
  expect(await writeCalls(account)).toEqual(before);
  const keys = rows.map((_row, at) => sourceKeyOf(0, at));
  const found = await writesOf(system).resolve(run, 'person', keys);
  const namedAs = new Map(
    (await account.records('contacts', ['legacy_id'])).map((one) => [one['legacy_id'], one['hs_object_id']]),
  );
  expect(ids.length).toBe(10_000);
  expect(keys.every((key, at) => found.get(key)?.[0] === namedAs.get(String(at)))).toBe(true);
  // Somebody works on one since: it was never the run's.
  await account.ask('PATCH', `/crm/v3/objects/contacts/${ids[0]}`, { properties: { firstname: 'theirs' } });
  expect(await undo(system)).toEqual({ rowsRemoved: 0, rowsRestored: 0, refused: [] });
  expect(await writeCalls(account)).toEqual(before);
  expect(await writesOf(system).applied(run)).toEqual([]);
});

test('among unchanged records those that differ by as little as a digit or a fraction of a second are written and given back', async () => {
  await using account = await PracticeAccount.open(told, recordCalls);
  const moment = '2026-11-20T12:45:00.500Z';
  await account.add('contacts', [
    { legacy_id: '0', firstname: 'same', score: '1', seen_at: moment },
    { legacy_id: '1', firstname: 'other', score: '1', seen_at: moment },
    { legacy_id: '2', firstname: 'same', score: '1.25', seen_at: moment },
    { legacy_id: '3', firstname: 'same', score: '1', seen_at: moment },
    { legacy_id: '4', firstname: 'same', score: '1', seen_at: moment },
  ]);
  const before = await writeCalls(account);
  await using system = await open(account);
  const rows: Row[] = [
    ['0', 'same', '1', '2026-11-20 12:45:00.5+00'],
    ['1', 'same', '1', '2026-11-20 12:45:00.5+00'],
    ['2', 'same', '1.26', '2026-11-20 12:45:00.5+00'],
    ['3', 'same', '1', '2026-11-20 12:45:00.501+00'],
    ['4', 'same', null, '2026-11-20 12:45:00.5+00'],
    ['5', 'new', '1', null],
  ];
  expect((await writeRows(system, 'contacts', upsert(rows))).refused).toEqual([]);
  const after = await writeCalls(account);
  expect(after.map((calls, at) => calls - (before[at] ?? 0))).toEqual([1, 1, 0]);
  const shown = await account.records('contacts', ['legacy_id', 'firstname', 'score', 'seen_at']);
  expect(shown.find((one) => one['legacy_id'] === '3')?.['seen_at']).toBe('2026-11-20T12:45:00.501Z');
  expect(await undo(system)).toEqual({ rowsRemoved: 1, rowsRestored: 4, refused: [] });
});

test('links that are there are not sent again, and what others call them later stands in no way', async () => {
  await using account = await PracticeAccount.open(told, counting('contacts/companies/batch/create'));
  const ids = await account.add(
    'contacts',
    Array.from({ length: 40 }, (_none, at) => ({ legacy_id: String(at) })),
  );
  const [company = ''] = await account.add('companies', [{ name: 'one' }]);
  const label = (id: string, associationTypeId: number): Promise<unknown> =>
    account.ask('PUT', `/crm/v4/objects/contacts/${id}/associations/companies/${company}`, [
      { associationCategory: 'HUBSPOT_DEFINED', associationTypeId },
    ]);
  for (const id of ids) await label(id, 279);
  await using system = await open(account);
  const wanted = {
    fields: ['from_id', 'to_id'],
    rows: ids.map((id): Row => [id, company]),
    mode: 'upsert',
    key: ['from_id', 'to_id'],
    captureIds: true,
    object: 'job',
  } as const;
  expect((await writeRows(system, 'contacts_to_companies', wanted)).refused).toEqual([]);
  expect(await writeCalls(account)).toEqual([0]);
  const kept = await writesOf(system).resolve(run, 'job', [sourceKeyOf(0, 7)]);
  expect(kept.get(sourceKeyOf(0, 7))).toEqual([ids[7], company]);
  await label(ids[3] ?? '', 1);
  expect(await undo(system, 'contacts_to_companies')).toEqual({
    rowsRemoved: 0,
    rowsRestored: 0,
    refused: [],
  });
});

test('earlier values that the account says it took, and did not, are named with both values, and given again later', async () => {
  const dropped = { kind: 'records-lost', path: 'contacts/batch/update', from: 2, times: 1, records: 0.4 };
  await using account = await PracticeAccount.open(told, { seed: 7, faults: [dropped] });
  const before = Array.from({ length: 40 }, (_none, at) => ({ legacy_id: String(at), firstname: 'before' }));
  await account.add('contacts', before);
  await using system = await open(account);
  const rows = before.map(({ legacy_id }): Row => [legacy_id, 'after', '7', null]);
  expect((await writeRows(system, 'contacts', upsert(rows))).refused).toEqual([]);
  const { rowsRestored, refused } = await undo(system);
  const held = await account.records('contacts', ['firstname', 'score']);
  const left = held.filter((one) => one['firstname'] === 'after').length;
  expect(left).toBeGreaterThan(0);
  expect(rowsRestored).toBe(40 - left);
  expect(refused.length).toBe(left);
  expect(refused[0]).toMatchObject({
    reason: 'HubSpot says that it took its earlier values, and does not hold all of them',
    differs: [
      { field: 'firstname', before: 'before', now: 'after' },
      { field: 'score', before: null, now: '7' },
    ],
  });
  expect(await writesOf(system).applied(run)).toMatchObject([{ step, slice: 0 }]);
  expect(await undo(system)).toEqual({ rowsRemoved: 0, rowsRestored: left, refused: [] });
});

test('a record that a repair makes again is known by its new id, and goes with the run', async () => {
  await using account = await PracticeAccount.open(told);
  const [was = ''] = await account.add('contacts', [
    { legacy_id: '0', firstname: 'same', score: '1', seen_at: '' },
  ]);
  await using system = await open(account);
  const rows: Row[] = [
    ['0', 'same', '1', null],
    ['1', 'new', '1', null],
    ['2', 'new', '2', null],
  ];
  await writeRows(system, 'contacts', upsert(rows));
  const keys = rows.map((_row, at) => sourceKeyOf(0, at));
  const before = await writesOf(system).resolve(run, 'person', keys);
  for (const key of keys.slice(0, 2))
    await account.ask('DELETE', `/crm/v3/objects/contacts/${String(before.get(key)?.[0])}`);
  const again = { ...upsert(rows), step: 'repair-1', putsBack: step, sourceKeys: keys };
  expect((await writeRows(system, 'contacts', again)).refused).toEqual([]);
  const made = new Map(
    (await account.records('contacts', ['legacy_id'])).map((one) => [one['legacy_id'], one['hs_object_id']]),
  );
  expect(made.get('0')).not.toBe(was);
  for (const [at, source] of keys.entries())
    expect(await writesOf(system).keptIds({ run, object: 'person', most: 9, source })).toMatchObject([
      { step, slice: 0, targetKey: [made.get(String(at))] },
    ]);
  const target = [made.get('1') ?? ''];
  expect(await writesOf(system).keptIds({ run, object: 'person', most: 9, target })).toMatchObject([
    { source: { kind: 'key', key: keys[1] } },
  ]);
  const relation = await relationIn(system, 'contacts');
  const taken = await system.undoes!.undoSlice({ run, step: 'repair-1', slice: 0, relation });
  expect(taken).toEqual({ rowsRemoved: 2, rowsRestored: 0, refused: [] });
  expect(await undo(system)).toEqual({ rowsRemoved: 1, rowsRestored: 0, refused: [] });
  expect(await account.records('contacts', ['legacy_id'])).toEqual([]);
});

test('what a workflow makes of earlier values is named, and tried again until it is as it was or mended by hand', async () => {
  await using account = await PracticeAccount.open(told);
  const [one = ''] = await account.add('contacts', [
    { legacy_id: '0', firstname: 'one', score: '3' },
    { legacy_id: '1', firstname: 'two', score: '4' },
  ]);
  await using system = await open(account);
  const rows: Row[] = [
    ['0', 'after', '7', null],
    ['1', 'after', '7', null],
  ];
  expect((await writeRows(system, 'contacts', upsert(rows))).refused).toEqual([]);
  const quick = { callsPerTenSeconds: 100_000, searchesPerSecond: 1_000, search: { lagMs: 0 } };
  const now = async (workflows: readonly object[]): Promise<unknown> =>
    await account.order('account', { ...quick, ...told, workflows });
  await now([
    { object: 'contacts', property: 'firstname', becomes: 'by a workflow' },
    { object: 'contacts', property: 'score' },
  ]);
  const undone = await undo(system);
  expect(undone).toMatchObject({ rowsRestored: 0 });
  expect(undone.refused.map(({ key, differs }) => [key, differs])).toEqual(
    ['one', 'two'].map((name, at) => [
      JSON.stringify([String(at)]),
      [
        { field: 'firstname', before: name, now: 'by a workflow' },
        { field: 'score', before: String(at + 3), now: '7' },
      ],
    ]),
  );
  await now([]);
  const mended = { properties: { firstname: 'one', score: '3' } };
  await account.ask('PATCH', `/crm/v3/objects/contacts/${one}`, mended);
  expect(await undo(system)).toEqual({ rowsRemoved: 0, rowsRestored: 1, refused: [] });
  const shown = await account.records('contacts', ['firstname', 'score']);
  expect(shown.map((record) => [record['firstname'], record['score']])).toEqual([
    ['one', '3'],
    ['two', '4'],
  ]);
});

test('of several records that one old record becomes, the id of the first is kept, whichever is there already', async () => {
  await using account = await PracticeAccount.open(told);
  await account.add('contacts', [{ legacy_id: '0', firstname: 'was there' }]);
  await using system = await open(account);
  const rows: Row[] = ['0', '1', '2', '3'].map((id) => [id, 'new', '1', null]);
  const [one, other] = [sourceKeyOf(7, 0), sourceKeyOf(7, 1)];
  const sourceKeys = [one, one, other, other];
  await writeRows(system, 'contacts', { ...upsert(rows), sourceKeys });
  const idsOf = async (): Promise<ReadonlyMap<unknown, unknown>> =>
    new Map(
      (await account.records('contacts', ['legacy_id'])).map((record) => [
        record['legacy_id'],
        record['hs_object_id'],
      ]),
    );
  const kept = async (): Promise<readonly unknown[]> => {
    const found = await writesOf(system).resolve(run, 'person', [one, other]);
    return [one, other].map((key) => found.get(key)?.[0]);
  };
  const first = await idsOf();
  expect(await kept()).toEqual([first.get('0'), first.get('2')]);
  // The second of one and the first of the other are made again.
  for (const id of ['1', '2'])
    await account.ask('DELETE', `/crm/v3/objects/contacts/${String(first.get(id))}`);
  const again = { ...upsert(rows), step: 'repair-1', putsBack: step, sourceKeys };
  expect((await writeRows(system, 'contacts', again)).refused).toEqual([]);
  expect(await kept()).toEqual([first.get('0'), (await idsOf()).get('2')]);
});

test('an id that others may have looked up stays as long as its record does, also when one before it can go at last', async () => {
  await using account = await PracticeAccount.open(told);
  await using system = await open(account);
  const one = sourceKeyOf(7, 0);
  const rows = (first: string | null): Row[] => [
    [first, 'new', '1', null],
    ['1', 'new', '1', null],
  ];
  const { refused } = await writeRows(system, 'contacts', { ...upsert(rows(null)), sourceKeys: [one, one] });
  expect(refused.map(({ code }) => code)).toEqual(['target.not-null']);
  const before = await writesOf(system).resolve(run, 'person', [one]);
  const again = { ...upsert(rows('0')), step: 'repair-1', putsBack: step, sourceKeys: [one, one] };
  expect((await writeRows(system, 'contacts', again)).refused).toEqual([]);
  expect((await account.records('contacts', ['legacy_id'])).length).toBe(2);
  expect(await writesOf(system).resolve(run, 'person', [one])).toEqual(before);
});
