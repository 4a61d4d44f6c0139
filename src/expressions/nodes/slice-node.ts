import type { TypedNode } from './typed-node.ts';

/** `list[2:3]`: the part of a list between two places; a missing bound is the end. */
export interface SliceNode extends TypedNode {
  readonly kind: 'slice';
  readonly list: TypedNode;
  readonly bounds: readonly { readonly from: TypedNode | null; readonly to: TypedNode | null }[];
}

export function createSliceNode(content: Omit<SliceNode, 'kind'>): SliceNode {
  return Object.freeze({ kind: 'slice', ...content });
}
