import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Row } from '../../model/index.ts';
import { contextFor, relationIn } from '../contract/contract-world.contract.ts';
import { type Wanted, writeRows } from '../contract/write-slices.contract.ts';
import type { OpenSystem } from '../port.ts';
import { CallsAtOnce } from './calls-at-once.contract.ts';
import { hubspot } from './index.ts';
import { PracticeAccount } from './practice-account.contract.ts';

const legacy = { properties: [{ name: 'legacy_id', unique: true }] };
const told = {
  objects: [
    { name: 'contacts', ...legacy },
    { name: 'companies', ...legacy },
  ],
};

interface World extends AsyncDisposable {
  readonly account: PracticeAccount;
  readonly system: OpenSystem;
  /** From now on the account takes its time for every call. */
  slow(): Promise<void>;
}

async function openWorld(faults: readonly object[] = []): Promise<World> {
  const account = await PracticeAccount.open(told, { seed: 3, faults });
  const address = { ...account.address, objects: ['contacts', 'companies', 'files'] };
  const system = await hubspot.open(address, contextFor('target'));
  const slowly = { ...told, callsPerTenSeconds: 100_000, latency: { callMs: 40, upToMs: 80 } };
  return {
    account,
    system,
    slow: async () => void (await account.order('account', slowly)),
    [Symbol.asyncDispose]: async () => {
      await system[Symbol.asyncDispose]();
      await account[Symbol.asyncDispose]();
    },
  };
}

type Ends = (at: number) => string | undefined;

const named = (number: number): Readonly<Record<string, string>> => ({ legacy_id: String(number) });
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_none, at) => at + 1);
const contacts = (count: number): Wanted => ({
  fields: ['legacy_id', 'firstname'],
  rows: numbers(count).map((number): Row => [String(number), `person ${number}`]),
  key: ['hs_object_id'],
});
const files = (rows: readonly Row[]): Wanted => ({ fields: ['path', 'content'], rows, key: ['id'] });

test('batches of records are on their way together, and the next one begins where one is done', async () => {
  await using world = await openWorld();
  await world.slow();
  using atOnce = new CallsAtOnce((path) => path.startsWith('/crm/v3/objects/contacts/batch/'));
  await writeRows(world.system, 'contacts', contacts(1_000));
  expect(atOnce.most).toBeGreaterThanOrEqual(4);
  const names = (await world.account.records('contacts', ['legacy_id'])).map((one) =>
    Number(one['legacy_id']),
  );
  expect(names.sort((a, b) => a - b)).toEqual(numbers(1_000));
});

test('files are on their way together, and are read together', async () => {
  await using world = await openWorld();
  await world.slow();
  const rows = numbers(30).map((number): Row => [`/offers/${number}.pdf`, randomBytes(1_000 + number)]);
  using written = new CallsAtOnce((path) => path.startsWith('/files/v3/files'));
  await writeRows(world.system, 'files', files(rows));
  expect(written.most).toBeGreaterThanOrEqual(4);
  using read = new CallsAtOnce((path) => path.includes('/signed-url') || path.startsWith('/hubfs/'));
  const relation = await relationIn(world.system, 'files');
  await using snapshot = await world.system.reads.snapshot();
  const found: Row[] = [];
  const slice = { number: 0, after: null, upTo: null, rowsEstimate: 0 };
  for await (const batch of snapshot.read(relation, slice)) found.push(...batch.rows);
  expect(read.most).toBeGreaterThanOrEqual(4);
  const shown = (row: Row): string =>
    `${String(row[0])} ${Buffer.from(row[1] as Uint8Array).toString('hex')}`;
  const wanted = new Set(rows.map(shown));
  expect(found).toHaveLength(rows.length);
  expect(found.filter(([, path = null, content = null]) => !wanted.has(shown([path, content])))).toEqual([]);
  expect(found.map(([id]) => BigInt(String(id)))).toEqual(
    found.map(([id]) => BigInt(String(id))).sort((a, b) => (a < b ? -1 : 1)),
  );
});

test('of files with one content one is on its way at a time, and each is there once although answers are lost', async () => {
  await using world = await openWorld([
    { kind: 'reset-in-body', method: 'POST', path: '/files/v3/files', every: 3 },
  ]);
  await world.slow();
  const content = randomBytes(1_000);
  const rows = numbers(6).map((number): Row => [`/twins/${number}.pdf`, content]);
  using atOnce = new CallsAtOnce((path) => path.startsWith('/files/v3/files'));
  const { refused } = await writeRows(world.system, 'files', files(rows));
  expect(refused).toEqual([]);
  expect(atOnce.most).toBe(1);
  const listed = await world.account.ask('GET', '/files/v3/files/search?limit=100');
  const paths = (listed['results'] as readonly { readonly path: string }[]).map(({ path }) => path);
  expect(paths.sort()).toEqual(rows.map(([path]) => path));
});

test('lots of links are on their way together, also to one record, but those from one record are not', async () => {
  await using world = await openWorld();
  const { account, system } = world;
  const people = await account.add('contacts', numbers(2_001).map(named));
  const firms = await account.add('companies', numbers(2_001).map(named));
  await world.slow();
  const most = async (slice: number, from: Ends, to: Ends): Promise<number> => {
    using atOnce = new CallsAtOnce((path) =>
      path.startsWith('/crm/v4/associations/contacts/companies/batch/'),
    );
    const rows = numbers(2_000).map((number): Row => [from(number) ?? null, to(number) ?? null]);
    const links = { fields: ['from_id', 'to_id'], rows, key: ['from_id', 'to_id'], slice };
    expect((await writeRows(system, 'contacts_to_companies', links)).refused).toEqual([]);
    return atOnce.most;
  };
  const each =
    (ids: readonly string[]): Ends =>
    (at) =>
      ids[at];
  const one =
    (ids: readonly string[], place: number): Ends =>
    () =>
      ids[place];
  expect(await most(0, each(people), each(firms))).toBeGreaterThanOrEqual(3);
  expect(await most(1, each(people), one(firms, 0))).toBeGreaterThanOrEqual(3);
  expect(await most(2, one(people, 0), each(firms))).toBe(1);
});
