import {
  booleanType,
  type Field,
  type FieldType,
  type ForeignKey,
  integer64,
  type Relation,
  type Row,
  textUnlimited,
  type Value,
} from '../../model/index.ts';

/** Builds a relation that belongs to no system: only field types, keys and rules. */
export function table(
  name: string,
  fields: Readonly<Record<string, FieldType>>,
  more: Partial<Relation> & { readonly required?: readonly string[] } = {},
): Relation {
  const { required = [], ...relation } = more;
  const key = relation.primaryKey?.fields ?? [];
  return {
    name,
    kind: 'table',
    fields: Object.entries(fields).map(([field, type]) =>
      plainField(field, type, !required.includes(field) && !key.includes(field)),
    ),
    primaryKey: null,
    uniques: [],
    foreignKeys: [],
    indexes: [],
    checks: [],
    comment: null,
    rowsEstimate: null,
    bytes: null,
    identity: key.length > 0 ? key : Object.keys(fields).slice(0, 1),
    ...relation,
  };
}

function plainField(name: string, type: FieldType, nullable: boolean): Field {
  return {
    name,
    type,
    native: 'neutral',
    nullable,
    default: null,
    generated: 'no',
    synthetic: false,
    comment: null,
  };
}

export function keyOf(...fields: readonly string[]): NonNullable<Relation['primaryKey']> {
  return { name: `${fields.join('_')}_key`, fields, deferrable: false };
}

export function reference(field: string, relation: string, deferrable = false): ForeignKey {
  return {
    name: `${field}_refers`,
    fields: [field],
    references: { relation, fields: ['id'] },
    onDelete: 'NO ACTION',
    onUpdate: 'NO ACTION',
    deferrable,
  };
}

/** id, name, amount: the plainest relation; `id` is the key. */
export const people: Relation = table(
  'people',
  { id: integer64, name: textUnlimited, amount: integer64 },
  { primaryKey: keyOf('id') },
);

export const keyless: Relation = table('notes', { word: textUnlimited, number: integer64 });

/** Every rule a database can keep: key, unique, required, check, reference. */
export const companies: Relation = table(
  'companies',
  { id: integer64, title: textUnlimited },
  { primaryKey: keyOf('id') },
);
export const contacts: Relation = table(
  'contacts',
  { id: integer64, email: textUnlimited, age: integer64, company_id: integer64 },
  {
    primaryKey: keyOf('id'),
    required: ['email'],
    uniques: [keyOf('email')],
    checks: [{ name: 'age_positive', definition: 'CHECK (age >= 0)' }],
    foreignKeys: [reference('company_id', 'companies')],
  },
);

const oddRelation = 'select "all" \'of\' it 💥 %s \\';
const oddField = 'group "by" \'x\' 💥 $1 \\n';
/** Refers to itself: a record may come before the one it refers to. */
export function nodes(deferrable: boolean): Relation {
  return table(
    'nodes',
    { id: integer64, name: textUnlimited, parent: integer64 },
    { primaryKey: keyOf('id'), foreignKeys: [reference('parent', 'nodes', deferrable)] },
  );
}

export const oddlyNamed: Relation = table(
  oddRelation,
  { 'or"der': integer64, [oddField]: textUnlimited, where: textUnlimited, ' é ': textUnlimited },
  { primaryKey: keyOf('or"der') },
);

export const awkward: Relation = table(
  'awkward',
  {
    id: integer64,
    words: textUnlimited,
    whole: integer64,
    money: { kind: 'decimal', precision: 38, scale: 10 },
    measure: { kind: 'float', bits: 64 },
    raw: { kind: 'bytes', bytesMax: null },
    flag: booleanType,
  },
  { primaryKey: keyOf('id') },
);

export const awkwardFields: readonly string[] = awkward.fields.map(({ name }) => name);

const bytes = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);

const awkwardParts: readonly (readonly Value[])[] = [
  [null, null, null, null, null, null],
  ['', '0', '0.0000000000', '0', bytes(), false],
  [
    'null',
    '9223372036854775807',
    '1234567890123456789012345678.0123456789',
    '1e+20',
    bytes(0, 1, 0, 255, 0),
    true,
  ],
  [
    'NULL',
    '-9223372036854775808',
    '-1234567890123456789012345678.0123456789',
    '-1.5e-07',
    bytes(0xc3, 0x28),
    true,
  ],
  ['\\N', '9007199254740993', '0.0000000001', '0.1', bytes(10, 13, 44, 34, 92), false],
  ['  two  spaces, "quoted", it\'s \t tabbed  ', '-1', '-0.0000000001', '1e-05', bytes(0), null],
  [
    'line\none\r\ntwo\rthree\n',
    '1',
    '100000000000000.0000000000',
    '123456789012345.67',
    bytes(...Array(256).keys()),
    true,
  ],
  ['💥 Ωmega ﷽ e\u0301 \u{10FFFD} \uFEFF', '42', '12.3000000000', '1.7976931348623157e+308', null, false],
  ['x'.repeat(200_000) + 'é', '-42', '3.1415926535', '5e-324', new Uint8Array(70_000).fill(7), true],
  ['\\x41 {"a":[1,2]} ;--', '1000000', '99.9900000000', '-2.5', bytes(0xff, 0xfe), null],
];

/** One record for each awkwardness, `id` from 1. */
export const awkwardRows: readonly Row[] = awkwardParts.map((values, at) => [String(at + 1), ...values]);

/** Types that a system may not have; what comes back is the same text all the same. */
export const dated: Relation = table(
  'dated',
  {
    id: integer64,
    born: { kind: 'date' },
    clock: { kind: 'time', zoned: false, fractionDigits: 6 },
    at: { kind: 'timestamp', fractionDigits: 6 },
    moment: { kind: 'instant', fractionDigits: 6 },
    token: { kind: 'uuid' },
    code: { kind: 'text', charactersMax: 10, padded: false },
  },
  { primaryKey: keyOf('id') },
);

export const datedFields: readonly string[] = dated.fields.map(({ name }) => name);

const token = '0f8fad5b-d9cb-469f-a165-70867728950e';
export const datedRows: readonly Row[] = [
  ['1', null, null, null, null, null, null],
  ['2', '2026-11-20', '13:45:00', '2026-11-20 13:45:00', '2026-11-20 12:45:00+00', token, '007'],
  [
    '3',
    '1900-01-01',
    '00:00:00.000001',
    '1900-01-01 00:00:00.123456',
    '1969-12-31 23:59:59.5+00',
    token,
    '1e5',
  ],
  [
    '4',
    '9999-12-31',
    '24:00:00',
    '9999-12-31 23:59:59.999999',
    '9999-12-31 23:59:59.999999+00',
    token,
    ' 12 ',
  ],
  [
    '5',
    '0044-03-15 BC',
    '23:59:59.999999',
    '0044-03-15 12:00:00 BC',
    '0044-03-15 12:00:00+00 BC',
    token,
    'é💥',
  ],
  ['6', '12026-01-01', '12:00:00', '12026-01-01 00:00:00', '12026-01-01 00:00:00+00', token, ''],
  ['7', 'infinity', null, '-infinity', 'infinity', token, '0x1F'],
];

/** One field of each type there is. */
export const everyType: Relation = table('every_type', {
  id: integer64,
  flag: booleanType,
  small: { kind: 'integer', bits: 8, signed: true },
  unsigned: { kind: 'integer', bits: 64, signed: false },
  number: { kind: 'decimal', precision: null, scale: null },
  money: { kind: 'decimal', precision: 10, scale: 2 },
  real_32: { kind: 'float', bits: 32 },
  words: textUnlimited,
  short: { kind: 'text', charactersMax: 10, padded: false },
  padded: { kind: 'text', charactersMax: 3, padded: true },
  raw: { kind: 'bytes', bytesMax: 16 },
  day: { kind: 'date' },
  clock: { kind: 'time', zoned: true, fractionDigits: 3 },
  local: { kind: 'timestamp', fractionDigits: 9 },
  moment: { kind: 'instant', fractionDigits: 6 },
  span: { kind: 'interval' },
  token: { kind: 'uuid' },
  document: { kind: 'json', binary: true },
  state: { kind: 'enum', name: 'state', labels: ['open', 'closed'] },
  tags: { kind: 'list', of: textUnlimited },
  table_of: { kind: 'list', of: { kind: 'list', of: { kind: 'enum', name: 'state', labels: ['open'] } } },
  foreign_type: { kind: 'native', engine: 'elsewhere', name: 'thing' },
  anything: { kind: 'any' },
});
