import type { SeededChoice } from '../../demo/seeded-choice.ts';
import { valueEncoder } from '../../src/connectors/binary-copy/index.ts';
import type { FieldType } from '../../src/model/index.ts';
import { mariadbTypes } from '../fidelity/mariadb-types.ts';
import type { MysqlAccess, PostgresAccess } from '../servers/index.ts';
import { type DrawnField, drawTested } from './drawn-field.ts';
import { drawNames } from './drawn-names.ts';
import { drawRows, drawTarget, postgresSql } from './drawn-table.ts';
import { type DrawnTable, type LanePair, mappingOf } from './lane-case.ts';
import { MariadbDatabase, ticked } from './mariadb-database.ts';
import { postgresTargets } from './postgres-database.ts';
import { sourceIn } from './two-places.ts';

/** A column of the source, a value made of `seq`, a type of the target, and a check that some of them break. */
const columns = [
  ['int', 'seq % 11', 'integer', '%s <> 7'],
  ['int(9) unsigned zerofill', 'seq * 1001', 'integer', null],
  ['bigint unsigned', 'IF(seq = 40, 18446744073709551615, seq * 1000000007)', 'bigint', null],
  ['bigint unsigned', 'IF(seq % 5 > 0, 18446744073709551615 - seq, NULL)', 'numeric(20,0)', null],
  ['decimal(12,2)', 'seq / -3', 'numeric(14,4)', '%s > -40'],
  ['decimal(12,2) unsigned zerofill', 'seq / 7', 'numeric(12,2)', null],
  ['decimal(65,30)', 'seq / 7 + 12345678901234567890', 'numeric', null],
  [
    'longtext',
    "concat('tab\t', seq, '\\\\N \\n\\r\"', repeat('ü🐦', seq % 5))",
    'text',
    "%s NOT LIKE '%%17%%'",
  ],
  ['varchar(40)', "concat('v', seq, repeat(' ', seq % 5))", 'varchar(5)', null],
  ['char(9)', "concat('c ', seq, '   ')", 'text', null],
  ['varchar(40) CHARACTER SET latin1', "IF(seq % 4 > 0, concat('ÿ€ß', seq), NULL)", 'text', null],
  [
    'varchar(40) CHARACTER SET cp1250',
    "IF(seq = 31, _cp1250 X'81', CONVERT(concat('ł', seq) USING cp1250))",
    'text',
    null,
  ],
  ['text', "IF(seq = 52, 'a\\0b', seq)", 'text', null],
  ['date', "IF(seq % 43 = 5, '2024-02-00', '1000-01-01' + INTERVAL seq MONTH)", 'date', null],
  [
    'datetime(6)',
    "IF(seq = 23, '0000-00-00', '9998-01-01 10:00:00.123456' + INTERVAL seq * 1.5 HOUR)",
    'timestamp',
    null,
  ],
  ['datetime', "'2026-01-01' - INTERVAL seq SECOND", 'timestamp(3)', null],
  [
    'timestamp(6) NULL',
    "IF(seq % 7 > 0, '2026-01-01 00:00:00.5' - INTERVAL seq DAY, NULL)",
    'timestamptz',
    null,
  ],
  [
    'time(6)',
    "IF(seq = 61, '838:59:59', IF(seq = 62, '-01:00:00', SEC_TO_TIME(seq * 501.25)))",
    'time',
    null,
  ],
  ['year', 'IF(seq = 3, 0, 1950 + seq)', 'smallint', null],
  ['tinyint(1) CHECK (%s in (0,1))', 'seq % 3 = 0', 'boolean', null],
  ['bit(1)', 'seq % 3 = 0', 'boolean', null],
  ['longblob', 'IF(seq % 6 > 0, UNHEX(LPAD(HEX(seq), 6, 0)), NULL)', 'bytea', null],
  ['varbinary(9)', "concat('b\\0', seq)", 'bytea', null],
  ['double', 'IF(seq = 9, 5e-324, sqrt(seq) * pow(10, CAST(seq AS SIGNED) - 60))', 'double precision', null],
  ['float', 'seq / 7', 'real', null],
  [
    'longtext COLLATE utf8mb4_bin CHECK (json_valid(%s))',
    "json_object('n', seq, 't', 'ü\\\\')",
    'json',
    "(%s->>'n') <> '23'",
  ],
  [
    'longtext COLLATE utf8mb4_bin CHECK (json_valid(%s))',
    "json_object('n', seq, 't', 'ü\\\\')",
    'jsonb',
    null,
  ],
  ["enum('good','so, so','ünï') CHARACTER SET latin1", '1 + seq % 3', 'text', "%s <> 'ünï'"],
  ["set('a','b','ç') CHARACTER SET latin1", 'seq % 8', 'text', null],
  ['bit(9)', 'seq', 'varchar(9)', null],
  [
    'uuid',
    'INSERT(INSERT(INSERT(INSERT(md5(seq), 9, 0, "-"), 14, 0, "-"), 19, 0, "-"), 24, 0, "-")',
    'uuid',
    null,
  ],
] as const;

/** Texts that the mapping reads as values. */
const read = [
  ['varchar(30)', "concat('2024-01-', 1 + seq % 28)", 'date', 'x::date'],
  ['varchar(30)', 'seq * 3', 'integer', "nullif(x, '')::int"],
  ['varchar(30)', 'seq / 4', 'numeric(12,4)', 'x::numeric(12,4)'],
] as const;
const oddTexts = ["''", "'2024-02-30'", "'0x1F'", "' 7'", "'1e3'"];

/** Keys of the source, and of the target. */
const keys = [
  { fields: ['id'], types: ['bigint'], values: ['seq'], target: ['bigint'] },
  { fields: ['id'], types: ['int'], values: ['-CAST(seq AS SIGNED)'], target: ['integer'] },
  {
    fields: ['id'],
    types: ['varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin'],
    values: ["concat('k', seq)"],
    target: ['text COLLATE "C"'],
  },
  {
    fields: ['part "of"', 'id'],
    types: ['smallint', 'bigint unsigned'],
    values: ['seq % 3', 'seq'],
    target: ['smallint', 'numeric(20,0)'],
  },
] as const;

function drawFields(choice: SeededChoice): readonly DrawnField[] {
  // No name of this system holds a character behind the first 65,536.
  return drawNames(choice, 1 + choice.below(6), /^[^\u{10000}-\u{10ffff}]*$/u).map((name) => {
    if (choice.chance(0.3))
      return drawTested(choice, name, { types: mariadbTypes.flat(), to: 'postgres', goesInBulk });
    if (choice.chance(0.15)) {
      const [source, value, target, from] = choice.of(read);
      return { name, source, value, literals: [], odd: [choice.of(oddTexts)], target, from, check: null };
    }
    const [source, value, target, check] = choice.of(columns);
    return { name, source, value, literals: [], odd: [], target, from: 'x', check };
  });
}

/** SQL for a source with records and for its target: fewer fields, in another order, with rules of its own. */
function draw(choice: SeededChoice): DrawnTable {
  const from = choice.chance(0.2) ? 'thing `old`' : 'thing';
  const key = choice.chance(0.5) ? keys[0] : choice.of(keys);
  const copied = drawFields(choice);
  const rows = drawRows(choice);
  const keyNames = key.fields.map(ticked).join(', ');
  const declared = [
    ...key.fields.map((name, at) => `${ticked(name)} ${key.types[at]} NOT NULL`),
    ...copied.map(({ name, source }) => `${ticked(name)} ${source.replaceAll('%s', () => ticked(name))}`),
    'place bigint',
    'parent int',
    `PRIMARY KEY (${keyNames})`,
  ];
  const values = [...key.values, ...copied.map(({ value }) => value ?? 'NULL'), 'seq', 'seq'];
  // Tables in parts hold no places.
  const inParts = choice.chance(0.15) && copied.every(({ source }) => !source.startsWith('point'));
  const parts = inParts ? ` PARTITION BY KEY (${keyNames}) PARTITIONS 3` : '';
  const { target, fields } = drawTarget(choice, { table: 'thing', key, fields: copied }, postgresSql);
  return {
    source: [
      `CREATE TABLE ${ticked(from)} (${declared.join(', ')})${parts}`,
      rows === 0 ? 'DO 1' : `INSERT INTO ${ticked(from)} SELECT ${values.join(', ')} FROM seq_1_to_${rows}`,
      ...copied.flatMap((field) => strange(from, field)),
    ],
    target,
    mapping: mappingOf(fields, { source: from, key: key.fields }),
    staysInBulk:
      key === keys[0] &&
      copied.every(
        ({ source, value, odd, target }) =>
          value !== null && odd.length === 0 && !source.startsWith('char(') && target !== 'varchar(5)',
      ),
  };
}

/** Literals in turn for a field without a value of its own, and what a few records have instead. */
function strange(table: string, { name, value, literals, odd }: DrawnField): readonly string[] {
  const set = `UPDATE ${ticked(table)} SET ${ticked(name)} =`;
  return [
    ...(value === null
      ? literals.map((one, at) => `${set} ${one} WHERE place % ${literals.length} = ${at}`)
      : []),
    ...odd.map((one, at) => `${set} ${one} WHERE place = ${7 + at * 31}`),
  ];
}

function goesInBulk(from: FieldType, to: FieldType): boolean {
  return valueEncoder(from, to, false) !== null;
}

/** From MariaDB into PostgreSQL: transcoded into binary COPY. */
export async function fromMariadbPair(from: MysqlAccess, to: PostgresAccess): Promise<LanePair> {
  return {
    name: 'MariaDB to PostgreSQL',
    source: sourceIn(await MariadbDatabase.create(from)),
    targets: await postgresTargets(to),
    draw,
  };
}
