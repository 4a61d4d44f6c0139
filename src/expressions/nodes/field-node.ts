import type { FieldType } from '../../model/index.ts';
import type { TypedNode } from './typed-node.ts';

/** A field of the row. */
export interface FieldNode extends TypedNode {
  readonly kind: 'field';
  /** Place in the row. */
  readonly index: number;
  readonly name: string;
  /** What the scope says about it, limits included. */
  readonly fieldType: FieldType;
}

export function createFieldNode(content: Omit<FieldNode, 'kind'>): FieldNode {
  return Object.freeze({ kind: 'field', ...content });
}
