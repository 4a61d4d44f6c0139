import type { TypedNode } from './typed-node.ts';

/** `is true`, `is not false`, `is unknown`, ...: never null. */
export interface BooleanTestNode extends TypedNode {
  readonly kind: 'boolean-test';
  readonly argument: TypedNode;
  readonly expected: boolean | null;
  readonly negated: boolean;
}

export function createBooleanTestNode(content: Omit<BooleanTestNode, 'kind'>): BooleanTestNode {
  return Object.freeze({ kind: 'boolean-test', ...content });
}
