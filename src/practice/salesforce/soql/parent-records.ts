import { type DescribedField, type DescribedObject, describedField } from '../described-object.ts';
import type { ObjectCatalog } from '../object-catalog.ts';
import { tableOf } from '../record-tables.ts';

/** The records a relationship leads to. */
export interface ParentRecords {
  readonly object: DescribedObject;
  /** A table, or a query in brackets. */
  readonly sql: string;
}

/** What the vendor tells of a parent that may be of several objects, whichever it is: its object `Name`. */
const shared: readonly DescribedField[] = [
  describedField('Id', 'id'),
  ...['Name', 'FirstName', 'LastName', 'Alias', 'Type'].map((name) => describedField(name, 'string')),
];

/** Source of the fields: the vendor's reference of the object `Name`. */
export function parentRecords({ refersTo }: DescribedField, catalog: ObjectCatalog): ParentRecords {
  const objects = refersTo.map((name) => catalog.object(name));
  const [first] = objects;
  if (first !== undefined && objects.length === 1) return { object: first, sql: tableOf(first) };
  const parts = objects.map((object) => `SELECT ${columnsOf(object, catalog)} FROM ${tableOf(object)}`);
  const object = { name: 'Name', label: 'Name', prefix: '', custom: false, fields: shared };
  return { object, sql: `(${parts.join(' UNION ALL ')})` };
}

function columnsOf(object: DescribedObject, catalog: ObjectCatalog): string {
  return shared
    .map(({ name }) => {
      if (name === 'Type') return `'${object.name}' AS "Type"`;
      return catalog.field(object, name) === null ? `NULL AS "${name}"` : `"${name}"`;
    })
    .join(', ');
}
