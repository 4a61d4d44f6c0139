import type { MaskShape } from '../mask-text.ts';
import type { TypedNode } from './typed-node.ts';

/** `mask(text, kind)`: the same text always becomes the same other text of the same shape. */
export interface MaskNode extends TypedNode {
  readonly kind: 'mask';
  readonly text: TypedNode;
  readonly shape: MaskShape;
}

export function createMaskNode(content: Omit<MaskNode, 'kind'>): MaskNode {
  return Object.freeze({ kind: 'mask', ...content });
}
