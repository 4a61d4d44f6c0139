import {
  type BadRecord,
  type RecordBatch,
  type Relation,
  type Row,
  recordKey,
  type Slice,
  type Value,
} from '../../model/index.ts';
import type { ReadOptions } from '../port.ts';
import { type CopyLine, copyFields, copyLines } from './copy-text.ts';
import { boundsSql, expectAscending, type KeyOrder } from './key-order.ts';
import { partitionQueries } from './read-partitions.ts';
import type { Session } from './sessions.ts';
import { equalitySql, fromRelation, literal, rowLiteral, rowSql, selectFields } from './sql.ts';
import { UnfitValue } from './unfit-value.ts';
import { decodeValue } from './value-text.ts';

/** The records of a slice, in the order of the identity. Throws when the slice was cut in another order. */
export async function* readSlice(
  session: Session,
  schema: string,
  relation: Relation,
  order: KeyOrder,
  slice: Slice,
  options: ReadOptions,
): AsyncGenerator<RecordBatch> {
  await expectAscending(session, relation, order, slice);
  if (relation.identity.includes('#tableoid')) {
    const queries = await partitionQueries(session, schema, relation, slice);
    yield* readCopies(session, relation, queries, options);
    return;
  }
  const keys = order.fields.map(({ sql }) => sql).join(', ');
  const query = `${selectFields(relation)} FROM ${fromRelation(schema, relation)}${boundsSql(order, slice)} ORDER BY ${keys}`;
  yield* readCopies(session, relation, [query], options);
}

/** The records whose fields equal one of the keys; see `Snapshot.fetch`. */
export function readKeys(
  session: Session,
  schema: string,
  relation: Relation,
  fields: readonly string[],
  keys: readonly Row[],
  byText: boolean,
): AsyncGenerator<RecordBatch> {
  const expressions = fields.map((name) => {
    const sql = equalitySql(relation, name);
    return byText && !sql.endsWith('::text') ? `${sql}::text` : sql;
  });
  // No record equals null; a key with half a character or U+0000 in it is nowhere either.
  const rows = keys.filter((key) => key.every(isSearchable)).map(rowLiteral);
  const condition = rows.length === 0 ? 'false' : `${rowSql(expressions)} IN (${rows.join(', ')})`;
  const query = `${selectFields(relation)} FROM ${fromRelation(schema, relation)} WHERE ${condition}`;
  return readCopies(session, relation, [query], {});
}

function isSearchable(value: Value): boolean {
  if (value === null) return false;
  try {
    literal(value);
    return true;
  } catch (error) {
    if (error instanceof UnfitValue) return false;
    throw error;
  }
}

async function* readCopies(
  session: Session,
  relation: Relation,
  queries: readonly string[],
  options: ReadOptions,
): AsyncGenerator<RecordBatch> {
  const { batchRowsMax = 1000, batchBytesMax = 8 * 1024 * 1024 } = options;
  const reader = new LineReader(relation);
  for (const query of queries)
    for await (const lines of copyLines(session.copyOut(`COPY (${query}) TO STDOUT`)))
      for (const line of lines) {
        reader.add(line);
        if (reader.records >= batchRowsMax || reader.bytes >= batchBytesMax) yield reader.take();
      }
  if (reader.records > 0) yield reader.take();
}

/** Turns lines into records and gathers them until a batch is full. */
class LineReader {
  readonly #relation: Relation;
  readonly #names: readonly string[];
  readonly #decoders: readonly ((text: string) => Value)[];
  #rows: Row[] = [];
  #bad: BadRecord[] = [];
  bytes = 0;

  constructor(relation: Relation) {
    this.#relation = relation;
    this.#names = relation.fields.map(({ name }) => name);
    this.#decoders = relation.fields.map(({ type }) => decodeValue(type));
  }

  get records(): number {
    return this.#rows.length + this.#bad.length;
  }

  take(): RecordBatch {
    const batch = { relation: this.#relation.name, fields: this.#names, rows: this.#rows, bad: this.#bad };
    this.#rows = [];
    this.#bad = [];
    this.bytes = 0;
    return batch;
  }

  add(line: CopyLine): void {
    this.bytes += line.length;
    if (typeof line !== 'string') {
      this.#bad.push(this.#badRecord(line, null, 'postgres.encoding', 'the text is not valid UTF-8', null));
      return;
    }
    const texts = copyFields(line);
    const row: Value[] = [];
    for (const [at, decode] of this.#decoders.entries()) {
      const text = texts[at] ?? null;
      try {
        row.push(text === null ? null : decode(text));
      } catch (error) {
        if (!(error instanceof UnfitValue)) throw error;
        const field = this.#names[at] ?? null;
        this.#bad.push(
          this.#badRecord(Buffer.from(line), this.#key(texts), error.code, error.message, field),
        );
        return;
      }
    }
    this.#rows.push(row);
  }

  #key(texts: readonly (string | null)[]): Row | null {
    try {
      return this.#relation.identity.map((name) => {
        const at = this.#names.indexOf(name);
        const text = texts[at] ?? null;
        return text === null ? null : (this.#decoders[at]?.(text) ?? null);
      });
    } catch (error) {
      if (error instanceof UnfitValue) return null;
      throw error;
    }
  }

  #badRecord(
    original: Buffer,
    key: Row | null,
    code: string,
    message: string,
    field: string | null,
  ): BadRecord {
    const place = key === null ? 'a record whose key cannot be read' : `key ${recordKey(key)}`;
    return { key, where: `${this.#relation.name} ${place}`, original, code, message, field };
  }
}
