import type { Apply } from '../registry.ts';
import type { TypedNode } from './typed-node.ts';

/** A function, operator or cast applied to its arguments, which have the declared types already. */
export interface CallNode extends TypedNode {
  readonly kind: 'call';
  readonly name: string;
  readonly strict: boolean;
  readonly apply: Apply;
  readonly arguments: readonly TypedNode[];
}

export function createCallNode(content: Omit<CallNode, 'kind'>): CallNode {
  return Object.freeze({ kind: 'call', ...content });
}
