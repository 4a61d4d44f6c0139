import type { Apply } from '../registry.ts';
import type { TypedNode } from './typed-node.ts';

/** The left argument, or null when both are equal. */
export interface NullifNode extends TypedNode {
  readonly kind: 'nullif';
  readonly value: TypedNode;
  /** Compares the value (as `compared`) with the other side. */
  readonly equals: Apply;
  readonly strict: boolean;
  readonly other: TypedNode;
}

export function createNullifNode(content: Omit<NullifNode, 'kind'>): NullifNode {
  return Object.freeze({ kind: 'nullif', ...content });
}
