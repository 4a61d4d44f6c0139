import type { SeededChoice } from '../../demo/seeded-choice.ts';
import { postgresTypes } from '../fidelity/postgres-types.ts';
import type { PostgresAccess } from '../servers/index.ts';
import { computed, raw, rules } from './computed-fields.ts';
import { type DrawnField, drawTested } from './drawn-field.ts';
import { drawNames, named } from './drawn-names.ts';
import { drawRows, drawTarget, postgresSql } from './drawn-table.ts';
import { type DrawnTable, type LanePair, type MappedField, mappingOf } from './lane-case.ts';
import { PostgresDatabase, postgresTargets } from './postgres-database.ts';
import { sourceIn } from './two-places.ts';

/** A type, a value made of `i`, and a check that some of them break. */
const columns = [
  ['integer', 'i % 11', '%s <> 7'],
  ['bigint', '(i * 99991)::bigint', null],
  ['numeric(12,2)', 'i / 3.0', '%s < 40'],
  ['text', "'tab\t' || i || E'\\\\N \"' || repeat('ü', i % 5)", "%s NOT LIKE '%%17%%'"],
  ['varchar(40)', "CASE WHEN i % 4 > 0 THEN 'v' || i END", null],
  ['timestamptz', "'2026-11-21 10:00:00.123456+00'::timestamptz - i * interval '1 day 3 min'", null],
  ['date', "CASE WHEN i % 9 = 0 THEN 'infinity'::date ELSE '1900-01-01'::date + i END", null],
  ['jsonb', "jsonb_build_object('n', i, 'e', NULL)", "%s->>'n' <> '23'"],
  ['bytea', "convert_to('b' || i, 'UTF8')", null],
  ['text[]', "ARRAY['a,b', NULL, i::text]", null],
  ['double precision', 'sqrt(i)', '%s <> 6'],
  ['boolean', 'i % 3 = 0', null],
] as const;

/** Keys of the source: fields, types, values, and what would cut the table into parts. */
const keys = [
  { fields: ['id'], types: ['bigint'], values: ['i'], parts: 'HASH (id)' },
  { fields: ['id'], types: ['integer'], values: ['-i'], parts: 'HASH (id)' },
  { fields: ['id'], types: ['text COLLATE "und-x-icu"'], values: ["'k' || i"], parts: 'HASH (id)' },
  { fields: ['id'], types: ['uuid'], values: ['md5(i::text)::uuid'], parts: 'HASH (id)' },
  {
    fields: ['place "of"', 'id'],
    types: ['text COLLATE "C"', 'smallint'],
    values: ["chr(97 + i % 3) || 'é'", 'i'],
    parts: 'HASH (id)',
  },
  {
    fields: ['day', 'id'],
    types: ['date', 'bigint'],
    values: ["'2026-01-01'::date + i % 4", 'i'],
    parts: 'LIST (day)',
  },
] as const;

/** Fields that go over as they are. */
function drawCopied(choice: SeededChoice): readonly DrawnField[] {
  const names = drawNames(choice, 1 + choice.below(6));
  return names.map((name) => {
    if (choice.chance(0.4))
      return drawTested(choice, name, { types: choice.of(postgresTypes), to: 'postgres' });
    const [type, value, check] = choice.of(columns);
    return { name, source: type, value, literals: [], odd: [], target: type, from: 'x', check };
  });
}

/** Fields that the mapping computes. */
function drawComputed(choice: SeededChoice): readonly (MappedField & { readonly type: string })[] {
  return Array.from({ length: choice.below(5) }, (_none, at) => {
    const [type, from, values = null] = choice.of(computed);
    return { type, field: `x${at}`, from, values };
  });
}

/**
 * SQL for a source with records and for its target: fewer fields, in another order, with rules of its own, some of them
 * computed by the mapping.
 */
function draw(choice: SeededChoice): DrawnTable {
  const [from, to] = choice.chance(0.2) ? ['thing "old"', '\u{1f426} thing'] : ['thing', 'thing'];
  const key = choice.chance(0.5) ? keys[0] : choice.of(keys);
  const copied = drawCopied(choice);
  const stored = choice.chance(0.1) ? [{ field: 'stored', from: 'stored', type: 'text' }] : [];
  const bad = choice.of(['false', 'i % 41 = 40', 'i = 17', 'i % 3 = 0']);
  const declared = [
    ...key.fields.map((name, at) => `${named(name)} ${key.types[at]}`),
    ...copied.map(({ name, source }) => `${named(name)} ${source}`),
    ...raw.map(([name, type]) => `"${name}" ${type}`),
    'parent integer',
    "stored text GENERATED ALWAYS AS (code || '!') STORED",
    `PRIMARY KEY (${key.fields.map(named).join(', ')})`,
  ];
  const values = [
    ...key.values,
    ...copied.map((field) => valueOf(field)),
    ...raw.map(([, , value]) => value.replaceAll('%bad', bad)),
    'i',
  ];
  const filled = [...key.fields, ...copied.map(({ name }) => name), ...raw.map(([name]) => name), 'parent'];
  const going = { table: to, key: { ...key, target: key.types }, fields: copied };
  const { target, fields } = drawTarget(
    choice,
    { ...going, more: [...drawComputed(choice), ...stored] },
    postgresSql,
  );
  return {
    source: [
      `CREATE TABLE ${named(from)} (${declared.join(', ')})${cutBy(choice, from, key.parts)}`,
      `INSERT INTO ${named(from)} (${filled.map(named).join(', ')}) SELECT ${values.join(', ')} FROM generate_series(1, ${drawRows(choice)}) i`,
    ],
    target,
    mapping: mappingOf(fields, {
      source: from,
      target: to,
      key: key.fields,
      purge: rules.filter(() => choice.chance(0.1)).map(([when, reason]) => ({ when, reason })),
    }),
    staysInBulk: false,
  };
}

/** Made of the record's number, or one of the literals in turn. */
export function valueOf({ value, literals, odd, source }: DrawnField): string {
  const mostly = value ?? `(ARRAY[${literals.join(', ')}]::text[])[i % ${literals.length} + 1]`;
  const cases = odd.map((one, at) => ` WHEN ${7 + at * 31} THEN ${one}::${source}`).join('');
  return cases === '' ? `(${mostly})::${source}` : `CASE i${cases} ELSE (${mostly})::${source} END`;
}

function cutBy(choice: SeededChoice, table: string, parts: string): string {
  if (!choice.chance(0.2)) return '';
  const part = (at: number, values: string): string =>
    `CREATE TABLE ${named(`part ${at}`)} PARTITION OF ${named(table)} ${values}`;
  const values = parts.startsWith('HASH')
    ? [0, 1, 2].map((at) => `FOR VALUES WITH (MODULUS 3, REMAINDER ${at})`)
    : ["FOR VALUES IN ('2026-01-01', '2026-01-02')", 'DEFAULT'];
  return ` PARTITION BY ${parts}; ${values.map((one, at) => part(at, one)).join('; ')}`;
}

/** Between two PostgreSQL servers: the mapping is computed by the source where it can be. */
export async function postgresPair(from: PostgresAccess, to: PostgresAccess): Promise<LanePair> {
  return {
    name: `PostgreSQL ${from.major} to PostgreSQL ${to.major}`,
    source: sourceIn(await PostgresDatabase.create(from)),
    targets: await postgresTargets(to),
    draw,
  };
}
