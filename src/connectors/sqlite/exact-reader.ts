import type { SqliteFile, SqliteStatement, SqliteValue } from '../../host/index.ts';
import {
  type ExactValue,
  exactColumns,
  exactValues,
  mayBeInexact,
  type TextEncodingName,
} from './exact-record.ts';
import type { RelationLayout } from './relation-layout.ts';

/** Reads single records by their identity, without loss: plainly, and once more as bytes where a text may be damaged. */
export class ExactReader {
  readonly #plain: SqliteStatement;
  readonly #asBytes: SqliteStatement;
  readonly #encoding: TextEncodingName;

  constructor(file: SqliteFile, layout: RelationLayout, encoding: TextEncodingName) {
    const where = layout.identity.map((expression) => `${expression} = ?`).join(' AND ');
    this.#plain = file.statement(
      `SELECT ${layout.expressions.join(', ')} FROM ${layout.from} WHERE ${where}`,
    );
    this.#asBytes = file.statement(
      `SELECT ${exactColumns(layout.expressions)} FROM ${layout.from} WHERE ${where}`,
    );
    this.#encoding = encoding;
  }

  /** Values in the order of the relation's fields; null when there is no such record. */
  read(identity: readonly SqliteValue[]): readonly ExactValue[] | null {
    const row = this.#plain.first(...identity);
    if (row === undefined) return null;
    return mayBeInexact(row) ? exactValues(this.#asBytes.first(...identity) ?? [], this.#encoding) : row;
  }
}
