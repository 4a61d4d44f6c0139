import type { TypedNode } from './typed-node.ts';

/** `and` / `or` in three-valued logic, from left to right, stopping as soon as the answer is known. */
export interface LogicNode extends TypedNode {
  readonly kind: 'logic';
  readonly operator: 'and' | 'or';
  readonly arguments: readonly TypedNode[];
}

export function createLogicNode(content: Omit<LogicNode, 'kind'>): LogicNode {
  return Object.freeze({ kind: 'logic', ...content });
}
