import type { DescribedObject } from './described-object.ts';
import type { Flow } from './org-file.ts';
import { readValue } from './read-value.ts';
import type { Row } from './record-tables.ts';

/**
 * What the flows of an org make of a record that is about to be saved: who saved it is told that it was saved.
 *
 * @param before as it was; null where it is new
 */
export function runFlows(flows: readonly Flow[], object: DescribedObject, row: Row, before: Row | null): Row {
  const made: Record<string, Row[string]> = { ...row };
  for (const { object: name, field: fieldName, becomes } of flows) {
    const field = object.fields.find((one) => one.name === fieldName);
    if (name !== object.name || field === undefined) continue;
    if (becomes !== undefined) made[field.name] = readValue(field, becomes);
    else if (before !== null) made[field.name] = before[field.name] ?? null;
  }
  return made;
}
