import type { Transform } from '../expressions/index.ts';
import type { Relation, WriteMode } from '../model/index.ts';

/** All the engine must know of one object of the mapping. */
export interface ObjectPlan {
  readonly object: string;
  readonly source: Relation;
  readonly target: Relation;
  readonly mode: WriteMode;
  /** Target fields that name one target record. */
  readonly key: readonly string[];
  /** Some object looks up the new ids of this one, or a second pass needs them. */
  readonly captureIds: boolean;
  /** The mapping without the deferred fields: they stay absent until the second pass. */
  copyTransform(deferred: readonly string[]): Transform;
  /** Only these fields, with the key's in front where the mapping gives them; the rules that purge are the same. */
  linkTransform(fields: readonly string[]): Transform;
}
