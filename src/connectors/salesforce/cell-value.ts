import type { DescribedField } from './described.ts';
import { ExactNumber, type Json } from './exact-json.ts';

/** Types whose cells say the same as JSON says. Bytes are not given in bulk, and of further types nobody knows. */
const plain = new Set([
  'id',
  'reference',
  'string',
  'textarea',
  'encryptedstring',
  'phone',
  'url',
  'email',
  'combobox',
  'picklist',
  'multipicklist',
  'boolean',
  'int',
  'long',
  'double',
  'currency',
  'percent',
  'date',
  'datetime',
  'time',
]);
const numbers = new Set(['int', 'long', 'double', 'currency', 'percent']);

export const hasCells = ({ type }: DescribedField): boolean => plain.has(type);

/**
 * A cell of a bulk result as JSON would have it. An org keeps no empty text: an empty cell is no value. Moments end in `Z` there
 * and in `+0000` here; both are read.
 */
export function cellValue({ type }: DescribedField, cell: string): Json {
  if (cell === '') return null;
  if (type === 'boolean' && (cell === 'true' || cell === 'false')) return cell === 'true';
  return numbers.has(type) && /^-?\d[\d.]*(?:[eE][+-]?\d+)?$/.test(cell) ? new ExactNumber(cell) : cell;
}
