import type { SqliteValue } from '../../host/index.ts';
import type { PracticeState } from '../practice-state.ts';
import { checkRow } from './check-row.ts';
import { deriveFields } from './derive-fields.ts';
import { isDeletable } from './describe-object.ts';
import type { DescribedField, DescribedObject } from './described-object.ts';
import type { ObjectCatalog } from './object-catalog.ts';
import type { OrgSettings } from './org-file.ts';
import { publishFile } from './publish-file.ts';
import { readValue } from './read-value.ts';
import { RecordLocks } from './record-locks.ts';
import type { RecordTables, Row } from './record-tables.ts';
import { Refusal, recordRefusal, UnreadableBody } from './refusal.ts';
import { runFlows } from './run-flows.ts';

/** What is the same for all records of one call. */
export interface Writing {
  readonly nowMs: number;
  readonly userId: string;
  /** How long the call works, and holds the parents of what it writes. */
  readonly workMs: number;
  /** `Sforce-Duplicate-Rule-Header: allowSave=true` was given. */
  readonly allowDuplicates: boolean;
  /** Ids that records of this call were refused or given, by what the fault script says of the how-manieth. */
  readonly trouble: () => 'none' | 'fails' | 'lost';
}

export interface Saved {
  readonly id: string;
  readonly created: boolean;
}

export type RecordContent = Readonly<Record<string, unknown>>;

interface RecordWriterOptions {
  readonly state: PracticeState;
  readonly tables: RecordTables;
  readonly catalog: () => ObjectCatalog;
  readonly settings: () => OrgSettings;
}

/**
 * Creates, changes and deletes single records, as the org's fields and rules allow.
 *
 * Invariants: 1. a record is written whole or refused whole. 2. what was deleted can be told from what never was.
 */
export class RecordWriter {
  readonly #options: RecordWriterOptions;
  readonly #locks = new RecordLocks();

  constructor(options: RecordWriterOptions) {
    this.#options = options;
  }

  create(object: DescribedObject, content: RecordContent, writing: Writing): Saved {
    if (idIn(content) !== undefined)
      throw recordRefusal('INVALID_FIELD', 'cannot specify Id in an insert call', ['Id']);
    if (object.createable === false)
      throw recordRefusal(
        'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
        `entity type cannot be inserted: ${object.label}`,
      );
    const lost = this.#meetTrouble(writing, 'new');
    const given = this.#readFields(object, content, 'create');
    const { tables } = this.#options;
    const id = tables.nextId(object.prefix);
    const row: Record<string, SqliteValue> = {
      ...initialRow(object),
      ...stamps(writing, given),
      ...given,
      Id: id,
      IsDeleted: 0,
    };
    if (object.fields.some(({ name }) => name === 'OwnerId') && (row['OwnerId'] ?? null) === null)
      row['OwnerId'] = writing.userId;
    const derived = deriveFields(object, runFlows(this.#options.settings().flows, object, row, null), null);
    const whole =
      object.name === 'ContentVersion' && !lost
        ? publishFile(derived, this.#options.catalog(), tables)
        : derived;
    this.#check(object, whole, null, writing);
    if (!lost) tables.insert(object, whole);
    return { id, created: true };
  }

  update(object: DescribedObject, id: string, content: RecordContent, writing: Writing): Saved {
    const before = this.existing(object, id);
    const lost = this.#meetTrouble(writing, id);
    const given = this.#readFields(object, content, 'update');
    const { flows } = this.#options.settings();
    const changed = deriveFields(object, runFlows(flows, object, { ...before, ...given }, before), before);
    const row = { ...changed, ...changedStamps(writing) };
    this.#check(object, row, before, writing);
    if (!lost) this.#options.tables.update(object, id, row);
    return { id, created: false };
  }

  /** Throws 300 with the URLs of all that match, where several do. */
  upsert(
    object: DescribedObject,
    key: DescribedField,
    value: unknown,
    content: RecordContent,
    writing: Writing,
  ): Saved {
    if (key.kind === 'id') {
      const id = String(readValue(key, value));
      return this.update(object, id, withoutId(content), writing);
    }
    const kept = readValue(key, value);
    if (kept === null) throw recordRefusal('MISSING_ARGUMENT', `${key.name} not specified`, []);
    const found = this.#options.tables.idsWith(object, key, kept);
    if (found.length > 1) throw severalMatch(object, found);
    const [id] = found;
    if (id === undefined) return this.create(object, { ...content, [key.name]: value }, writing);
    return this.update(object, id, withoutKey(content, key), writing);
  }

  /** Into the recycle bin, children that belong to it with it. Throws as `update` does. */
  remove(object: DescribedObject, id: string, writing: Writing, hard = false): void {
    if (!isDeletable(object))
      throw recordRefusal('INVALID_TYPE_FOR_OPERATION', `entity type ${object.name} does not support delete`);
    this.existing(object, id);
    if (this.#meetTrouble(writing, id)) return;
    this.#removeTree(object, id, writing);
    if (hard) this.#options.tables.erase(object, id);
  }

  /** Throws 404, and says whether it was deleted or never there. */
  existing(object: DescribedObject, id: string): Row {
    const row = this.#options.tables.find(object, id);
    if (row === null)
      throw new Refusal(404, [
        { message: 'invalid cross reference id', errorCode: 'INVALID_CROSS_REFERENCE_KEY', fields: [] },
      ]);
    if (Number(row['IsDeleted']) === 1)
      throw new Refusal(404, [{ message: 'entity is deleted', errorCode: 'ENTITY_IS_DELETED', fields: [] }]);
    return row;
  }

  #removeTree(object: DescribedObject, id: string, writing: Writing): void {
    const { tables, catalog } = this.#options;
    tables.update(object, id, { IsDeleted: 1, ...changedStamps(writing) });
    for (const { child, field } of catalog().childrenOf(object))
      for (const held of tables.holding(child, field, id)) {
        if (field.onDelete === 'cascade') this.#removeTree(child, held, writing);
        else tables.update(child, held, { [field.name]: null, ...changedStamps(writing) });
      }
  }

  /** The parents a record belongs to. */
  #holdParents({ fields }: DescribedObject, row: Row, writing: Writing): void {
    for (const { onDelete, name } of fields) {
      const parent = row[name];
      if (onDelete === 'cascade' && typeof parent === 'string')
        this.#locks.hold(parent, writing, writing.nowMs, writing.workMs);
    }
  }

  #check(object: DescribedObject, row: Row, before: Row | null, writing: Writing): void {
    this.#holdParents(object, row, writing);
    const { tables, catalog, settings } = this.#options;
    checkRow({ object, row, before, tables, catalog: catalog(), settings: settings(), writing });
  }

  /** True where the record is said to be kept and is not. */
  #meetTrouble({ trouble }: Writing, id: string): boolean {
    const what = trouble();
    if (what === 'fails')
      throw recordRefusal(
        'UNABLE_TO_LOCK_ROW',
        `unable to obtain exclusive access to this record or 1 records: ${id}`,
      );
    return what === 'lost';
  }

  #readFields(
    object: DescribedObject,
    content: RecordContent,
    mode: 'create' | 'update',
  ): Record<string, SqliteValue> {
    const read: Record<string, SqliteValue> = {};
    for (const [name, value] of Object.entries(content)) {
      if (name === 'attributes') continue;
      const field = this.#options.catalog().field(object, name);
      if (field === null) Object.assign(read, this.#parentOf(object, name, value));
      else {
        this.#refuseUnwritable(field, mode);
        read[field.name] = readValue(field, value);
      }
    }
    return read;
  }

  #refuseUnwritable(field: DescribedField, mode: 'create' | 'update'): void {
    const allowed =
      mode === 'create'
        ? field.createable || (field.audit && this.#options.settings().auditFields)
        : field.updateable;
    if (!allowed)
      throw recordRefusal(
        'INVALID_FIELD_FOR_INSERT_UPDATE',
        `Unable to create/update fields: ${field.name}. Please check the security settings of this field and verify that it is read/write for your profile or permission set.`,
        [field.name],
      );
  }

  /** `"Account": {"Ext__c": "1"}`: the parent by its external id. */
  #parentOf(object: DescribedObject, name: string, value: unknown): Record<string, SqliteValue> {
    const { catalog, tables } = this.#options;
    const field = catalog().parentField(object, name);
    if (field === null) throw noSuchColumn(object, name);
    if (value === null) return { [field.name]: null };
    if (typeof value !== 'object')
      throw new UnreadableBody(`${name} is a relationship: an object is expected`);
    const { attributes, ...keys } = value as RecordContent & { attributes?: { type?: string } };
    const parentName = attributes?.type ?? field.refersTo[0] ?? '';
    const parent = catalog().object(parentName);
    const [[keyName, keyValue] = ['', null], ...others] = Object.entries(keys);
    const key = catalog().field(parent, keyName);
    if (key === null || others.length > 0 || (!key.externalId && key.kind !== 'id'))
      throw recordRefusal(
        'INVALID_FIELD',
        `Foreign key external ID: ${String(keyValue)} not found for field ${keyName} in entity ${parent.name}`,
        [],
      );
    const [id, second] = tables.idsWith(parent, key, readValue(key, keyValue));
    if (id === undefined || second !== undefined)
      throw recordRefusal(
        'INVALID_FIELD',
        `Foreign key external ID: ${String(keyValue)} not found for field ${key.name} in entity ${parent.name}`,
      );
    return { [field.name]: id };
  }
}

const noSuchColumn = (object: DescribedObject, name: string): Refusal =>
  recordRefusal('INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);

/** An id however its name is spelled. */
export function idIn(content: RecordContent): unknown {
  return Object.entries(content).find(([name]) => name.toLowerCase() === 'id')?.[1];
}

export const withoutId = (content: RecordContent): RecordContent =>
  Object.fromEntries(Object.entries(content).filter(([name]) => name.toLowerCase() !== 'id'));

const withoutKey = (content: RecordContent, key: DescribedField): RecordContent =>
  Object.fromEntries(
    Object.entries(content).filter(([name]) => name.toLowerCase() !== key.name.toLowerCase()),
  );

function severalMatch({ name }: DescribedObject, ids: readonly string[]): Refusal {
  const urls = ids.map((id) => `/services/data/v62.0/sobjects/${name}/${id}`);
  return new Refusal(
    300,
    [{ errorCode: 'DUPLICATE_EXTERNAL_ID', message: `Multiple records found: ${ids.join(', ')}` }],
    urls,
  );
}

function initialRow({ fields }: DescribedObject): Record<string, SqliteValue> {
  return Object.fromEntries(
    fields
      .filter(({ initial }) => initial !== null)
      .map(({ name, initial }) => [name, typeof initial === 'boolean' ? Number(initial) : initial]),
  );
}

function stamps({ nowMs, userId }: Writing, given: Row): Record<string, SqliteValue> {
  const now = new Date(nowMs).toISOString();
  return {
    CreatedDate: now,
    CreatedById: userId,
    LastModifiedDate: given['CreatedDate'] ?? now,
    LastModifiedById: userId,
    SystemModstamp: now,
  };
}

function changedStamps({ nowMs, userId }: Writing): Record<string, SqliteValue> {
  const now = new Date(nowMs).toISOString();
  return { LastModifiedDate: now, LastModifiedById: userId, SystemModstamp: now };
}
