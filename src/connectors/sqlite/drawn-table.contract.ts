import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { SqliteFile, type SqliteValue } from '../../host/index.ts';
import { type FieldType, integer64, type Relation } from '../../model/index.ts';
import type { BulkLoad } from '../port.ts';

const integerOf = (bits: 16 | 32): FieldType => ({ kind: 'integer', bits, signed: true });
export const plainText: FieldType = { kind: 'text', charactersMax: null, padded: false };
const wholeNumbers = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, 127n, 128n, -128n, -129n, 32_767n, -32_769n, 8_388_607n, 8_388_608n),
  fc.constantFrom(-(2n ** 23n) - 1n, 2n ** 31n, -(2n ** 31n), 2n ** 47n, -(2n ** 47n) - 1n, 2n ** 53n + 1n),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const realNumbers = fc.oneof(
  fc.double({ noNaN: true }),
  fc.constantFrom(12, -5, 2 ** 40, -0, Infinity, 1e300, 0.1),
);
/** One in twenty goes on in other pages, whatever their size. */
const texts = fc.oneof(
  { weight: 12, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  { weight: 1, arbitrary: fc.integer({ min: 100, max: 200_000 }).map((length) => 'ü'.repeat(length)) },
);
const bytes = fc.oneof(
  { weight: 12, arbitrary: fc.uint8Array({ maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 100, max: 200_000 }).map((size) => new Uint8Array(size).fill(7)),
  },
);

/** How a column is declared, what it usually holds, and the types of target fields it may go into. */
const columns: readonly (readonly [string, fc.Arbitrary<SqliteValue>, readonly FieldType[]])[] = [
  ['INTEGER', wholeNumbers, [integer64, { kind: 'decimal', precision: null, scale: null }, integerOf(32)]],
  ['SMALLINT', fc.integer({ min: -32_768, max: 32_767 }).map(BigInt), [integerOf(16)]],
  ['REAL', fc.oneof(realNumbers, wholeNumbers), [{ kind: 'float', bits: 64 }]],
  ['DOUBLE', fc.constantFrom(0.5, 12, -3), [{ kind: 'float', bits: 32 }]],
  [
    'DECIMAL(12,2)',
    fc.oneof(
      fc.integer({ min: -9_999, max: 99_999 }).map((cents) => cents / 100),
      fc.constant(7n),
    ),
    [{ kind: 'decimal', precision: 12, scale: 2 }],
  ],
  [
    'DECIMAL TEXT',
    fc.constantFrom('0', '12.50', '-0.7', 'NaN', '9'.repeat(40)),
    [{ kind: 'decimal', precision: null, scale: null }],
  ],
  ['TEXT', texts, [plainText]],
  ['VARCHAR(200)', fc.string({ maxLength: 9 }), [{ ...plainText, charactersMax: 12 }, plainText]],
  ['DATETIME', fc.oneof(fc.string({ maxLength: 9 }), wholeNumbers, realNumbers), [plainText]],
  ['BLOB', bytes, [{ kind: 'bytes', bytesMax: null }]],
  ['BOOLEAN', fc.constantFrom(0n, 1n), [{ kind: 'boolean' }]],
  [
    'JSON',
    fc.constantFrom('{"a": 1}', '[]', '"ü"'),
    [
      { kind: 'json', binary: false },
      { kind: 'json', binary: true },
    ],
  ],
  ['', fc.oneof(wholeNumbers, realNumbers, texts, bytes), []],
];
const anything = fc.oneof(
  fc.constant(null),
  fc.constantFrom('007', '-00', '', 'Infinity', '{"a": 1, "a": 2}', 2n, -0.5, 1e22),
  wholeNumbers,
  realNumbers,
  texts,
  bytes,
);

/** What the driver shows for a damaged text is left out: of it the server decides, see below. */
const isPlain = (value: SqliteValue): boolean => typeof value !== 'string' || !/\uFFFD|\p{Cs}/u.test(value);

const rowNumbers = fc.oneof(
  { weight: 5, arbitrary: fc.bigInt({ min: -300n, max: 300n }) },
  { weight: 1, arbitrary: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) },
  { weight: 1, arbitrary: fc.constantFrom(2n ** 49n, 2n ** 53n + 3n, -(2n ** 53n) - 3n, 2n ** 56n) },
);

const column = fc.constantFrom(...columns).chain(([declared, usual, targets]) =>
  fc.record({
    declared: fc.constant(declared),
    target: targets.length === 0 ? fc.constant(null) : fc.option(fc.constantFrom(...targets), { freq: 5 }),
    values: fc.array(
      fc.oneof({ weight: 9, arbitrary: usual }, { weight: 1, arbitrary: fc.constant(null) }).filter(isPlain),
      { minLength: 1, maxLength: 12 },
    ),
    odd: fc.oneof(
      { weight: 12, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: anything.filter(isPlain) },
    ),
    added: fc.constantFrom(null, null, null, null, 'NULL', '5', "'five'", '-1.5', "x'0a00'", '1e3'),
  }),
);
interface DrawnColumn {
  readonly declared: string;
  readonly target: FieldType | null;
  readonly values: readonly SqliteValue[];
  /** What stands in one of the records instead. */
  readonly odd: SqliteValue | undefined;
  /** Added to the table later, with a default. */
  readonly added: string | null;
}

/** A table `t`, its file, what was done to it, and the bounds of a slice. */
export interface DrawnTable {
  readonly pageBytes: number;
  readonly reserved: number;
  readonly autoVacuum: string;
  readonly alias: boolean;
  readonly columns: readonly DrawnColumn[];
  readonly rows: readonly bigint[];
  readonly deleted: number;
  readonly vacuum: boolean;
  readonly wal: boolean;
  readonly bounds: readonly [after: bigint | null, upTo: bigint | null];
}

export const drawnTable: fc.Arbitrary<DrawnTable> = fc.record({
  pageBytes: fc.constantFrom<number[]>(512, 1_024, 4_096, 65_536),
  reserved: fc.constantFrom<number[]>(0, 0, 8, 32),
  autoVacuum: fc.constantFrom('none', 'full', 'incremental'),
  alias: fc.boolean(),
  columns: fc.array(column, { minLength: 1, maxLength: 6 }),
  rows: fc.uniqueArray(rowNumbers, { maxLength: 150 }),
  deleted: fc.constantFrom(0, 2, 3, 7),
  vacuum: fc.boolean(),
  wal: fc.boolean(),
  bounds: fc.tuple(fc.option<bigint>(rowNumbers), fc.option<bigint>(rowNumbers)),
});

/** A file without it. */
export const noTable: DrawnTable = {
  pageBytes: 4_096,
  reserved: 0,
  autoVacuum: 'none',
  alias: true,
  columns: [],
  rows: [],
  deleted: 0,
  vacuum: false,
  wal: false,
  bounds: [null, null],
};

export function makeTable(path: string, drawn: DrawnTable): void {
  {
    using file = new SqliteFile(path);
    file.run(`PRAGMA page_size = ${drawn.pageBytes}; PRAGMA auto_vacuum = ${drawn.autoVacuum};
      PRAGMA synchronous = OFF; VACUUM`);
  }
  if (drawn.reserved > 0) reserve(path, drawn.pageBytes, drawn.reserved);
  using file = new SqliteFile(path);
  file.run(`PRAGMA synchronous = OFF; PRAGMA journal_mode = ${drawn.wal ? 'wal' : 'delete'}`);
  const first = drawn.columns.map(({ added, ...one }, at) => ({ ...one, at, added }));
  const early = first.filter(({ added }) => added === null);
  const late = first.filter(({ added }) => added !== null);
  const key = drawn.alias ? 'id INTEGER PRIMARY KEY' : 'other';
  file.run(`CREATE TABLE t (${[key, ...early.map(({ at, declared }) => `c${at} ${declared}`)].join(', ')})`);
  const half = Math.floor(drawn.rows.length / 2);
  insert(file, drawn.rows.slice(0, half), early, 0);
  for (const { at, declared, added } of late)
    file.run(`ALTER TABLE t ADD COLUMN c${at} ${declared} DEFAULT ${added}`);
  insert(file, drawn.rows.slice(half), first, half);
  if (drawn.deleted > 0) file.run(`DELETE FROM t WHERE abs(rowid % ${drawn.deleted}) = 1`);
  if (drawn.vacuum) file.run('VACUUM');
}

/** SQLite has no statement for it: the end of every page kept for others, before there is anything in the only one. */
function reserve(path: string, pageBytes: number, reserved: number): void {
  const file = readFileSync(path);
  file[20] = reserved;
  file.writeUInt16BE((pageBytes - reserved) % 65_536, 105);
  writeFileSync(path, file);
}

function insert(
  file: SqliteFile,
  rows: readonly bigint[],
  fields: readonly (Pick<DrawnColumn, 'values' | 'odd'> & { readonly at: number })[],
  from: number,
): void {
  const names = ['rowid', ...fields.map(({ at }) => `c${at}`)];
  const statement = file.statement(
    `INSERT INTO t (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
  );
  file.transaction(() => {
    for (const [at, row] of rows.entries())
      statement.run(
        row,
        ...fields.map(({ values, odd }) =>
          odd !== undefined && from + at === 3 ? odd : (values[(from + at) % values.length] ?? null),
        ),
      );
  });
}

/** Each field into the type that was drawn for it. */
export function loadOf(relation: Relation, drawn: DrawnTable): BulkLoad {
  const fields = relation.fields.flatMap((field): BulkLoad['fields'][number][] => {
    const target = /^c\d+$/.test(field.name)
      ? drawn.columns[Number(field.name.slice(1))]?.target
      : field.name === 'other'
        ? null
        : integer64;
    return target
      ? [{ source: { kind: 'field', field }, target: { ...field, type: target }, exportAs: null }]
      : [];
  });
  return { format: 'postgres-binary-encoded', fields };
}
