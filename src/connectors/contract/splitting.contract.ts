import { describe, expect, test } from 'vitest';
import { integer64, type Relation, type Row, recordKey, textUnlimited } from '../../model/index.ts';
import type { Snapshot } from '../port.ts';
import {
  compareKeys,
  expectChain,
  expectSameRecords,
  identityOf,
  identityTypes,
} from './compare-values.contract.ts';
import { type ContractWorld, relationIn } from './contract-world.contract.ts';
import { keyless, keyOf, people, table } from './neutral-relations.contract.ts';
import { collect, project, sliceList, wholeRelation } from './read-all.contract.ts';
import { peopleRows } from './write-slices.contract.ts';

const byCode: Relation = table(
  'codes',
  { code: textUnlimited, place: integer64 },
  { primaryKey: keyOf('code') },
);
const byTwo: Relation = table(
  'lines',
  { order_code: textUnlimited, line: integer64, text: textUnlimited },
  { primaryKey: keyOf('order_code', 'line') },
);

/** Words whose order differs between UTF-8, UTF-16, letter case and languages; the last two are the classic trap. */
const words: readonly string[] = [
  'a',
  'B',
  'b',
  'A',
  'ä',
  'z',
  'Z',
  'é',
  'e\u0301',
  ' ',
  '  ',
  'a ',
  'a b',
  'ab',
  '0',
  '10',
  '9',
  '~',
  '-',
  '_',
  'ß',
  'ss',
  'ø',
  'Ж',
  '中',
  "it's",
  '"',
  '\\',
  '%',
  'null',
  '\uFFFD',
  '💥',
];
const spreadIds: readonly string[] = [
  '-9223372036854775808',
  '-7',
  '-1',
  '0',
  '1',
  '2',
  '3',
  '1000',
  '1001',
  '9007199254740993',
  '9223372036854775807',
];

interface Case {
  readonly title: string;
  readonly relation: Relation;
  readonly rows: readonly Row[];
}

const cases: readonly Case[] = [
  {
    title: 'whole numbers with gaps and extremes',
    relation: people,
    rows: spreadIds.map((id) => [id, `n${id}`, '1']),
  },
  {
    title: 'text, in whatever order the system has',
    relation: byCode,
    rows: words.map((word, at) => [word, String(at)]),
  },
  {
    title: 'two fields together',
    relation: byTwo,
    rows: words.slice(0, 12).flatMap((word) => ['-1', '0', '5', '40'].map((line): Row => [word, line, 't'])),
  },
  {
    title: 'records without a key, doubles among them',
    relation: keyless,
    rows: ['a', 'a', 'b', 'b', 'b', null, null, 'c'].map((word, at) => [word, String(at % 2)]),
  },
  { title: 'one record', relation: people, rows: [['5', 'only', null]] },
  { title: 'no record', relation: people, rows: [] },
];

export function contractOfSplitting<Address>(world: ContractWorld<Address>): void {
  describe('splitting', () => {
    for (const { title, relation, rows } of cases)
      test(`covers every record once: ${title}`, async () => {
        await using fresh = await world.fresh(relation);
        const fields = relation.fields.map(({ name }) => name);
        await fresh.plain.seed(relation.name, fields, rows);
        const system = await fresh.open('source');
        const found = await relationIn(system, relation.name);
        await using snapshot = await system.reads.snapshot();
        const expected = world.expectedRows(relation, fields, rows);
        for (const size of [1, 2, 3, 7, 1000]) await expectCoverage(snapshot, found, fields, expected, size);
      });

    test('a large relation is cut into about as many slices as asked for', async () => {
      await using fresh = await world.fresh(people);
      await fresh.plain.seed('people', ['id', 'name', 'amount'], peopleRows(1, 5000));
      const system = await fresh.open('source');
      await using snapshot = await system.reads.snapshot();
      const slices = await sliceList(snapshot, await relationIn(system, 'people'), 500);
      expect(slices.length).toBeGreaterThanOrEqual(5);
      expect(slices.length).toBeLessThanOrEqual(20);
    });

    test('bounds need not be records that exist', async () => {
      await using fresh = await world.fresh(byCode);
      await fresh.plain.seed(
        'codes',
        ['code', 'place'],
        words.map((word, at): Row => [word, String(at)]),
      );
      const system = await fresh.open('source');
      const relation = await relationIn(system, 'codes');
      if (relation.identity[0] !== 'code') return;
      await using snapshot = await system.reads.snapshot();
      const bounds: readonly (Row | null)[] = [null, ['aa'], ['bb'], null];
      const parts: Row[][] = [];
      for (const [number, after] of bounds.slice(0, -1).entries()) {
        const slice = { number, after, upTo: bounds[number + 1] ?? null, rowsEstimate: 1 };
        parts.push(project(await collect(snapshot.read(relation, slice)), ['code']));
      }
      const [before, between, behind] = parts.map((rows) => rows.map(([code]) => code));
      expect(before).toEqual(expect.arrayContaining(['a', '0', ' ']));
      expect(between).toEqual(expect.arrayContaining(['ab', 'b']));
      expect(behind).toEqual(expect.arrayContaining(['z', 'Ж', '中']));
      expectSameRecords(
        parts.flat(),
        words.map((word) => [word]),
      );
    });
  });
}

async function expectCoverage(
  snapshot: Snapshot,
  relation: Relation,
  fields: readonly string[],
  expected: readonly Row[],
  size: number,
): Promise<void> {
  const slices = await sliceList(snapshot, relation, size);
  expectChain(slices);
  if (snapshot.countOf) expect(await snapshot.countOf(relation, slices)).toBe(await snapshot.count(relation));
  if (expected.length === 0) expect(slices.length).toBe(1);
  const types = identityTypes(relation);
  const keys: Row[] = [];
  const rows: Row[] = [];
  for (const slice of slices) {
    const content = await collect(snapshot.read(relation, slice, { batchRowsMax: 2 }));
    expect(content.bad).toEqual([]);
    for (const row of content.rows) {
      const key = identityOf(relation, content.fields, row);
      keys.push(key);
      if (!comparable(relation)) continue;
      if (slice.after) expect(compareKeys(types, slice.after, key), recordKey(key)).toBeLessThan(0);
      if (slice.upTo) expect(compareKeys(types, key, slice.upTo), recordKey(key)).toBeLessThanOrEqual(0);
    }
    rows.push(...project(content, fields));
  }
  expectSameRecords(rows, expected);
  expect(new Set(keys.map(recordKey)).size).toBe(expected.length);
  const whole = await collect(snapshot.read(relation, wholeRelation));
  expect(whole.rows.map((row) => identityOf(relation, whole.fields, row))).toEqual(keys);
  if (!comparable(relation)) return;
  for (let at = 1; at < keys.length; at += 1)
    expect(compareKeys(types, keys[at - 1]!, keys[at]!)).toBeLessThan(0);
}

/** A synthetic identity has an order only its own system knows, and so has text. */
function comparable(relation: Relation): boolean {
  const fields = relation.identity.map((name) => relation.fields.find((field) => field.name === name)!);
  return fields.every(({ synthetic, type }) => !synthetic && type.kind !== 'text');
}
