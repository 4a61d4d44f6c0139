import type { Tables } from './simulated-database.ts';
import { placeOf } from './stored-records.ts';

/** A record of the target by the names of its fields. */
export type TargetRecord = Readonly<Record<string, string | null>>;

/**
 * The records of a table of the target by name, read past everything that is tested.
 *
 * @param places only these; default: all
 */
export function recordsOf(tables: Tables, name: string, places?: readonly number[]): readonly TargetRecord[] {
  const table = tables.get(name);
  if (!table) return [];
  const fields = table.relation.fields.map(
    (field) => [field.name, placeOf(table.relation, field.name)] as const,
  );
  const records = places?.flatMap((place) => table.records.get(place) ?? []) ?? [...table.records.values()];
  return records.map(({ values }) =>
    Object.fromEntries(fields.map(([field, at]) => [field, values[at] as string | null])),
  );
}
