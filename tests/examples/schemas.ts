import {
  type Field,
  type FieldMapping,
  type FieldType,
  integer64,
  type ObjectMapping,
  type Relation,
  type Schema,
  textUnlimited,
} from '../../src/model/index.ts';

/** Short ways to say a schema in a test. `'id!'` is required, `'name'` is text; types are given where they matter. */
export function relation(
  name: string,
  fields: Readonly<Record<string, FieldType>>,
  more: Partial<Relation> & { readonly key?: readonly string[] } = {},
): Relation {
  const { key, ...rest } = more;
  const names = Object.keys(fields).map((field) => field.replace('!', ''));
  const identity = key ?? (names.includes('id') ? ['id'] : ['#rowid']);
  return {
    name,
    kind: 'table',
    fields: Object.entries(fields).map(([field, type]) => fieldOf(field, type)),
    primaryKey:
      identity[0] === '#rowid' ? null : { name: `${name}_pkey`, fields: identity, deferrable: false },
    uniques: [],
    foreignKeys: [],
    indexes: [],
    checks: [],
    comment: null,
    rowsEstimate: null,
    bytes: null,
    identity,
    ...rest,
  };
}

function fieldOf(name: string, type: FieldType): Field {
  return {
    name: name.replace('!', ''),
    type,
    native: type.kind,
    nullable: !name.endsWith('!'),
    default: null,
    generated: 'no',
    synthetic: name.startsWith('#'),
    comment: null,
  };
}

export function schema(relations: readonly Relation[], more: Partial<Schema> = {}): Schema {
  return {
    formatVersion: 1,
    kind: 'postgres',
    version: '17',
    namespace: 'public',
    relations,
    objects: [],
    ...more,
  };
}

/** A reference over one field: `reference('company_id', 'companies')`. */
export function reference(field: string, to: string): Relation['foreignKeys'][number] {
  return {
    name: `${field}_fkey`,
    fields: [field],
    references: { relation: to, fields: ['id'] },
    onDelete: 'NO ACTION',
    onUpdate: 'NO ACTION',
    deferrable: false,
  };
}

export const text: FieldType = textUnlimited;
export const whole: FieldType = integer64;
export const short = (charactersMax: number): FieldType => ({ kind: 'text', charactersMax, padded: false });

/** An object of a mapping with only what the test is about. `fields` as in a file: target field -> expression. */
export function objectMapping(
  fields: Readonly<Record<string, string | Partial<FieldMapping>>>,
  more: Partial<ObjectMapping> = {},
): ObjectMapping {
  return {
    name: 'o',
    source: 's',
    target: 't',
    mode: 'empty-only',
    key: [],
    create: false,
    each: null,
    purge: [],
    fields: Object.entries(fields).map(([field, given]) => ({
      field,
      from: field,
      values: null,
      unmatched: 'error',
      owner: null,
      note: null,
      line: null,
      ...(typeof given === 'string' ? { from: given } : given),
    })),
    leftBehind: [],
    owner: null,
    note: null,
    file: null,
    ...more,
  };
}
