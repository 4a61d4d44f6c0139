import type { FieldType } from './field-type.ts';

/** What one system (one database and schema, one folder of files, one account) holds. Written to `facts/schema.*.yaml`. */
export interface Schema {
  readonly formatVersion: 1;
  readonly kind: SystemKind;
  /** The server's own version text, or the file format's. */
  readonly version: string;
  /** The schema, database or folder the relations live in; null where the system has no such notion. */
  readonly namespace: string | null;
  readonly relations: readonly Relation[];
  /** Everything else that was found: views' and triggers' texts, sequences, domains, functions. Nothing is left out. */
  readonly objects: readonly SchemaObject[];
}

export type SystemKind = 'sqlite' | 'postgres' | 'mysql' | 'csv' | 'jsonl' | 'salesforce' | 'hubspot';

/** Records are made there by calls of their own, not in transactions: a unique value has to name each. */
export const writesOneByOne = (kind: SystemKind): boolean => kind === 'hubspot';

/** Others refer to a record there by the id it was given, whichever field names it in a mapping. */
export const refersByOwnId = (kind: SystemKind): boolean => kind === 'salesforce' || kind === 'hubspot';

/** A record that is there is changed there by the fields that are given alone; the others need not be, required ones neither. */
export const changesFieldsAlone = (kind: SystemKind): boolean => kind === 'salesforce' || kind === 'hubspot';

export interface SchemaObject {
  readonly kind:
    | 'view'
    | 'materialized-view'
    | 'trigger'
    | 'function'
    | 'procedure'
    | 'sequence'
    | 'domain'
    | 'enum'
    | 'composite'
    | 'range'
    | 'rule'
    /** A row-level security policy. */
    | 'policy'
    /** How a partitioned table is cut, and each of its parts. */
    | 'partition'
    /** What the system does by itself at a time. */
    | 'event'
    /** What a field becomes by itself whenever its record is changed. */
    | 'update-rule'
    /** A table keeps what its records were before, beside what they are. */
    | 'versioning'
    /** A field that only those see who ask for it by name. */
    | 'invisibility'
    | 'extension'
    | 'collation'
    /** What makes planning better over several fields at once. */
    | 'statistics'
    /** An index or a constraint that only one part of a partitioned table has. */
    | 'index'
    | 'constraint'
    /** How a relation, a field or a part is kept, as the statement that says so; the second names an index. */
    | 'setting'
    | 'index-setting'
    /** What a relation is besides a table: unlogged, foreign, in a place of its own. */
    | 'property'
    /** On anything but relations and their fields. */
    | 'comment'
    /** What a role may do. */
    | 'grant'
    /** A role that owns something, where it is not the one that looks. */
    | 'owner'
    | 'publication'
    | 'event-trigger'
    | 'operator'
    | 'operator-class'
    | 'text-search'
    | 'conversion'
    | 'cast';
  readonly name: string;
  /** The relation it hangs on, where it hangs on one. */
  readonly relation: string | null;
  readonly definition: string | null;
}

export interface Relation {
  /** Unique within the system; the system is one namespace. */
  readonly name: string;
  readonly kind: 'table' | 'partitioned-table' | 'view' | 'file';
  readonly fields: readonly Field[];
  readonly primaryKey: Key | null;
  readonly uniques: readonly Key[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly indexes: readonly Index[];
  readonly checks: readonly Check[];
  readonly comment: string | null;
  /** The system's own text that makes the relation, where it keeps one (SQLite's CREATE TABLE, a view's query). */
  readonly definition?: string;
  readonly rowsEstimate: number | null;
  readonly bytes: number | null;
  /**
   * The fields that name one record: the primary key, else the first unique key without nullable fields, else one synthetic
   * field (`#rowid`, `#ctid`, `#line`). Never empty.
   */
  readonly identity: readonly string[];
}

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** The type as the system spells it: `character varying(255)`, `DATETIME`. */
  readonly native: string;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly generated: 'no' | 'identity-always' | 'identity-default' | 'computed';
  /** Made by the shelf so that records without a key can be named; never mapped by default, never written. */
  readonly synthetic: boolean;
  readonly comment: string | null;
  /** Of an identity field: its counter by name, and what of it is not as it would be anyway, in the system's own words. */
  readonly counter?: { readonly name: string; readonly options: string };
  /** Computed anew whenever it is read, and never stored; only where the system has both. */
  readonly virtual?: true;
  /** Its type alone forbids that it has no value. */
  readonly requiredByType?: true;
}

export interface Key {
  readonly name: string;
  readonly fields: readonly string[];
  /** Deferrable to the end of the transaction. */
  readonly deferrable: boolean;
  /** Deferred unless a transaction says otherwise; where that is not what deferrable means anyway. */
  readonly deferredAtFirst?: true;
  /** Kept by a unique index of that name alone, without a constraint. */
  readonly byIndex?: true;
  /** The last field is a span of time, and no two records of the same other fields have a moment in common. */
  readonly withoutOverlaps?: true;
}

export interface ForeignKey {
  readonly name: string;
  readonly fields: readonly string[];
  readonly references: { readonly relation: string; readonly fields: readonly string[] };
  readonly onDelete: string;
  readonly onUpdate: string;
  readonly deferrable: boolean;
  /** As for keys. */
  readonly deferredAtFirst?: true;
  /** Never held against the records that were there before it. */
  readonly unproven?: true;
  /** Written down, and held against nothing. */
  readonly unenforced?: true;
  /** Of several fields none or all have values. */
  readonly matchFull?: true;
  /** The last field is a span of time that records of the other relation have to cover. */
  readonly period?: true;
  /** What `onDelete` clears, where that is not all of `fields`. */
  readonly clears?: readonly string[];
  /** Only where parts of a partitioned table keep it one by one, each under a name of its own. */
  readonly parts?: {
    readonly keptBy: readonly { readonly relation: string; readonly name: string }[];
    /** False when a part is without it: its records may point nowhere. */
    readonly everywhere: boolean;
  };
}

export interface Index {
  readonly name: string;
  readonly unique: boolean;
  /** The system's own text of the whole index. */
  readonly definition: string;
  /** Half built: it may miss records and keeps nothing. */
  readonly unproven?: true;
}

export interface Check {
  readonly name: string;
  readonly definition: string;
  /** Never held against the records that were there before it. */
  readonly unproven?: true;
}

/** The relation of that name, or undefined. Names are compared exactly, as the system stores them. */
export function findRelation(schema: Schema, name: string): Relation | undefined {
  return schema.relations.find((relation) => relation.name === name);
}

export function findField(relation: Relation, name: string): Field | undefined {
  return relation.fields.find((field) => field.name === name);
}

/** A new record has to be given a value for it. */
export const isRequired = (field: Field): boolean =>
  !field.nullable && field.default === null && field.generated === 'no' && !field.synthetic;
