import { Buffer } from 'node:buffer';
import { expect } from 'vitest';
import { type FieldType, hex, type Relation, type Row, type Slice, type Value } from '../../model/index.ts';

/** The order of an identity without text: numbers by size, everything else by its bytes. */
export function compareKeys(types: readonly FieldType[], a: Row, b: Row): number {
  for (const [at, type] of types.entries()) {
    const order = compareValues(type, a[at] as Value, b[at] as Value);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(type: FieldType, a: Value, b: Value): number {
  if (type.kind === 'integer') {
    const [x, y] = [BigInt(a as string), BigInt(b as string)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return Buffer.compare(Buffer.from(a as string), Buffer.from(b as string));
}

/** The values of the relation's identity in a row whose values are named by `fields`. */
export function identityOf(relation: Relation, fields: readonly string[], row: Row): Row {
  return relation.identity.map((name) => row[fields.indexOf(name)] as Value);
}

export function identityTypes(relation: Relation): FieldType[] {
  return relation.identity.map((name) => relation.fields.find((field) => field.name === name)!.type);
}

/** Same records, whatever their order; a difference names the records, not their places. */
export function expectSameRecords(actual: readonly Row[], expected: readonly Row[]): void {
  const text = (rows: readonly Row[]): string[] => rows.map((row) => JSON.stringify(row, shown)).sort();
  expect(text(actual)).toEqual(text(expected));
}

function shown(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { bytes: hex(value) } : value;
}

/** Slice invariants: a chain from no bound to no bound, numbered from 0. */
export function expectChain(slices: readonly Slice[]): void {
  expect(slices.length).toBeGreaterThan(0);
  expect(slices.map(({ number }) => number)).toEqual(slices.map((_slice, at) => at));
  expect(slices[0]!.after).toBeNull();
  expect(slices.at(-1)!.upTo).toBeNull();
  for (let at = 1; at < slices.length; at += 1) {
    expect(slices[at]!.after).not.toBeNull();
    expect(slices[at]!.after).toEqual(slices[at - 1]!.upTo);
  }
}
