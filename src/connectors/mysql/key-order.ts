import { findField, type Relation } from '../../model/index.ts';
import { traitsOf } from './field-types.ts';

/**
 * A name for how these fields sort the records of a relation; see `Exports.order`. Numbers, times and bytes are sorted alike
 * everywhere, texts where their collation compares code points and counts trailing spaces: that is the order of UTF-8's bytes.
 */
export function orderName(relation: Relation, key: readonly string[]): string {
  return key.map((name) => orderOf(relation, name)).join('; ');
}

const alikeEverywhere = new Set([
  'boolean',
  'integer',
  'decimal',
  'float',
  'bytes',
  'date',
  'time',
  'timestamp',
  'instant',
]);

function orderOf(relation: Relation, name: string): string {
  const field = findField(relation, name);
  if (field === undefined || field.synthetic) return 'place';
  const { collation } = traitsOf(field.native);
  if (field.type.kind === 'text' && /^utf8mb4_(nopad_bin|0900_bin)$/.test(collation ?? '')) return 'bytes';
  return alikeEverywhere.has(field.type.kind) ? '' : `mysql ${field.native}`;
}
