import type { Apply } from '../registry.ts';
import type { TypedNode } from './typed-node.ts';

/** `is [not] distinct from`: nulls compare as values. */
export interface DistinctNode extends TypedNode {
  readonly kind: 'distinct';
  readonly left: TypedNode;
  readonly right: TypedNode;
  readonly equals: Apply;
  readonly negated: boolean;
}

export function createDistinctNode(content: Omit<DistinctNode, 'kind'>): DistinctNode {
  return Object.freeze({ kind: 'distinct', ...content });
}
