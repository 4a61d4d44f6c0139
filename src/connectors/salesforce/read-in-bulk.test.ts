import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Row } from '../../model/index.ts';
import { collect } from '../contract/read-all.contract.ts';
import { cut, keysOf, ReadOrg, readSlices } from './read-in-bulk.contract.ts';

const fields = ['Name', 'AccountNumber'];
const accounts = (count: number): Row[] =>
  Array.from({ length: count }, (_none, at): Row => [`account ${at}`, String(at)]);
const results = 'results of bulk query job';

/** A field of each kind of which an org may make fields of its own. */
const kinds = {
  string: { length: 255 },
  textarea: { length: 32_000 },
  email: {},
  phone: {},
  url: {},
  picklist: { values: ['one', 'two "three"'] },
  multipicklist: { values: ['one', 'two'] },
  boolean: {},
  int: {},
  double: { precision: 18, scale: 6 },
  currency: { precision: 18, scale: 2 },
  percent: { precision: 18, scale: 2 },
  date: {},
  datetime: {},
  reference: { references: 'Account' },
};
const everyKind = {
  name: 'Every__c',
  fields: Object.entries(kinds).map(([type, more]) => ({ name: `${type}__c`, type, ...more })),
};
const awkward = fc.constantFrom(
  'say "é"',
  '"',
  '""',
  ',',
  'one\ntwo',
  'one\r\ntwo\r\n',
  '\r',
  '#N/A',
  'null',
  'true',
  '\\N',
  '😀 ß 漢',
  ' kept ',
  '\t',
  "o'Neil",
);
const text = fc.oneof(awkward, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }));
const cents = (most: number) => fc.integer({ min: -most, max: most }).map((value) => value / 100);
const orNone = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const record = fc
  .tuple(
    orNone(text),
    orNone(text.map((value) => value.repeat(20))),
    orNone(fc.constant('a.b@example.com')),
    orNone(fc.constant('+49 (0) 1, "2"')),
    orNone(fc.constant('https://example.com/?a=1,2')),
    orNone(fc.constantFrom('one', 'two "three"')),
    orNone(fc.constantFrom('one', 'one;two')),
    fc.boolean(),
    orNone(fc.integer({ min: -99_999_999, max: 99_999_999 })),
    orNone(
      fc.oneof(
        fc.constantFrom(0, -0.000001, 350_000_000, 1e11),
        fc.integer().map((n) => n / 1e6),
      ),
    ),
    orNone(cents(2 ** 31 - 1)),
    orNone(cents(10_000)),
    orNone(fc.constantFrom('1700-01-01', '2024-02-29', '4000-12-31')),
    orNone(fc.constantFrom('2024-02-29T23:59:59.999Z', '1999-12-31T00:00:00.000Z', '2026-01-01T12:00:00.5Z')),
  )
  .map((values): readonly unknown[] => values);

test('records of all kinds of fields are the same, to the last character, by a job as page by page', async () => {
  await using world = await ReadOrg.open('Every__c', [everyKind]);
  await world.org.add('Account', ['Name'], [['parent']]);
  const [parent] = await world.org.select('SELECT Id FROM Account');
  const rows = fc.sample(record, { numRuns: 400, seed: 11 });
  const linked = rows.map((row, at) => [...row, at % 3 === 0 ? null : parent?.['Id']]);
  const names = everyKind.fields.map(({ name }) => name);
  await world.org.add('Every__c', names, linked);
  const expected = await world.inPages();
  expect(expected.length).toBe(400);
  world.calls.length = 0;
  const all = await cut(await world.system(), 'Every__c', 20);
  expect(await readSlices(all)).toEqual(expected);
  expect(world.calls.filter((label) => label === results).length).toBe(1);
  expect(world.calls.filter((label) => label.startsWith('read ')).length).toBe(1);
  expect(world.warnings).toEqual([]);
  // The data are as awkward as they should be.
  expect(new Set(expected.flat()).size).toBeGreaterThan(500);
});

test('one job serves all slices, in whatever order and however often they are read; it is removed', async () => {
  await using world = await ReadOrg.open('Account');
  await world.org.add('Account', fields, accounts(2_450));
  const expected = await world.inPages();
  const all = await cut(await world.system(), 'Account', 100);
  expect(all.slices.length).toBe(25);
  expect(await world.org.queryJobs()).toBe(0);
  world.calls.length = 0;
  expect(await readSlices(all)).toEqual(expected);
  const backwards = await readSlices({ ...all, slices: all.slices.toReversed() });
  expect([backwards.length, keysOf(backwards)]).toEqual([2_450, 2_450]);
  const { rows } = await collect(all.snapshot.read(all.relation, { ...all.slices[0]!, upTo: null }));
  expect(rows).toEqual(expected);
  expect(world.calls).toEqual([]);
  expect(world.warnings).toEqual([]);
});

/** Whatever happens on the way: what slices give is what pages gave before. */
async function readsTheSame(world: ReadOrg, fault: object): Promise<void> {
  await world.org.add('Account', fields, accounts(2_450));
  const expected = await world.inPages();
  const system = await world.system();
  await world.org.faults([fault]);
  const all = await cut(system, 'Account', 100);
  expect(await readSlices(all)).toEqual(expected);
  expect((await world.org.happened())[0]).toBeGreaterThan(0);
}

const jobs = { path: 'jobs/query', kind: 'refuse' };
test.each([
  ['an object that is none for bulk', { ...jobs, method: 'POST', status: 400 }],
  ['a user who may not', { ...jobs, method: 'POST', status: 403, body: '[{"errorCode":"API_DISABLED"}]' }],
  ['a job that is gone', { ...jobs, method: 'GET', status: 404 }],
  ['a result that is lost', { ...jobs, path: '/results', status: 404 }],
  ['a locator that expired', { ...jobs, path: '/results', from: 2, status: 400 }],
])('with %s the object is read page by page, each record once', async (_title, fault) => {
  await using world = await ReadOrg.open('Account');
  await readsTheSame(world, fault);
  expect(world.warnings).toEqual([expect.stringContaining('a bulk query is given up')]);
  await world.org.faults([]);
  expect(await world.org.queryJobs()).toBe(0);
});

test.each([
  ['an answer that is lost', { path: 'jobs/query', kind: 'reset-in-body', every: 2, times: 3 }],
  ['calls that are carried out twice', { path: 'jobs/query', kind: 'carried-out-twice', times: 6 }],
])('with %s one job still gives each record once', async (_title, fault) => {
  await using world = await ReadOrg.open('Account');
  await readsTheSame(world, fault);
  expect(world.warnings).toEqual([]);
});

test('who goes on with a plan of before reads some pages, and then by a job what is left', async () => {
  await using world = await ReadOrg.open('Account');
  await world.org.add('Account', fields, accounts(2_450));
  const { slices } = await cut(await world.system(), 'Account', 50);
  const system = await world.system();
  const { relations } = await system.inspects.inspect();
  const relation = relations.find(({ name }) => name === 'Account')!;
  await using snapshot = await system.reads.snapshot();
  world.calls.length = 0;
  const left = slices.slice(5);
  const rows = await readSlices({ snapshot, relation, slices: left });
  expect(rows).toEqual((await world.inPages()).slice(250));
  // Seventeen that paid for one, and one that checks it.
  const whole = 'read Account';
  expect(world.calls.indexOf('make bulk query job')).toBe(17);
  expect(world.calls.filter((label) => label === whole).length).toBe(17 + 1 + 2);
  // What lies before them is not in it.
  world.calls.length = 0;
  expect((await readSlices({ snapshot, relation, slices: slices.slice(0, 1) })).length).toBe(50);
  expect(world.calls).toEqual([whole]);
});

test('files are read page by page: their bytes are not given in bulk', async () => {
  await using world = await ReadOrg.open('ContentVersion');
  const files = Array.from({ length: 20 }, (_none, at): Row => [`${at}`, `${at}.txt`, 'YQ==']);
  await world.org.add('ContentVersion', ['Title', 'PathOnClient', 'VersionData'], files);
  const all = await cut(await world.system(), 'ContentVersion', 1);
  expect((await readSlices(all)).length).toBe(20);
  expect(world.calls).not.toContain('make bulk query job');
});
