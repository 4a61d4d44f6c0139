import { type Relation, type Row, recordKey } from '../../model/index.ts';
import type { PlannedWrite, RefusedRecord, WriteRecord } from '../port.ts';
import type { DescribedObject } from './account-catalog.ts';
import { encodeValue } from './encode-value.ts';
import { keyUnfit, noUniqueProperty } from './faults.ts';
import { isUnique } from './field-types.ts';
import { idField } from './inspect.ts';

/** One record of a slice, ready to be sent. */
export interface OutgoingRecord {
  /** The source record, and which of its target records this is. */
  readonly place: string;
  readonly source: WriteRecord;
  /** Texts by property; the empty one for no value. */
  readonly given: Readonly<Record<string, string>>;
  /** What names it in the account: its id, or the value of a unique property. */
  readonly named: string;
}

/** What names records of a write: `hs_object_id`, or a unique property that is written. */
export interface Naming {
  readonly property: string;
  readonly isId: boolean;
}

/**
 * A record may go once only if something names it: an answer that was lost is then looked for, and not sent again.
 * Throws `hubspot.no-unique-property`, `hubspot.key-unfit`.
 */
export function namingOf(write: PlannedWrite, object: DescribedObject): Naming {
  const { mode, key, fields, relation } = write;
  const names = fields.filter((name) => {
    const property = object.properties.find((one) => one.name === name);
    return property?.type === 'string' && isUnique(object.type, property);
  });
  const [only] = key;
  if (mode !== 'insert') {
    const fits = key.length === 1 && only !== undefined && (only === idField || names.includes(only));
    if (!fits || !fields.includes(only)) throw keyUnfit(relation.name, key);
    return { property: only, isId: only === idField };
  }
  // One that was made for it before an e-mail, which people change.
  const own = names.filter((name) => !object.type.alsoUnique.includes(name));
  const property = names.find((name) => key.includes(name)) ?? own[0] ?? names[0];
  if (property === undefined) throw noUniqueProperty(relation.name);
  return { property, isId: false };
}

/** Makes what is sent of records, or says why one cannot be. */
export class RecordEncoder {
  readonly #write: PlannedWrite;
  readonly #naming: Naming;
  readonly #fields: readonly { readonly at: number; readonly field: Relation['fields'][number] }[];
  readonly #timesSeen = new Map<string, number>();

  constructor(write: PlannedWrite, naming: Naming) {
    this.#write = write;
    this.#naming = naming;
    this.#fields = write.fields.flatMap((name, at) => {
      const field = write.relation.fields.find((one) => one.name === name);
      return field === undefined || name === idField ? [] : [{ at, field }];
    });
  }

  encode(source: WriteRecord): OutgoingRecord | RefusedRecord {
    const seen = this.#timesSeen.get(source.sourceKey) ?? 0;
    this.#timesSeen.set(source.sourceKey, seen + 1);
    const given: Record<string, string> = {};
    for (const { at, field } of this.#fields) {
      const value = source.row[at] ?? null;
      if (value === null && !field.nullable)
        return refusedRecord(source, 'target.not-null', 'the account asks for a value', field.name);
      const encoded = encodeValue(field, value);
      if (encoded.kind === 'refused') return refusedRecord(source, encoded.code, encoded.message, field.name);
      given[field.name] = encoded.text;
    }
    const { property, isId } = this.#naming;
    const name = isId ? source.row[this.#write.fields.indexOf(property)] : given[property];
    if (typeof name !== 'string' || name === '')
      return refusedRecord(
        source,
        'target.not-null',
        'nothing names the record: its key has no value',
        property,
      );
    return { place: `${source.sourceKey}#${seen}`, source, given, named: name };
  }

  /** The values of the mapping's key; the id stands for itself. */
  keyOf({ row }: WriteRecord, id: string): Row {
    const { key, fields } = this.#write;
    if (key.length === 0) return [id];
    return key.map((name) => (name === idField ? id : (row[fields.indexOf(name)] ?? null)));
  }

  keyText(source: WriteRecord, id: string): string {
    return recordKey(this.keyOf(source, id));
  }
}

export const isRefused = (one: OutgoingRecord | RefusedRecord): one is RefusedRecord => 'code' in one;

export function refusedRecord(
  { sourceKey, row }: WriteRecord,
  code: RefusedRecord['code'],
  message: string,
  field: string | null,
): RefusedRecord {
  return { sourceKey, row, code, message, field, constraint: code === 'target.unique' ? field : null };
}

/** The account compares unique values without case and blanks around them. */
export const folded = (text: string): string => text.trim().toLowerCase();
