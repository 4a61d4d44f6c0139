import type { TypedNode } from './typed-node.ts';

/** `list[1]`, `list[2][1]`: null when out of bounds or when the number of dimensions differs. */
export interface SubscriptNode extends TypedNode {
  readonly kind: 'subscript';
  readonly list: TypedNode;
  readonly subscripts: readonly TypedNode[];
}

export function createSubscriptNode(content: Omit<SubscriptNode, 'kind'>): SubscriptNode {
  return Object.freeze({ kind: 'subscript', ...content });
}
