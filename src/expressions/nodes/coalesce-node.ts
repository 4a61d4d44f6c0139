import type { TypedNode } from './typed-node.ts';

/** The first argument that is not null; the ones behind it are not evaluated. */
export interface CoalesceNode extends TypedNode {
  readonly kind: 'coalesce';
  readonly arguments: readonly TypedNode[];
}

export function createCoalesceNode(content: Omit<CoalesceNode, 'kind'>): CoalesceNode {
  return Object.freeze({ kind: 'coalesce', ...content });
}
