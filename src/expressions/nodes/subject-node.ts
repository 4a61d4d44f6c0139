import type { TypedNode } from './typed-node.ts';

/** Stands for the value a `case x when ...` compares, so that it is evaluated once. */
export interface SubjectNode extends TypedNode {
  readonly kind: 'subject';
  /** Says which `case` it belongs to, also under another type name. */
  readonly identity: symbol;
}

export function createSubjectNode(content: Omit<SubjectNode, 'kind'>): SubjectNode {
  return Object.freeze({ kind: 'subject', ...content });
}
