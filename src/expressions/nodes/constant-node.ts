import type { Value } from '../../model/index.ts';
import type { TypedNode } from './typed-node.ts';

/** A value that stands in the text, already read as its type; `unknown` keeps a literal as text until its surroundings decide. */
export interface ConstantNode extends TypedNode {
  readonly kind: 'constant';
  readonly value: Value;
  /** Byte offset in the parsed text, for messages; null when it was made by the checker. */
  readonly location: number | null;
}

export function createConstantNode(content: Omit<ConstantNode, 'kind'>): ConstantNode {
  return Object.freeze({ kind: 'constant', ...content });
}
