import type { Field, Value } from '../../model/index.ts';
import { mysqlTextLine, mysqlTextRow } from '../mysql-text.ts';
import { orderName } from './key-order.ts';
import { isBehind, isUpTo, keyFields, keyLiterals } from './key-sql.ts';
import { type Digest, digestOf, keyBytes, lineBytes } from './line-digests.ts';
import { storedSql, storedText } from './match-records.ts';
import { type ReadField, readField } from './read-values.ts';
import { digestSql } from './relation-sql.ts';
import type { Session } from './sessions.ts';
import { type TargetTable, targetField } from './target-table.ts';
import type { LoadedSlice } from './undo-pack.ts';
import { UnfitValue } from './unfit-value.ts';
import type { RawRow } from './wire-row.ts';

export interface LoadedRecord {
  /** Of the loaded fields as a line; null where they hold what is no value. */
  readonly digest: Digest | null;
  /** Of the key alone, as the line spells it; null likewise, and where keys are not among the loaded fields. */
  readonly keyDigest: () => Digest | null;
  /** The other fields as a line; null likewise. */
  readonly others: string | null;
  /** As it is stored. */
  readonly key: readonly (string | null)[];
  /** Digest of the whole record as it is stored; empty where it was not asked for. */
  readonly stored: string;
}

export interface Look {
  readonly rowsMax?: number;
  /** Those of these keys alone, as lines of the key's loaded fields; without them all between the bounds. */
  readonly keys?: readonly string[];
  /** Digests of the whole records are wanted. */
  readonly stored?: boolean;
  /** Nobody may change a record that was looked at. */
  readonly locked: boolean;
}

/** The records between the bounds of a slice that was loaded in bulk, whoever put them there. */
export class LoadedRecords {
  readonly #session: Session;
  readonly #table: TargetTable;
  readonly #loaded: LoadedSlice;
  readonly #fields: readonly Column[];
  readonly #others: readonly Column[];
  readonly #key: readonly Field[];
  readonly #keyOfLine: readonly Column[];
  /** True where the bounds mean what they meant; otherwise every record of the relation is read. */
  readonly bounded: boolean;

  constructor(session: Session, table: TargetTable, loaded: LoadedSlice) {
    this.#session = session;
    this.#table = table;
    this.#loaded = loaded;
    const places = { next: 0 };
    this.#fields = loaded.fields.map((name) => columnOf(targetField(table, name), places));
    this.#others = loaded.others.fields.map((name) => columnOf(targetField(table, name), places));
    this.#key = loaded.key.map((name) => targetField(table, name));
    this.#keyOfLine = keyPlaces(loaded).flatMap((place) => this.#fields[place] ?? []);
    this.bounded = orderName(table.relation, loaded.key) === loaded.order;
  }

  /** ` WHERE ...` for the alias `t`, or nothing. */
  get bounds(): string {
    const { key, after, upTo } = this.#loaded;
    if (!this.bounded) return '';
    const fields = keyFields(this.#table.relation, key);
    const conditions = [
      ...(after === null ? [] : [isBehind(fields, keyLiterals(fields, after))]),
      ...(upTo === null ? [] : [isUpTo(fields, keyLiterals(fields, upTo))]),
    ];
    return conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  }

  #among(keys: readonly string[]): string {
    const names = keyPlaces(this.#loaded).map((place) => this.#loaded.fields[place] ?? '');
    const fields = keyFields(this.#table.relation, names);
    const kinds = this.#keyOfLine.map(({ kind }) => kind);
    const conditions = keys.map((key) => {
      const literals = keyLiterals(fields, mysqlTextRow(kinds, key));
      return fields.map(({ sql }, at) => `${sql} <=> ${literals[at]}`).join(' AND ');
    });
    return ` WHERE (${conditions.join(') OR (')})`;
  }

  async each(
    take: (record: LoadedRecord) => void,
    { rowsMax, keys, stored = false, locked }: Look,
  ): Promise<void> {
    const columns = [...this.#fields, ...this.#others].flatMap(({ read }) => read.sql);
    const selected = [
      ...columns,
      ...this.#key.map((field) => storedSql(field, 't')),
      stored ? digestSql(this.#table.fields, 't') : "''",
    ].join(', ');
    const limit = rowsMax === undefined ? '' : ` LIMIT ${rowsMax}`;
    const lock = locked ? ' FOR UPDATE' : '';
    const where = keys === undefined ? this.bounds : this.#among(keys);
    let failure: { readonly error: unknown } | null = null;
    await this.#session.each(
      `SELECT ${selected} FROM ${this.#table.name} AS t${where}${limit}${lock}`,
      (row) => {
        try {
          if (failure === null) take(this.#recordOf(row, columns.length));
        } catch (error) {
          failure = { error };
        }
      },
    );
    if (failure !== null) throw (failure as { readonly error: unknown }).error;
  }

  #recordOf(row: RawRow, keyFrom: number): LoadedRecord {
    const line = lineOf(this.#fields, row);
    return {
      digest: line === null ? null : digestOf(line, lineBytes),
      keyDigest: () => this.#keyDigest(row),
      others: lineOf(this.#others, row),
      key: row.slice(keyFrom, -1).map(storedText),
      stored: String(row.at(-1)),
    };
  }

  #keyDigest(row: RawRow): Digest | null {
    if (this.#keyOfLine.length === 0) return null;
    const key = lineOf(this.#keyOfLine, row);
    return key === null ? null : digestOf(key, keyBytes);
  }
}

/** Which of the loaded fields name a record, the first one first; none where they do not. */
export function keyPlaces({ fields, key }: Pick<LoadedSlice, 'fields' | 'key'>): readonly number[] {
  if (!key.every((name) => fields.includes(name))) return [];
  return fields.flatMap((name, place) => (key.includes(name) ? [place] : []));
}

interface Column {
  readonly kind: Field['type']['kind'];
  readonly read: ReadField;
  /** Where its values stand in a row of the wire. */
  readonly place: number;
}

function columnOf(field: Field, places: { next: number }): Column {
  const read = readField(field);
  const place = places.next;
  places.next += read.sql.length;
  return { kind: field.type.kind, read, place };
}

/** Without its line feed; null where a value cannot be read. */
function lineOf(columns: readonly Column[], row: RawRow): string | null {
  try {
    const values = columns.map((column) => valueOf(column, row));
    return mysqlTextLine(
      columns.map(({ kind }) => kind),
      values,
    ).slice(0, -1);
  } catch (error) {
    if (error instanceof UnfitValue) return null;
    throw error;
  }
}

function valueOf({ read, place }: Column, row: RawRow): Value {
  const bytes = row[place] ?? null;
  if (bytes === null) return null;
  if (read.sql.length === 2 && row[place + 1]?.toString() !== '1')
    throw new UnfitValue('mysql.lossy-text', 'the text cannot be read', read.name);
  return read.decode(bytes);
}
