import { expect, test } from 'vitest';
import type { Row } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { JobGivenUp } from './bulk-query.ts';
import { checkCopy } from './check-copy.ts';
import type { DescribedObject } from './described.ts';
import { HeldCopy, type IdRange } from './held-copy.ts';
import { OrgApi } from './org-api.ts';
import { OrgCatalog } from './org-catalog.ts';
import { PracticeOrg } from './practice-org.contract.ts';

const names = ['Id', 'SystemModstamp', 'Name'];
const asked = (object: DescribedObject) =>
  names.flatMap((name) => object.fields.find((field) => field.name === name) ?? []);

class World implements AsyncDisposable {
  readonly org: PracticeOrg;
  readonly api: OrgApi;
  readonly object: DescribedObject;

  constructor(org: PracticeOrg, api: OrgApi, object: DescribedObject) {
    this.org = org;
    this.api = api;
    this.object = object;
  }

  static async open(rows: readonly Row[] = [['one'], ['two'], ['three']]): Promise<World> {
    const org = await PracticeOrg.open();
    await org.add('Account', ['Name'], rows);
    const api = await OrgApi.open({ ...org.address, objects: ['Account'] }, contextFor('source'));
    return new World(org, api, await new OrgCatalog(api, ['Account']).object('Account'));
  }

  /** As a job would give them. */
  async lines(): Promise<string[][]> {
    const found = await this.org.select('SELECT Id, SystemModstamp, Name FROM Account ORDER BY Id');
    return found.map((record) => names.map((name) => String(record[name]).replace('+0000', 'Z')));
  }

  copyOf(lines: readonly (readonly string[])[], range: Partial<IdRange> = {}, header = names): HeldCopy {
    const copy = new HeldCopy(asked(this.object), { after: null, upTo: null, ...range });
    copy.add({ names: header, lines });
    return copy;
  }

  async check(lines: readonly (readonly string[])[]): Promise<void> {
    using copy = this.copyOf(lines);
    await checkCopy(this.api, this.object, asked(this.object), copy);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.api[Symbol.asyncDispose]();
    await this.org[Symbol.asyncDispose]();
  }
}

test('records are given in the order of their ids and between two of them, however they came', async () => {
  await using world = await World.open();
  const lines = await world.lines();
  const [one, two, three] = lines.map(([id]) => id!);
  using copy = world.copyOf(lines.toReversed());
  const read = (range: Partial<IdRange>) =>
    [...copy.pages(['Name'], { after: null, upTo: null, ...range })].flat();
  expect(read({})).toEqual([
    { Id: one, Name: 'one' },
    { Id: two, Name: 'two' },
    { Id: three, Name: 'three' },
  ]);
  expect(read({ after: one!, upTo: two! })).toEqual([{ Id: two, Name: 'two' }]);
  expect(copy.covers(['Name'], { after: one!, upTo: null })).toBe(true);
  expect(copy.covers(['Name', 'Site'], { after: null, upTo: null })).toBe(false);
  using part = world.copyOf(lines.slice(1, 2), { after: one!, upTo: two! });
  expect(part.covers([], { after: one!, upTo: two! })).toBe(true);
  for (const wider of [
    { after: null, upTo: two! },
    { after: one!, upTo: null },
    { after: one!, upTo: three! },
  ])
    expect(part.covers([], wider)).toBe(false);
});

test('a result that is not what was asked for makes no copy', async () => {
  await using world = await World.open();
  const lines = await world.lines();
  const [one, two] = lines.map(([id]) => id!);
  const wrong: readonly (() => HeldCopy)[] = [
    () => world.copyOf([...lines, lines[0]!]),
    () => world.copyOf(lines, { after: one! }),
    () => world.copyOf(lines, { upTo: two! }),
    () => world.copyOf([['', '', 'nobody']]),
    () => world.copyOf([lines[0]!.slice(0, 2)]),
    () => world.copyOf(lines, {}, ['Id', 'SystemModstamp', 'Site']),
  ];
  for (const make of wrong) expect(make).toThrow(JobGivenUp);
});

test('a copy of which a record says something else than a query is none', async () => {
  await using world = await World.open([['one'], ['two "2"'], ['three']]);
  const lines = await world.lines();
  await world.check(lines);
  const altered = lines.map(([id = '', changed = '', name = '']) => [id, changed, name.replace('"2"', '2')]);
  await expect(world.check(altered)).rejects.toThrow(JobGivenUp);
  // One that was changed since says what it said then.
  const before = altered.map(([id = '', , name = '']) => [id, '2020-01-01T00:00:00.000Z', name]);
  await world.check(before);
});

test('one that is closed while it is read ends with its reader', async () => {
  await using world = await World.open();
  const copy = world.copyOf(await world.lines());
  const pages = copy.pages([], { after: null, upTo: null });
  pages.next();
  copy.retire();
  expect(copy.sample().length).toBe(3);
  expect([...pages]).toEqual([]);
  expect(() => copy.sample()).toThrow();
});
