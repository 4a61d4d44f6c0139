import type { SubjectNode } from './subject-node.ts';
import type { TypedNode } from './typed-node.ts';

/** `case`: the result of the first branch whose condition is true. With a subject the conditions compare a `subject` node. */
export interface CaseNode extends TypedNode {
  readonly kind: 'case';
  readonly subject: { readonly value: TypedNode; readonly name: SubjectNode } | null;
  readonly branches: readonly { readonly condition: TypedNode; readonly result: TypedNode }[];
  readonly otherwise: TypedNode;
}

export function createCaseNode(content: Omit<CaseNode, 'kind'>): CaseNode {
  return Object.freeze({ kind: 'case', ...content });
}
