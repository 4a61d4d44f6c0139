import type { SeededChoice } from '../../../demo/seeded-choice.ts';
import { drawText } from './drawn-values.ts';
import type { Engine } from './shaped-table.ts';

/** What SQLite's driver takes as a value. */
export type StoredValue = null | number | bigint | string | Uint8Array;

/** One relation of a random move: made of random fields, keyed in a random way, mapped by random expressions. */
export interface DrawnMove {
  readonly name: string;
  readonly sourceStatement: string;
  readonly targetStatement: string;
  readonly mappingFile: string;
  readonly rows: readonly (readonly StoredValue[])[];
  /** How many of them a purge rule leaves behind. */
  readonly purged: number;
}

interface FieldKind {
  readonly source: string;
  draw(choice: SeededChoice): StoredValue;
  /** Types of the target, and expressions that give them; `x` stands for the source field. */
  readonly targets: Readonly<Record<Engine, readonly (readonly [type: string, ...expressions: string[]])[]>>;
}

const textExpressions = [
  'x',
  'upper(x)',
  'btrim(x)',
  "x || '!'",
  "coalesce(x, 'none')",
  "replace(x, 'a', 'ä')",
];

const kinds: Readonly<Record<string, FieldKind>> = {
  text: {
    source: 'TEXT',
    draw: (choice) =>
      choice.of([
        '',
        ' ',
        '\uFFFD',
        'e\u0301',
        'ﬃ',
        'İ',
        'x'.repeat(3_000),
        drawText(choice),
        drawText(choice),
      ]),
    targets: {
      sqlite: [['TEXT', ...textExpressions]],
      postgres: [
        ['text', ...textExpressions],
        ['varchar(4000)', 'x'],
      ],
    },
  },
  integer: {
    source: 'INTEGER',
    draw: (choice) =>
      choice.of([0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, BigInt(choice.below(1_000))]),
    targets: {
      sqlite: [
        ['INTEGER', 'x', 'x / 2', 'case when x > 0 then x else 0 end'],
        ['TEXT', 'x::text'],
      ],
      postgres: [
        ['bigint', 'x', 'x / 2'],
        ['numeric', 'x', 'x::numeric * 10'],
        ['text', 'x::text'],
      ],
    },
  },
  decimal: {
    source: 'DECIMAL TEXT(30,6)',
    draw: (choice) =>
      choice.of([
        '0.000000',
        '-0.000001',
        '123456789012345678901234.567890',
        '12.5',
        `${choice.below(1e9)}.25`,
      ]),
    targets: {
      sqlite: [['DECIMAL TEXT(32,6)', 'x', '-x', 'abs(x)']],
      postgres: [
        ['numeric(32,6)', 'x', '-x'],
        ['numeric', 'x', 'x * 3'],
      ],
    },
  },
  float: {
    source: 'REAL',
    draw: (choice) =>
      choice.of([
        0.1,
        5e-324,
        1.7976931348623157e308,
        Number.POSITIVE_INFINITY,
        -1,
        (choice.fraction() - 0.5) * 1e6,
      ]),
    targets: { sqlite: [['REAL', 'x']], postgres: [['double precision', 'x']] },
  },
  boolean: {
    source: 'BOOLEAN',
    draw: (choice) => choice.below(2),
    targets: {
      sqlite: [['BOOLEAN', 'x', 'not x']],
      postgres: [
        ['boolean', 'x', 'not x'],
        ['text', 'x::text'],
      ],
    },
  },
  bytes: {
    source: 'BLOB',
    draw: (choice) => Uint8Array.from({ length: choice.below(40) }, () => choice.below(256)),
    targets: { sqlite: [['BLOB', 'x']], postgres: [['bytea', 'x']] },
  },
  day: {
    source: 'DATE',
    draw: (choice) =>
      choice.of([
        '0001-01-01',
        '9999-12-31',
        '2024-02-29',
        '1582-10-10',
        `19${10 + choice.below(90)}-0${1 + choice.below(9)}-1${choice.below(10)}`,
      ]),
    targets: {
      sqlite: [['DATE', 'x']],
      postgres: [
        ['date', 'x::date'],
        ['text', 'x'],
      ],
    },
  },
  moment: {
    source: 'TIMESTAMP',
    draw: (choice) =>
      choice.of([
        '1940-05-01 00:00:00',
        '2026-03-29 02:30:00',
        '2026-10-25 02:30:00.5',
        `20${10 + choice.below(90)}-07-04 1${choice.below(10)}:0${choice.below(10)}:07.12345${choice.below(10)}`,
      ]),
    targets: {
      sqlite: [['TIMESTAMP', 'x']],
      postgres: [
        ['timestamp', 'x::timestamp'],
        ['timestamptz', "x::timestamp at time zone 'Europe/Vienna'"],
      ],
    },
  },
  document: {
    source: 'JSON TEXT',
    draw: (choice) =>
      choice.of([
        '{}',
        '[]',
        'null',
        '"x"',
        '1.0',
        '{"b":1,"a":{"c":[1.50,true,null]}}',
        '{"a" : 9007199254740993}',
        '{"ü":"\\u00fc\\/"}',
      ]),
    targets: {
      sqlite: [['JSON TEXT', 'x']],
      postgres: [
        ['jsonb', 'x::jsonb'],
        ['json', 'x::json'],
      ],
    },
  },
  list: {
    source: 'TEXT',
    draw: (choice) => choice.of(['', 'a', 'a;b', ';', 'a;;"b",{}', 'NULL;null']),
    targets: { sqlite: [['TEXT', 'x']], postgres: [['text[]', "string_to_array(x, ';')"]] },
  },
  uuid: {
    source: 'TEXT',
    draw: (choice) => `${String(choice.below(1e8)).padStart(8, '0')}-0000-4000-8000-0123456789ab`,
    targets: { sqlite: [['UUID', 'x']], postgres: [['uuid', 'x::uuid']] },
  },
};

const fieldNames = ['name', 'order', 'Größe', 'a b', 'select', 'f', 'größe2', 'UPPER', 'x_1', "it's"];
const keyings = ['number', 'text', 'two', 'given', 'none'] as const;

export function drawMove(name: string, engine: Engine, choice: SeededChoice): DrawnMove {
  const keying = choice.of(keyings);
  const fields = drawFields(engine, choice);
  const key = keyOf(keying, engine);
  const holes = choice.of([0, 0.1, 0.9]);
  const rows = Array.from({ length: choice.of([0, 1, 7, 40, 120]) }, (_, number) => [
    ...key.draw(number),
    ...fields.map(({ kind }) => (choice.chance(holes) ? null : kind.draw(choice))),
  ]);
  const purges = keying === 'number' && choice.chance(0.3);
  const purge = purges ? "purge:\n  - { when: 'id % 3 = 0', reason: every third stays }\n" : '';
  const lines = [
    ...key.mapped.map(([field, from]) => `  ${field}: ${from}`),
    ...fields.map(({ field, from }) => `  ${JSON.stringify(field)}: ${JSON.stringify(from)}`),
  ];
  return {
    name,
    sourceStatement: table(
      name,
      key.source,
      fields.map(({ field, kind }) => `${quoted(field)} ${kind.source}`),
    ),
    targetStatement: table(
      name,
      key.target,
      fields.map(({ field, type }) => `${quoted(field)} ${type}`),
    ),
    mappingFile: `source: ${name}\ntarget: ${name}\nkey: [${key.names.join(', ')}]\nowner: Ada\n${purge}fields:\n${lines.join('\n')}\n`,
    rows,
    purged: purges ? rows.filter((_, number) => number % 3 === 0).length : 0,
  };
}

function drawFields(
  engine: Engine,
  choice: SeededChoice,
): readonly { field: string; kind: FieldKind; type: string; from: string }[] {
  const count = 1 + choice.below(fieldNames.length);
  return fieldNames.slice(0, count).map((field) => {
    const kind = choice.of(Object.values(kinds));
    const [type, ...expressions] = choice.of(kind.targets[engine]);
    const from = choice.of(expressions).replace(/\bx\b/g, quoted(field));
    return { field, kind, type, from };
  });
}

interface Keying {
  readonly names: readonly string[];
  readonly source: readonly string[];
  readonly target: readonly string[];
  readonly mapped: readonly (readonly [field: string, from: string])[];
  draw(number: number): readonly StoredValue[];
}

function keyOf(keying: (typeof keyings)[number], engine: Engine): Keying {
  const whole = engine === 'sqlite' ? 'INTEGER' : 'bigint';
  const number = { source: ['id INTEGER PRIMARY KEY'], draw: (place: number) => [BigInt(place)] };
  switch (keying) {
    case 'number':
      return { ...number, names: ['id'], target: [`id ${whole} PRIMARY KEY`], mapped: [['id', 'id']] };
    case 'text':
      return {
        names: ['code'],
        source: ['code TEXT NOT NULL PRIMARY KEY'],
        target: ['code TEXT NOT NULL PRIMARY KEY'],
        mapped: [['code', 'code']],
        draw: (place) => [`${['a', 'A', 'ä', ' a'][place % 4] ?? ''}${Math.floor(place / 4)}`],
      };
    case 'two':
      return {
        names: ['region', 'place'],
        source: ['region TEXT NOT NULL', 'place INTEGER NOT NULL', 'PRIMARY KEY (region, place)'],
        target: ['region TEXT NOT NULL', `place ${whole} NOT NULL`, 'PRIMARY KEY (region, place)'],
        mapped: [
          ['region', 'region'],
          ['place', 'place'],
        ],
        draw: (place) => [['', 'N', 'n'][place % 3] ?? '', BigInt(Math.floor(place / 3))],
      };
    case 'given': {
      const own =
        engine === 'sqlite'
          ? 'INTEGER PRIMARY KEY AUTOINCREMENT'
          : 'bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY';
      return {
        ...number,
        names: ['id'],
        target: [`id ${own}`, `legacy ${whole}`],
        mapped: [['legacy', 'id']],
      };
    }
    case 'none':
      return { names: [], source: [], target: [], mapped: [], draw: () => [] };
  }
}

/** Constraints come last. */
function table(name: string, key: readonly string[], fields: readonly string[]): string {
  const columns = key.filter((part) => !part.startsWith('PRIMARY'));
  const constraints = key.filter((part) => part.startsWith('PRIMARY'));
  return `CREATE TABLE ${name} (${[...columns, ...fields, ...constraints].join(', ')})`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
