import type { Value } from '../../model/index.ts';
import type { TypedNode } from './typed-node.ts';

/** `greatest` / `least`: nulls are passed over. */
export interface ExtremeNode extends TypedNode {
  readonly kind: 'extreme';
  readonly wanted: 'greatest' | 'least';
  readonly compare: (a: Value, b: Value) => number;
  readonly arguments: readonly TypedNode[];
}

export function createExtremeNode(content: Omit<ExtremeNode, 'kind'>): ExtremeNode {
  return Object.freeze({ kind: 'extreme', ...content });
}
