import type { TypedNode } from './typed-node.ts';

/** `is null`, `is not null`. */
export interface NullTestNode extends TypedNode {
  readonly kind: 'null-test';
  readonly argument: TypedNode;
  readonly negated: boolean;
}

export function createNullTestNode(content: Omit<NullTestNode, 'kind'>): NullTestNode {
  return Object.freeze({ kind: 'null-test', ...content });
}
