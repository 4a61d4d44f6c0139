import { letOthersIn, type SqliteFile } from '../../host/index.ts';
import type { ForeignKey, Position, RecordBatch, Relation, Row, Slice } from '../../model/index.ts';
import type { ReadOptions, Snapshot } from '../port.ts';
import type { ReferenceCount } from '../references-query.ts';
import type { SqliteAddress } from './address.ts';
import { countReferencesQuery } from './count-references.ts';
import { textEncoding } from './exact-record.ts';
import { SqliteExports } from './exports.ts';
import { inWords, translated } from './faults.ts';
import { fetchRecords } from './fetch.ts';
import { beginView } from './frozen-view.ts';
import { planPages } from './page-plan.ts';
import { inOrder, sliceConditions } from './range-condition.ts';
import { RecordReader } from './read-records.ts';
import { layoutOf, type RelationLayout } from './relation-layout.ts';
import { splitRelation } from './split.ts';

/**
 * One read transaction on a connection of its own: everything read through it is of one moment. In a file that is not in WAL
 * mode it keeps writers from committing until it is closed.
 */
export class SqliteSnapshot implements Snapshot {
  readonly consistent = true;
  readonly position: Position;
  readonly exports: SqliteExports;
  readonly #file: SqliteFile;
  readonly #path: string;
  readonly #signal: AbortSignal;

  /** @param position taken before the transaction began, so that it never claims more than was seen */
  constructor(file: SqliteFile, address: SqliteAddress, position: Position, signal: AbortSignal) {
    this.#file = file;
    this.#path = address.path;
    this.position = position;
    this.#signal = signal;
    const view = beginView(file, () => file.descriptor('-shm'));
    this.exports = new SqliteExports(
      address,
      view,
      textEncoding(file),
      (relation) => layoutOf(file, relation),
      (relation) => planPages(file, address.path, view, relation),
      signal,
    );
  }

  async count(relation: Relation): Promise<string> {
    return this.#inWords(relation, () => {
      const { from } = layoutOf(this.#file, relation);
      return String(this.#file.statement(`SELECT count(*) FROM ${from}`).first()?.[0]);
    });
  }

  async countReferences(
    child: Relation,
    foreignKey: ForeignKey,
    parent: Relation,
  ): Promise<ReferenceCount | null> {
    const query = countReferencesQuery(child, foreignKey, parent);
    if (query === null) return null;
    return this.#inWords(child, () => {
      const [rows, unresolved] = this.#file.statement(query).first() ?? [];
      return { rows: String(rows), unresolved: String(unresolved) };
    });
  }

  /** The file's counter is one for all its relations: it tells that nothing was written, not what. */
  async changedSince(_relation: Relation, earlier: Position): Promise<string | null> {
    return earlier === this.position ? '0' : null;
  }

  async *split(relation: Relation, rowsPerSlice: number): AsyncGenerator<Slice> {
    yield* this.#each(relation, (layout) => splitRelation(this.#file, layout, rowsPerSlice));
  }

  /** Each slice was counted, but for records whose identity is null: they are no bounds. */
  async countOf(relation: Relation, slices: readonly Slice[]): Promise<string> {
    const exact = this.#inWords(relation, () => !layoutOf(this.#file, relation).identityNullable);
    if (!exact) return this.count(relation);
    return String(slices.reduce((sum, { rowsEstimate }) => sum + rowsEstimate, 0));
  }

  async *read(relation: Relation, slice: Slice, options: ReadOptions = {}): AsyncGenerator<RecordBatch> {
    yield* this.#each(relation, (layout) =>
      new RecordReader(this.#file, layout).read(sliceConditions(layout, slice), inOrder(layout), options),
    );
  }

  async *fetch(
    relation: Relation,
    fields: readonly string[],
    keys: readonly Row[],
  ): AsyncGenerator<RecordBatch> {
    yield* this.#each(relation, (layout) => fetchRecords(this.#file, layout, fields, keys));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.exports[Symbol.asyncDispose]();
    this.#file[Symbol.dispose]();
  }

  /** Reading never waits for anybody, so between items whoever else waits is let in: without it Ctrl-C is not heard. */
  async *#each<Item>(
    relation: Relation,
    items: (layout: RelationLayout) => Generator<Item>,
  ): AsyncGenerator<Item> {
    const where = { file: this.#path, relation: relation.name };
    try {
      for (const item of items(layoutOf(this.#file, relation))) {
        await letOthersIn();
        this.#signal.throwIfAborted();
        yield item;
      }
    } catch (error) {
      throw translated(error, where);
    }
  }

  #inWords<Result>(relation: Relation, work: () => Result): Result {
    return inWords({ file: this.#path, relation: relation.name }, work);
  }
}
