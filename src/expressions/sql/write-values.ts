import type { FieldType, Value } from '../../model/index.ts';
import { byBytes, failure, quotedText, unwritable } from './sql-text.ts';
import { typeSent } from './write-assignment.ts';

// Each value is compared with one after the other.
const valuesMax = 200;

const asText: ReadonlySet<string> = new Set(
  'boolean integer text date timestamp instant uuid enum'.split(' '),
);

/** A value map as SQL: what it does not list fails, null stays null. */
export function writeValues(
  sql: string,
  from: FieldType,
  to: FieldType,
  known: ReadonlyMap<string, Value>,
): string {
  if (!asText.has(from.kind) || (from.kind === 'text' && from.padded))
    return unwritable('a value map of this type is applied here');
  if (known.size === 0 || known.size > valuesMax)
    return unwritable(`a value map of ${known.size} values is applied here`);
  const text = byBytes(`${sql}::pg_catalog.text`);
  const type = typeSent(to);
  const cases = [...known].map(([old, now]) => `WHEN ${quotedText(old)} THEN ${constant(now)}::${type}`);
  return `CASE ${text} ${cases.join(' ')} ELSE ${failure(text, 'text')}::${type} END`;
}

function constant(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return typeof value === 'string' ? quotedText(value) : unwritable('a value map of lists is applied here');
}
