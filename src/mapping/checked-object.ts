import type { CompiledTransform, FieldLookup } from '../expressions/index.ts';
import type { Finding, ObjectMapping, Relation } from '../model/index.ts';
import type { CheckedField } from './check-fields.ts';
import type { RelationToCreate } from './relation-to-create.ts';

/** One object of a mapping, held against both systems on its own. */
export interface CheckedObject {
  readonly object: ObjectMapping;
  readonly relations: { readonly source: Relation; readonly target: Relation } | null;
  readonly findings: readonly Finding[];
  readonly fields: readonly CheckedField[];
  readonly reads: ReadonlySet<string>;
  readonly purges: readonly FieldLookup[];
  readonly transform: CompiledTransform | null;
  /** Null where the target has the relation. */
  readonly creation: RelationToCreate | null;
}
