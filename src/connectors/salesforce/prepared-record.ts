import type { Row, Value } from '../../model/index.ts';
import type { RefusedRecord, SliceWrite, WriteRecord } from '../port.ts';
import type { WriteJournal } from '../write-journal/index.ts';
import { decodeValue } from './decode-value.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { type Encode, encoderFor, Unstorable } from './encode-value.ts';
import type { Json } from './exact-json.ts';
import { notWritable } from './faults.ts';
import { type FileContent, fileContent, isContent, versionsName } from './file-content.ts';
import { keyText } from './find-records.ts';
import { idField } from './inspect.ts';
import { memberOf } from './org-api.ts';
import { type VendorKey, vendorKey } from './vendor-key.ts';

/** A record as it would be sent, and how it is named meanwhile. */
export interface PreparedRecord {
  readonly record: WriteRecord;
  /** Its intent's name within the slice. */
  readonly mark: string;
  /** The values by which the org is searched for it, and how the org compares them. */
  readonly key: Row;
  readonly keyText: string;
  /** Encoded, by name; neither the id nor the content of a file is among them. */
  readonly fields: Readonly<Record<string, Json>>;
  readonly file: FileContent | null;
  /** Keyed digest of the values. */
  readonly sent: string;
}

/** What is decided once for all records of a slice. */
export interface SalesforcePlan {
  readonly object: DescribedObject;
  /** Null where the slice only changes records. */
  readonly vendorKey: VendorKey | null;
  /** The fields by which records are found. */
  readonly keyFields: readonly DescribedField[];
  readonly written: readonly { readonly field: DescribedField; readonly encode: Encode }[];
  /** All that people may change: what is held against what was written before a record is taken back. */
  readonly compared: readonly DescribedField[];
  /** Where a version of a file is looked up as its document: the field that tells it. */
  readonly document: DescribedField | null;
}

/** Throws `salesforce.not-writable`, `salesforce.no-key`. */
export function planWrite(object: DescribedObject, write: SliceWrite): SalesforcePlan {
  const fieldNamed = (name: string): DescribedField => {
    const field = object.fields.find((one) => one.name === name);
    if (field === undefined) throw notWritable(object.name, `there is no field ${name} any more`);
    return field;
  };
  const adds = write.mode !== 'update' && !write.key.includes(idField);
  const key = adds || write.mode === 'insert' ? vendorKey(object, write) : null;
  const keyFields = write.mode === 'insert' && key !== null ? key.fields : write.key.map(fieldNamed);
  return {
    object,
    vendorKey: key,
    keyFields,
    written: write.fields.map((name) => {
      const field = fieldNamed(name);
      return { field, encode: encoderFor(object, field) };
    }),
    compared: comparedFields(object),
    document:
      object.name === versionsName && write.key[0] === 'ContentDocumentId' ? fieldNamed(write.key[0]) : null,
  };
}

/** Bytes of files are compared by the version that holds them: a new one is a new record. */
export const comparedFields = ({ fields }: DescribedObject): readonly DescribedField[] =>
  fields.filter((field) => field.updateable && !isContent(field));

export type Preparation =
  | { readonly kind: 'prepared'; readonly prepared: PreparedRecord }
  | { readonly kind: 'refused'; readonly refused: RefusedRecord };

/** Names and encodes the records of one slice, in their order. */
export class PrepareRecords {
  readonly #journal: WriteJournal;
  readonly #write: SliceWrite;
  readonly #plan: SalesforcePlan;
  readonly #rowsOf = new Map<string, number>();

  constructor(journal: WriteJournal, write: SliceWrite, plan: SalesforcePlan) {
    this.#journal = journal;
    this.#write = write;
    this.#plan = plan;
  }

  prepare(record: WriteRecord): Preparation {
    const { sourceKey, row } = record;
    const number = this.#rowsOf.get(sourceKey) ?? 0;
    this.#rowsOf.set(sourceKey, number + 1);
    const encoded = this.#encode(record);
    if ('refused' in encoded) return { kind: 'refused', refused: encoded.refused };
    const { object, keyFields, vendorKey: vendor } = this.#plan;
    const ownKey = this.#journal.blind(
      JSON.stringify(['own key', this.#write.run, this.#write.object, sourceKey, number]),
    );
    const fields = vendor?.own === true ? { ...encoded.fields, [vendor.field.name]: ownKey } : encoded.fields;
    const key = keyFields.map(({ name }) =>
      vendor?.own === true && name === vendor.field.name ? ownKey : this.#valueOf(row, name),
    );
    const text = keyText(object, keyFields, key);
    const unnamed = keyFields.find((_field, at) => (key[at] ?? null) === null);
    const keyless = vendor !== null && (fields[vendor.field.name] ?? null) === null ? vendor.field : unnamed;
    if (text === null || keyless !== undefined) {
      const message = 'the key has no value, so it names no record';
      return { kind: 'refused', refused: refusedAs(record, 'target.not-null', message, keyless?.name) };
    }
    const name = this.#write.mode === 'insert' ? sourceMark(sourceKey, number) : keyMark(text);
    const mark = this.#journal.blind(name);
    const { file } = encoded;
    const sent = sentDigest(
      this.#journal,
      this.#plan.written.map(({ field }) => field),
      file === null ? fields : { ...fields, [file.field]: file.md5 },
    );
    return { kind: 'prepared', prepared: { record, mark, key, keyText: text, fields, file, sent } };
  }

  #valueOf(row: Row, name: string): Value {
    return row[this.#write.fields.indexOf(name)] ?? null;
  }

  #encode(
    record: WriteRecord,
  ):
    | { readonly fields: Record<string, Json>; readonly file: FileContent | null }
    | { readonly refused: RefusedRecord } {
    const fields: Record<string, Json> = {};
    let file: FileContent | null = null;
    for (const [at, { field, encode }] of this.#plan.written.entries())
      try {
        const given = record.row[at] ?? null;
        if (isContent(field) && given instanceof Uint8Array) {
          file = fileContent(field.name, given);
          continue;
        }
        const value = encode(given);
        if (field.name !== idField) fields[field.name] = value;
      } catch (error) {
        if (!(error instanceof Unstorable)) throw error;
        return { refused: refusedAs(record, 'target.type', error.message, field.name) };
      }
    return { fields, file };
  }
}

export const sourceMark = (sourceKey: string, number: number): string =>
  JSON.stringify(['source', sourceKey, number]);
const keyMark = (text: string): string => JSON.stringify(['key', text]);

/** Of values as they are sent, or as the org shows them: both give the same for the same value. */
export function sentDigest(journal: WriteJournal, fields: readonly DescribedField[], values: Json): string {
  const shown = [...fields]
    .filter(({ name }) => name !== idField)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((field) => [field.name, shownValue(field, memberOf(values, field.name))]);
  return journal.blind(JSON.stringify(['sent', ...shown]));
}

/** Contents of files are told by their digest. */
function shownValue(field: DescribedField, value: Json): Json {
  if (isContent(field)) return typeof value === 'string' ? value.toLowerCase() : value;
  const decoded = decodeValue(field, value);
  return decoded instanceof Uint8Array || Array.isArray(decoded) ? null : (decoded as Json);
}

export function refusedAs(
  { sourceKey, row }: WriteRecord,
  code: RefusedRecord['code'],
  message: string,
  field: string | null = null,
  constraint: string | null = null,
): RefusedRecord {
  return { sourceKey, row, code, message, field, constraint };
}
