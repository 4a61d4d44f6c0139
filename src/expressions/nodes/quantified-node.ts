import type { Apply } from '../registry.ts';
import type { TypedNode } from './typed-node.ts';

/** `x = any(list)`, `x <> all(list)` and `in`: three-valued over the elements. */
export interface QuantifiedNode extends TypedNode {
  readonly kind: 'quantified';
  readonly value: TypedNode;
  readonly list: TypedNode;
  /** Name of the operator behind `apply`. */
  readonly operator: string;
  readonly apply: Apply;
  readonly quantifier: 'any' | 'all';
}

export function createQuantifiedNode(content: Omit<QuantifiedNode, 'kind'>): QuantifiedNode {
  return Object.freeze({ kind: 'quantified', ...content });
}
