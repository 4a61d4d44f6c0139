import type { TypeName } from '../registry.ts';

/** What every node of a checked expression says of itself. Children are of this type; `Node` tells them apart by `kind`. */
export interface TypedNode {
  readonly kind: NodeKind;
  readonly type: TypeName;
  /** The `10,2` of `numeric(10,2)` where the value is known to obey it; null otherwise. */
  readonly modifiers: readonly number[] | null;
}

export type NodeKind =
  | 'array'
  | 'boolean-test'
  | 'call'
  | 'case'
  | 'coalesce'
  | 'constant'
  | 'distinct'
  | 'extreme'
  | 'field'
  | 'logic'
  | 'lookup'
  | 'mask'
  | 'not'
  | 'null-test'
  | 'nullif'
  | 'quantified'
  | 'slice'
  | 'subject'
  | 'subscript';
