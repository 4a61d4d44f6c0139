import type { TypedNode } from './typed-node.ts';

/** `not` in three-valued logic. */
export interface NotNode extends TypedNode {
  readonly kind: 'not';
  readonly argument: TypedNode;
}

export function createNotNode(content: Omit<NotNode, 'kind'>): NotNode {
  return Object.freeze({ kind: 'not', ...content });
}
