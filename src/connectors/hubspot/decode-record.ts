import type { BadRecord, Row, Value } from '../../model/index.ts';
import type { DescribedObject } from './account-catalog.ts';
import { isTrue, type Json, memberOf } from './answer-parts.ts';
import { decodeValue, Unexpected } from './decode-value.ts';
import type { DescribedProperty } from './described.ts';
import { archivedField, idField } from './inspect.ts';
import { idOf } from './record-pages.ts';

export type DecodedRecord =
  | { readonly kind: 'row'; readonly row: Row }
  | { readonly kind: 'bad'; readonly bad: BadRecord };

/** Reads records of one object as rows of these fields. */
export class RecordDecoder {
  readonly #object: DescribedObject;
  readonly #fields: readonly { readonly name: string; readonly property: DescribedProperty | null }[];

  /** @param fields names of the object's properties, `hs_object_id` and the one that says whether it is archived */
  constructor(object: DescribedObject, fields: readonly string[]) {
    this.#object = object;
    this.#fields = fields.map((name) => ({
      name,
      property: object.properties.find((property) => property.name === name && name !== idField) ?? null,
    }));
  }

  decode(record: Json): DecodedRecord {
    const row: Value[] = [];
    for (const { name, property } of this.#fields)
      try {
        row.push(property === null ? ofRecord(name, record) : valueOf(property, record));
      } catch (error) {
        if (!(error instanceof Unexpected)) throw error;
        return { kind: 'bad', bad: this.#badRecord(name, record, error.message) };
      }
    return { kind: 'row', row };
  }

  #badRecord(field: string, record: Json, why: string): BadRecord {
    const id = idOf(record);
    return {
      key: [id],
      where: `${this.#object.type.name} ${id}`,
      original: new TextEncoder().encode(JSON.stringify(record)),
      code: 'hubspot.unexpected-value',
      message: why,
      field,
    };
  }
}

const ofRecord = (name: string, record: Json): Value =>
  name === idField ? idOf(record) : isTrue(record, 'archived');

function valueOf(property: DescribedProperty, record: Json): Value {
  const value = memberOf(memberOf(record, 'properties'), property.name);
  if (value === null) return null;
  if (typeof value !== 'string') throw new Unexpected('a value is no text');
  return decodeValue(property, value);
}

/** Those fields of a relation that the account still has, and of them those that are properties. */
export function readableFields(
  object: DescribedObject,
  names: readonly string[],
): { readonly fields: readonly string[]; readonly properties: readonly string[] } {
  const known = new Set(object.properties.map(({ name }) => name));
  const properties = names.filter((name) => name !== idField && known.has(name));
  const fields = names.filter(
    (name) => name === idField || known.has(name) || name === archivedField(object.properties),
  );
  return { fields, properties };
}
