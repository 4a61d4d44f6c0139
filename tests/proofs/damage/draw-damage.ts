import type { SeededChoice } from '../../../demo/seeded-choice.ts';
import {
  alike,
  alteredValue,
  type PlainField,
  type PlainRecord,
  type PlainValue,
  plainFields,
} from './drawn-values.ts';
import { type Engine, type HeldRecord, plainTypes, type Shape, type ShapedTable } from './shaped-table.ts';

const damageKinds = [
  'changed field',
  'missing',
  'extra',
  'duplicated',
  'swapped',
  'NULL for empty',
  'shifted hour',
  'other key',
  'unreadable',
] as const;
export type DamageKind = (typeof damageKinds)[number];

/** One thing that is wrong in one table, how it is done and undone in plain SQL, and what an audit has to say about it. */
export interface Damage {
  readonly table: ShapedTable;
  readonly kind: DamageKind;
  readonly field: PlainField | null;
  readonly plant: string;
  /** A condition that holds for every record that was touched, before and after. */
  readonly touched: string;
  readonly expected: readonly ExpectedDifference[];
}

export interface ExpectedDifference {
  readonly kind: string;
  /** Key values, or for tables without a key the whole content. */
  readonly key: readonly string[] | PlainRecord;
  /** Null where the source record cannot be told. */
  readonly sourceKey: readonly string[] | null;
  readonly field?: PlainField;
  readonly values?: readonly [expected: PlainValue, actual: PlainValue];
  /** The other key of a swap or of a move. */
  readonly other?: readonly string[];
  readonly times?: number;
  readonly how?: string;
}

const shares: Readonly<Record<DamageKind, number>> = {
  'changed field': 0.4,
  missing: 0.1,
  extra: 0.1,
  duplicated: 0.1,
  swapped: 0.1,
  'NULL for empty': 0.08,
  'shifted hour': 0.08,
  'other key': 0.02,
  unreadable: 0.02,
};

/** Which damages a table can take: a primary key takes no duplicates, PostgreSQL keeps no text in a number's column. */
function possibleKinds(shape: Shape, engine: Engine): readonly DamageKind[] {
  const unique = shape === 'numbered' || shape === 'given';
  return damageKinds.filter((kind) => {
    if (kind === 'duplicated') return !unique;
    if (kind === 'unreadable') return engine === 'sqlite' && unique;
    return shape !== 'keyless' || (kind !== 'swapped' && kind !== 'other key');
  });
}

export function drawDamage(table: ShapedTable, choice: SeededChoice): Damage {
  const possible = possibleKinds(table.shape, table.engine);
  let left = choice.fraction() * possible.reduce((sum, kind) => sum + shares[kind], 0);
  const kind = possible.find((one) => (left -= shares[one]) < 0) ?? 'changed field';
  return new Planter(table, choice).plant(kind);
}

class Planter {
  readonly #table: ShapedTable;
  readonly #choice: SeededChoice;

  constructor(table: ShapedTable, choice: SeededChoice) {
    this.#table = table;
    this.#choice = choice;
  }

  plant(kind: DamageKind): Damage {
    switch (kind) {
      case 'changed field':
        return this.#changed(kind, this.#choice.of(plainFields));
      case 'NULL for empty':
        return this.#changed(
          kind,
          'note',
          (value) => (value === null ? '' : null),
          (value) => value === null || value === '',
        );
      case 'shifted hour':
        return this.#changed(kind, 'seen', (value) => this.#anHourOff(String(value)));
      case 'missing':
        return this.#missing();
      case 'extra':
        return this.#extra();
      case 'duplicated':
        return this.#duplicated();
      case 'swapped':
        return this.#swapped();
      case 'other key':
        return this.#moved();
      case 'unreadable':
        return this.#unreadable();
    }
  }

  #changed(
    kind: DamageKind,
    field: PlainField,
    alter = (value: PlainValue): PlainValue =>
      alteredValue(this.#choice, field, value, field !== 'title' && field !== 'big'),
    fits: (value: PlainValue) => boolean = () => true,
  ): Damage {
    const record = this.#record((one) => one.times === 1 && fits(one.values[field]));
    const before = record.values[field];
    const after = alter(before);
    const changed = { ...record.values, [field]: after };
    const touched =
      field === 'big' && record.key.length === 0
        ? `big IN (${String(before)}, ${String(after)})`
        : this.#at(record);
    const { sourceKey } = record;
    const expected: readonly ExpectedDifference[] =
      record.key.length === 0
        ? [
            { kind: 'missing', key: record.values, sourceKey },
            { kind: 'extra', key: changed, sourceKey: null },
          ]
        : [
            {
              kind: 'changed',
              key: record.key,
              sourceKey,
              field,
              values: [before, after],
              ...howOf(kind, before, after),
            },
          ];
    const plant = `UPDATE ${this.#name} SET ${field} = ${this.#literal(field, after)} WHERE ${this.#at(record)}`;
    return this.#damage(kind, field, plant, touched, expected);
  }

  #missing(): Damage {
    const record = this.#record((one) => one.times === 1);
    const expected = [{ kind: 'missing', key: this.#keyOf(record), sourceKey: record.sourceKey }];
    return this.#damage(
      'missing',
      null,
      `DELETE FROM ${this.#name} WHERE ${this.#at(record)}`,
      this.#at(record),
      expected,
    );
  }

  #extra(): Damage {
    const { values } = this.#record(() => true);
    const key = this.#freshKey();
    const big = String(BigInt(values.big as string) + 7n);
    const added = { ...values, big };
    const names = [...this.#table.keyFields, ...plainFields];
    const all = [...key.map(quoted), ...plainFields.map((field) => this.#literal(field, added[field]))];
    const plant = `INSERT INTO ${this.#name} (${names.join(', ')}) VALUES (${all.join(', ')})`;
    const touched = key.length === 0 ? `big = ${big}` : this.#keyIs(key);
    return this.#damage('extra', null, plant, touched, [
      { kind: 'extra', key: key.length === 0 ? added : key, sourceKey: null },
    ]);
  }

  #duplicated(): Damage {
    const record = this.#record(() => true);
    const plant = `INSERT INTO ${this.#name} SELECT * FROM ${this.#name} WHERE ${this.#at(record)} LIMIT 1`;
    const expected = [
      { kind: 'duplicated', key: this.#keyOf(record), sourceKey: null, times: record.times + 1 },
    ];
    return this.#damage('duplicated', null, plant, this.#at(record), expected);
  }

  #swapped(): Damage {
    const field = this.#choice.of(plainFields);
    const one = this.#record(() => true);
    const other = this.#record(
      (record) => alike(field, record.values[field]) !== alike(field, one.values[field]),
    );
    const [mine, theirs] = [one.values[field], other.values[field]];
    const plant = `UPDATE ${this.#name} SET ${field} = CASE WHEN ${this.#at(one)} THEN ${this.#literal(field, theirs)}
      ELSE ${this.#literal(field, mine)} END WHERE ${this.#at(one)} OR ${this.#at(other)}`;
    const expected = [
      {
        kind: 'swapped',
        key: one.key,
        other: other.key,
        sourceKey: one.sourceKey,
        field,
        values: [mine, theirs] as const,
      },
      {
        kind: 'swapped',
        key: other.key,
        other: one.key,
        sourceKey: other.sourceKey,
        field,
        values: [theirs, mine] as const,
      },
    ];
    return this.#damage('swapped', field, plant, `${this.#at(one)} OR ${this.#at(other)}`, expected);
  }

  #moved(): Damage {
    const record = this.#record(() => true);
    const other = this.#freshKey();
    const set = this.#table.keyFields.map((name, at) => `${name} = ${quoted(other[at] ?? '')}`).join(', ');
    const expected = [{ kind: 'moved', key: record.key, sourceKey: record.sourceKey, other }];
    const plant = `UPDATE ${this.#name} SET ${set} WHERE ${this.#at(record)}`;
    return this.#damage('other key', null, plant, `${this.#at(record)} OR ${this.#keyIs(other)}`, expected);
  }

  #unreadable(): Damage {
    const record = this.#record(() => true);
    const [field, stored] = this.#choice.of([
      ['big', "'many'"],
      ['active', '2'],
      ['photo', "'a text'"],
      ['title', "CAST(x'ff' AS TEXT)"],
    ] as const);
    const expected = [{ kind: 'unreadable', key: record.key, sourceKey: record.sourceKey, field }];
    const plant = `UPDATE ${this.#name} SET ${field} = ${stored} WHERE ${this.#at(record)}`;
    return this.#damage('unreadable', field, plant, this.#at(record), expected);
  }

  #damage(
    kind: DamageKind,
    field: PlainField | null,
    plant: string,
    touched: string,
    expected: readonly ExpectedDifference[],
  ): Damage {
    return { table: this.#table, kind, field, plant, touched, expected };
  }

  get #name(): string {
    return this.#table.name;
  }

  #record(fits: (record: HeldRecord) => boolean): HeldRecord {
    for (;;) {
      const record = this.#choice.of(this.#table.records);
      if (fits(record)) return record;
    }
  }

  #keyOf({ key, values }: HeldRecord): readonly string[] | PlainRecord {
    return key.length === 0 ? values : key;
  }

  #at({ key, values }: HeldRecord): string {
    return key.length === 0 ? `big = ${values.big as string}` : this.#keyIs(key);
  }

  #keyIs(key: readonly string[]): string {
    return `(${this.#table.keyFields.map((name, at) => `${name} = ${quoted(key[at] ?? '')}`).join(' AND ')})`;
  }

  /** A key no record has. */
  #freshKey(): readonly string[] {
    const number = String(10_000_000 + this.#choice.below(1e9));
    if (this.#table.shape === 'compound') return [this.#choice.of(['north', 'NORTH', '']), number];
    if (this.#table.shape === 'named') return [`new ${number}`];
    return this.#table.shape === 'keyless' ? [] : [number];
  }

  #anHourOff(time: string): string {
    const hour = Number(time.slice(11, 13)) + this.#choice.of([1, -1]);
    return `${time.slice(0, 11)}${String(hour).padStart(2, '0')}${time.slice(13)}`;
  }

  #literal(field: PlainField, value: PlainValue): string {
    if (value === null) return 'NULL';
    if (this.#table.engine === 'postgres') return postgresLiteral(field, value);
    if (typeof value === 'boolean') return value ? '1' : '0';
    if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
    if (field === 'big') return value;
    return field === 'ratio' ? `CAST('${value}' AS REAL)` : quoted(value);
  }
}

/** With its type, since a literal in a CASE is a text otherwise. */
function postgresLiteral(field: PlainField, value: string | boolean | Uint8Array): string {
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString('hex')}'::bytea`;
  const text = field === 'seen' ? `${String(value)}+00` : String(value);
  return `${quoted(text)}::${plainTypes.postgres[field].replace(' NOT NULL', '')}`;
}

function howOf(kind: DamageKind, before: PlainValue, after: PlainValue): { readonly how?: string } {
  if (kind === 'NULL for empty')
    return { how: before === null ? 'empty text instead of NULL' : 'NULL instead of empty text' };
  if (kind !== 'shifted hour') return {};
  const later = String(after) > String(before);
  return { how: `shifted by ${later ? '+' : '-'}1:00 hours, as a lost time zone would` };
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
