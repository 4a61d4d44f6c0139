import type { TypedNode } from './typed-node.ts';

/** `lookup(object, key...)`: the new id for an old record. */
export interface LookupNode extends TypedNode {
  readonly kind: 'lookup';
  readonly object: string;
  readonly optional: boolean;
  readonly key: readonly TypedNode[];
}

export function createLookupNode(content: Omit<LookupNode, 'kind'>): LookupNode {
  return Object.freeze({ kind: 'lookup', ...content });
}
