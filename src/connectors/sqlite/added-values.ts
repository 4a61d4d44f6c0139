import type { SqliteFile, SqliteValue } from '../../host/index.ts';
import type { RelationLayout } from './relation-layout.ts';
import type { StoredRecord } from './stored-record.ts';

/**
 * Values of fields that a record does not hold, because they were added to the table after it was written: the default of that
 * time, the same for all of them. SQLite itself is asked for one such record, once.
 */
export class AddedValues {
  readonly #file: SqliteFile;
  readonly #layout: RelationLayout;
  readonly #ofLength = new Map<number, readonly SqliteValue[]>();

  constructor(file: SqliteFile, layout: RelationLayout) {
    this.#file = file;
    this.#layout = layout;
  }

  /** In the order of the relation's fields; only those that the record does not hold mean anything. */
  of({ present, rowId }: StoredRecord): readonly SqliteValue[] {
    const known = this.#ofLength.get(present);
    if (known !== undefined) return known;
    const { expressions, from, identity } = this.#layout;
    const found = this.#file
      .statement(`SELECT ${expressions.join(', ')} FROM ${from} WHERE ${identity[0]} = ?`)
      .first(BigInt(rowId));
    if (found === undefined) throw new RangeError(`a record of ${from} is gone within one snapshot`);
    this.#ofLength.set(present, found);
    return found;
  }
}
