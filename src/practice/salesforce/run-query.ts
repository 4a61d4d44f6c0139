import type { SqliteValue } from '../../host/index.ts';
import type { PracticeState } from '../practice-state.ts';
import type { ObjectCatalog } from './object-catalog.ts';
import { makeId } from './record-id.ts';
import { refusal } from './refusal.ts';
import { showGroup, showRecord } from './show-record.ts';
import { type CompiledSoql, compileSoql } from './soql/compile-soql.ts';
import { parseSoql, type SoqlQuery } from './soql/parse-soql.ts';

export interface QueryAnswer {
  readonly totalSize: number;
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: readonly unknown[];
}

export interface Asking {
  readonly nowMs: number;
  /** `62.0` */
  readonly version: string;
  readonly deletedToo: boolean;
  /** How many records one answer may hold, 200 to 2,000. */
  readonly page: number;
}

const offsetMost = 2_000;
/** A cursor nobody asked for longer is gone. */
const cursorLifeMs = 15 * 60 * 1000;

/**
 * Answers queries page by page. A cursor holds which records there were when it was opened, in their order; what they hold
 * is read when their page is asked for, and who was deleted meanwhile is left out.
 */
export class QueryRunner {
  readonly #state: PracticeState;
  readonly #catalog: () => ObjectCatalog;

  constructor(state: PracticeState, catalog: () => ObjectCatalog) {
    this.#state = state;
    this.#catalog = catalog;
    state.run(
      'CREATE TABLE IF NOT EXISTS cursors (number INTEGER PRIMARY KEY, soql TEXT, deleted_too INTEGER, ids TEXT, until_ms INTEGER)',
    );
  }

  query(soql: string, asking: Asking): QueryAnswer {
    const query = parseSoql(soql);
    if (query.offset > offsetMost)
      throw refusal(400, 'NUMBER_OUTSIDE_VALID_RANGE', `SOQL offset should be between 0 to ${offsetMost}`);
    const compiled = this.#compile(query, asking);
    if (compiled.countOnly) return { totalSize: this.#count(compiled), done: true, records: [] };
    if (compiled.grouped) return this.#groups(compiled, query);
    const ids = this.ids(compiled, query);
    const first = this.records(compiled, ids.slice(0, asking.page), asking);
    if (ids.length <= asking.page) return { totalSize: ids.length, done: true, records: first };
    const row = this.#state
      .statement(
        'INSERT INTO cursors (soql, deleted_too, ids, until_ms) VALUES (?, ?, ?, ?) RETURNING number',
      )
      .first(soql, asking.deletedToo ? 1 : 0, ids.join(' '), asking.nowMs + cursorLifeMs);
    const nextRecordsUrl = cursorUrl(Number(row?.[0] ?? 0), asking.page, asking);
    return { totalSize: ids.length, done: false, nextRecordsUrl, records: first };
  }

  /** @param locator `01gGp0000000001AAA-2000`. Throws INVALID_QUERY_LOCATOR for one that is none, or is too old. */
  more(locator: string, asking: Asking): QueryAnswer {
    const [, id = '', from = ''] = /^(01g\w{15})-(\d+)$/.exec(locator) ?? [];
    const number = numberOf(id);
    const row = this.#state
      .statement('SELECT soql, deleted_too, ids FROM cursors WHERE number = ? AND until_ms > ?')
      .first(number, asking.nowMs);
    if (row === undefined || id === '') throw refusal(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    this.#state
      .statement('UPDATE cursors SET until_ms = ? WHERE number = ?')
      .run(asking.nowMs + cursorLifeMs, number);
    const ids = String(row[2]).split(' ');
    const asked = { ...asking, deletedToo: Number(row[1]) === 1 };
    const compiled = this.#compile(parseSoql(String(row[0])), asked);
    const [begin, end] = [Number(from), Number(from) + asking.page];
    const records = this.records(compiled, ids.slice(begin, end), asked);
    const done = end >= ids.length;
    return {
      totalSize: ids.length,
      done,
      ...(done ? {} : { nextRecordsUrl: cursorUrl(number, end, asking) }),
      records,
    };
  }

  /** Rows of a compiled query for some of its records, in that order. */
  rows(compiled: CompiledSoql, ids: readonly string[], deletedToo: boolean): SqliteValue[][] {
    const { from, select } = compiled;
    const selected = select === '' ? 't0."Id"' : `t0."Id", ${select}`;
    return this.#state
      .statement(
        `SELECT ${selected} ${from.replace('FROM ', 'FROM json_each(?) asked JOIN ').replace(' t0', ' t0 ON t0."Id" = asked.value')} ${deletedToo ? '' : 'WHERE t0."IsDeleted" = 0'} ORDER BY asked.key`,
      )
      .all(JSON.stringify(ids));
  }

  records(compiled: CompiledSoql, ids: readonly string[], asking: Asking): readonly unknown[] {
    return this.rows(compiled, ids, asking.deletedToo).map(([id = null, ...row]) =>
      showRecord(compiled.object, compiled.columns, row, String(id), asking.version),
    );
  }

  /** Which records the query finds, its limit and offset observed. */
  ids({ from, where, tail, values }: CompiledSoql, { limit, offset }: SoqlQuery): readonly string[] {
    return this.#state
      .statement(`SELECT t0."Id" ${from} ${where} ${tail} LIMIT ? OFFSET ?`)
      .all(...values, limit ?? -1, offset)
      .map(([id]) => String(id));
  }

  #compile(query: SoqlQuery, { nowMs, deletedToo }: Asking): CompiledSoql {
    return compileSoql(query, { catalog: this.#catalog(), nowMs, deletedToo });
  }

  #count({ from, where, values }: CompiledSoql): number {
    const row = this.#state.statement(`SELECT count(*) ${from} ${where}`).first(...values);
    return Number(row?.[0] ?? 0);
  }

  #groups(
    { select, from, where, tail, values, columns }: CompiledSoql,
    { limit, offset }: SoqlQuery,
  ): QueryAnswer {
    const rows = this.#state
      .statement(`SELECT ${select} ${from} ${where} ${tail} LIMIT ? OFFSET ?`)
      .all(...values, limit ?? -1, offset);
    return { totalSize: rows.length, done: true, records: rows.map((row) => showGroup(columns, row)) };
  }
}

const cursorUrl = (number: number, from: number, { version }: Asking): string =>
  `/services/data/v${version}/query/${makeId('01g', number)}-${from}`;

/** The number an id was made of; 0 for another one. */
function numberOf(id: string): number {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const number = id
    .slice(6, 15)
    .split('')
    .reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
  return makeId('01g', number) === id ? number : 0;
}
