import { expect, test } from 'vitest';
import type { Schema } from '../model/index.ts';
import { compareWayBack, type SeenSandbox } from './walked-back.ts';

const field = (name: string): object => ({
  name,
  type: { kind: 'text' },
  native: 'text',
  nullable: true,
  default: null,
  generated: 'no',
});

function seen(
  counts: Record<string, string>,
  fields: readonly string[] = ['id'],
  digests: Record<string, string> = counts,
): SeenSandbox {
  const relations = Object.keys(counts).map((name) => ({
    name,
    kind: 'table',
    fields: fields.map(field),
    primaryKey: null,
    uniques: [],
    foreignKeys: [],
    indexes: [],
    checks: [],
  }));
  return { counts, digests, schema: { relations, objects: [] } as unknown as Schema };
}

test('a way back is clean when numbers and structure are what they were', () => {
  expect(compareWayBack(seen({ a: '3', b: '0' }), seen({ b: '0', a: '3' })).clean).toBe(true);
});

test('a record more, a relation that stayed, one that is gone, a field more: each is named', () => {
  expect(compareWayBack(seen({ a: '3' }), seen({ a: '4' }))).toMatchObject({
    clean: false,
    relations: [{ relation: 'a', before: '3', now: '4' }],
  });
  expect(compareWayBack(seen({}), seen({ a: '0' }))).toMatchObject({ clean: false, structure: ['a is new'] });
  expect(compareWayBack(seen({ a: '0' }), seen({})).clean).toBe(false);
  expect(compareWayBack(seen({ a: '0' }), seen({ a: '0' }, ['id', 'x']))).toMatchObject({
    clean: false,
    structure: [expect.stringContaining('a.x is new')],
  });
});

test('as many records, and not the same ones', () => {
  const before = seen({ a: '3', b: '1' });
  expect(compareWayBack(before, seen({ a: '3', b: '1' }, ['id'], { a: 'other', b: '1' }))).toMatchObject({
    clean: false,
    relations: [
      { relation: 'a', before: '3', now: '3', sameRecords: false },
      { relation: 'b', sameRecords: true },
    ],
  });
});
