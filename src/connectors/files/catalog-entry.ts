import type { Field } from '../../model/index.ts';
import type { RelationFile } from './load-relation-file.ts';

/** A file with everything that was found out about it. */
export interface CatalogEntry {
  readonly file: RelationFile;
  /** Without the synthetic line. */
  readonly fields: readonly Field[];
}
