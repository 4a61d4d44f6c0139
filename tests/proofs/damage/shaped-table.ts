import type { SeededChoice } from '../../../demo/seeded-choice.ts';
import {
  drawRecord,
  drawText,
  type PlainField,
  type PlainRecord,
  type PlainValue,
  plainFields,
} from './drawn-values.ts';

export type Engine = 'sqlite' | 'postgres';

/** What names a record: tables of every shape are damaged, since each is found by another way. */
export const shapes = ['numbered', 'open', 'compound', 'named', 'given', 'keyless'] as const;
export type Shape = (typeof shapes)[number];

const keyFields: Readonly<Record<Shape, readonly string[]>> = {
  /** A number that the target's primary key keeps unique. */
  numbered: ['id'],
  /** The same, and nothing in the target keeps it unique. */
  open: ['id'],
  compound: ['region', 'number'],
  named: ['code'],
  /** The target gives its own number; what was captured says which. */
  given: ['id'],
  keyless: [],
};

const keyTypes: Readonly<Record<Shape, Readonly<Record<string, string>>>> = {
  numbered: { id: 'BIGINT' },
  open: { id: 'BIGINT' },
  compound: { region: 'TEXT', number: 'BIGINT' },
  named: { code: 'TEXT' },
  given: { id: 'BIGINT' },
  keyless: {},
};

export const plainTypes: Readonly<Record<Engine, Readonly<Record<PlainField, string>>>> = {
  sqlite: {
    title: 'TEXT NOT NULL',
    note: 'TEXT',
    amount: 'DECIMAL TEXT(14,2)',
    ratio: 'REAL',
    big: 'INTEGER',
    active: 'BOOLEAN',
    photo: 'BLOB',
    seen: 'TIMESTAMP',
    doc: 'JSON TEXT',
  },
  postgres: {
    title: 'text NOT NULL',
    note: 'text',
    amount: 'numeric(14,2)',
    ratio: 'double precision',
    big: 'bigint',
    active: 'boolean',
    photo: 'bytea',
    seen: 'timestamptz',
    doc: 'jsonb',
  },
};

const casts: Readonly<Record<Engine, Partial<Readonly<Record<PlainField, string>>>>> = {
  sqlite: {},
  postgres: { seen: 'seen::timestamptz', doc: 'doc::jsonb' },
};

/** One record as the target should hold it. */
export interface HeldRecord {
  /** Values of the key fields, as text; empty where there is no key. */
  readonly key: readonly string[];
  /** The source's own key: what `sourceKey` of a difference says. */
  readonly sourceKey: readonly string[];
  readonly values: PlainRecord;
  /** How many records of the table are the same in everything. */
  readonly times: number;
}

/** One table of the source, the table of the target it goes to, and what that should hold. */
export class ShapedTable {
  readonly name: string;
  readonly shape: Shape;
  readonly engine: Engine;
  records: readonly HeldRecord[];
  readonly #source: readonly PlainRecord[];
  readonly #keys: readonly (readonly string[])[];

  constructor(shape: Shape, place: number, engine: Engine, records: number, choice: SeededChoice) {
    this.name = `${shape}_${place}`;
    this.shape = shape;
    this.engine = engine;
    const distinct = Array.from({ length: records }, (_, number) => drawRecord(choice, number));
    // Some records without a key are there twice or three times, as they are in life.
    const again =
      shape === 'keyless' ? distinct.flatMap((record) => (choice.chance(0.02) ? [record, record] : [])) : [];
    this.#source = [...distinct, ...again];
    this.#keys = this.#source.map((_, number) => sourceKeyOf(shape, number, choice));
    const times = new Map<PlainRecord, number>();
    for (const record of this.#source) times.set(record, (times.get(record) ?? 0) + 1);
    this.records = distinct.map((record, number) => ({
      key: keyFields[shape].length === 0 ? [] : (this.#keys[number] ?? []),
      sourceKey: this.#keys[number] ?? [],
      values: { ...record, title: `T: ${String(record.title)}` },
      times: times.get(record) ?? 1,
    }));
  }

  get keyFields(): readonly string[] {
    return keyFields[this.shape];
  }

  /** Fields of the source, with its keys in front. */
  get sourceFields(): readonly string[] {
    return [...Object.keys(keyTypes[this.shape]), ...plainFields];
  }

  sourceStatement(): string {
    const keys = Object.entries(keyTypes[this.shape]).map(
      ([name, type]) => `${name} ${type.replace('BIGINT', 'INTEGER')} NOT NULL`,
    );
    const primary = keys.length > 0 ? [`PRIMARY KEY (${Object.keys(keyTypes[this.shape]).join(', ')})`] : [];
    const plain = plainFields.map((field) => `${field} ${plainTypes.sqlite[field]}`);
    return `CREATE TABLE ${this.name} (${[...keys, ...plain, ...primary].join(', ')})`;
  }

  sourceRows(): readonly (readonly PlainValue[])[] {
    return this.#source.map((record, at) => {
      const key = keyFields[this.shape].length === 0 ? [] : (this.#keys[at] ?? []);
      return [...key, ...plainFields.map((field) => record[field])];
    });
  }

  targetStatement(): string {
    const whole = this.engine === 'sqlite' ? 'INTEGER' : 'bigint';
    const keys = Object.entries(keyTypes[this.shape]).map(
      ([name, type]) => `${name} ${type.replace('BIGINT', whole)} NOT NULL`,
    );
    const own =
      this.engine === 'sqlite'
        ? 'id INTEGER PRIMARY KEY AUTOINCREMENT'
        : 'id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY';
    const head = this.shape === 'given' ? [own, `legacy_id ${whole}`] : keys;
    const plain = plainFields.map((field) => `${field} ${plainTypes[this.engine][field]}`);
    const primary = this.shape === 'numbered' ? ['PRIMARY KEY (id)'] : [];
    return `CREATE TABLE ${this.name} (${[...head, ...plain, ...primary].join(', ')})`;
  }

  mappingFile(): string {
    const own =
      this.shape === 'given'
        ? { legacy_id: 'id' }
        : Object.fromEntries(this.keyFields.map((name) => [name, name]));
    const plain = Object.fromEntries(plainFields.map((field) => [field, casts[this.engine][field] ?? field]));
    const lines = Object.entries({ ...own, ...plain, title: "'T: ' || title" }).map(
      ([name, from]) => `  ${name}: ${JSON.stringify(from)}`,
    );
    return `source: ${this.name}\ntarget: ${this.name}\nkey: [${this.keyFields.join(', ')}]\nowner: Ada\nfields:\n${lines.join('\n')}\n`;
  }

  /** The ids the target gave, by the source's. */
  learnKeys(given: ReadonlyMap<string, string>): void {
    this.records = this.records.map((record) => ({
      ...record,
      key: [given.get(record.sourceKey[0] ?? '') ?? ''],
    }));
  }
}

function sourceKeyOf(shape: Shape, number: number, choice: SeededChoice): readonly string[] {
  if (shape === 'compound')
    return [['north', 'süd', '', ' '][number % 4] ?? '', String(Math.floor(number / 4))];
  if (shape === 'named') return [`${choice.of(['a', 'A', 'ä', 'é'])}${drawText(choice).trim()}-${number}`];
  // Without a key a record is named by its place in the table.
  return [String(shape === 'keyless' ? number + 1 : number * 3 + 1)];
}
