import type { RecordBatch, Relation, Row, Slice } from '../../model/index.ts';
import type { ReadOptions } from '../port.ts';

/** How records of one relation are read: objects, links and owners each in their own way. */
export interface ReadsRelation {
  /** The keys of all records in their order, some at a time. */
  keys(): AsyncIterable<readonly Row[]>;
  read(relation: Relation, slice: Slice, options: ReadOptions): AsyncIterable<RecordBatch>;
  /** At least the records with one of the keys, bad ones left out. */
  fetch(relation: Relation, fields: readonly string[], keys: readonly Row[]): AsyncIterable<RecordBatch>;
}
