import type { RefusalCode } from '../../src/connectors/index.ts';
import type { Relation, Row } from '../../src/model/index.ts';
import { type OpenTable, valuesOf } from './stored-records.ts';

/** Why a made-up database will not have a record. */
export interface BrokenRule {
  readonly code: RefusalCode;
  readonly field: string | null;
  readonly constraint: string | null;
  readonly message: string;
  /** Its parent is missing: it may come. */
  readonly orphan?: true;
}

/**
 * The first rule that a record breaks as it would stand at that place; null where it breaks none.
 *
 * @param tableOf the tables as the transaction sees them
 */
export function brokenRule(
  tableOf: (relation: string) => OpenTable | null,
  table: OpenTable,
  place: number,
  values: Row,
): BrokenRule | null {
  const { relation } = table;
  return (
    misfit(relation, values) ??
    brokenCheck(relation, values) ??
    taken(table, place, values) ??
    orphan(tableOf, relation, values)
  );
}

function misfit(relation: Relation, values: Row): BrokenRule | null {
  for (const [at, { name, nullable, type, synthetic }] of relation.fields.entries()) {
    const value = values[at] ?? null;
    if (synthetic) continue;
    if (value === null) {
      if (!nullable) return broken('target.not-null', name, null);
      continue;
    }
    if (type.kind === 'integer' && !/^-?\d{1,19}$/.test(String(value)))
      return broken('target.type', name, null);
    if (type.kind === 'text' && type.charactersMax !== null && [...String(value)].length > type.charactersMax)
      return broken('target.type', name, null);
  }
  return null;
}

/** Checks of one field only: `CHECK (age >= 0)`, `CHECK (name <> 'rude')`. */
function brokenCheck(relation: Relation, values: Row): BrokenRule | null {
  for (const { name, definition } of relation.checks) {
    const [, field = '', operator, literal = ''] =
      /^CHECK \((\w+) (>=|<>) '?([^']*?)'?\)$/.exec(definition) ?? [];
    const [value] = valuesOf(relation, [field], values);
    if (value === null || value === undefined) continue;
    const holds = operator === '>=' ? BigInt(String(value)) >= BigInt(literal) : value !== literal;
    if (!holds) return broken('target.check', field, name);
  }
  return null;
}

function taken(table: OpenTable, place: number, values: Row): BrokenRule | null {
  const { primaryKey, uniques } = table.relation;
  for (const { name, fields } of primaryKey ? [primaryKey, ...uniques] : uniques) {
    const there = table.find(fields, valuesOf(table.relation, fields, values));
    if (there.size > (there.has(place) ? 1 : 0))
      return broken('target.unique', fields.length === 1 ? (fields[0] ?? null) : null, name);
  }
  return null;
}

function orphan(
  tableOf: (relation: string) => OpenTable | null,
  relation: Relation,
  values: Row,
): BrokenRule | null {
  for (const { name, fields, references } of relation.foreignKeys) {
    const wanted = valuesOf(relation, fields, values);
    if (wanted.includes(null)) continue;
    const own =
      references.relation === relation.name &&
      valuesOf(relation, references.fields, values).every((value, at) => value === wanted[at]);
    if (own || (tableOf(references.relation)?.find(references.fields, wanted).size ?? 0) > 0) continue;
    return { ...broken('target.foreign-key', fields[0] ?? null, name), orphan: true };
  }
  return null;
}

function broken(code: RefusalCode, field: string | null, constraint: string | null): BrokenRule {
  return { code, field, constraint, message: `${code} at ${constraint ?? field ?? 'the record'}` };
}
