import type { TypedNode } from './typed-node.ts';

/** `array[...]`: elements, or arrays of equal shape for one dimension more. */
export interface ArrayNode extends TypedNode {
  readonly kind: 'array';
  readonly nested: boolean;
  readonly elements: readonly TypedNode[];
}

export function createArrayNode(content: Omit<ArrayNode, 'kind'>): ArrayNode {
  return Object.freeze({ kind: 'array', ...content });
}
