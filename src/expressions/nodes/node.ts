import type { ArrayNode } from './array-node.ts';
import type { BooleanTestNode } from './boolean-test-node.ts';
import type { CallNode } from './call-node.ts';
import type { CaseNode } from './case-node.ts';
import type { CoalesceNode } from './coalesce-node.ts';
import type { ConstantNode } from './constant-node.ts';
import type { DistinctNode } from './distinct-node.ts';
import type { ExtremeNode } from './extreme-node.ts';
import type { FieldNode } from './field-node.ts';
import type { LogicNode } from './logic-node.ts';
import type { LookupNode } from './lookup-node.ts';
import type { MaskNode } from './mask-node.ts';
import type { NotNode } from './not-node.ts';
import type { NullTestNode } from './null-test-node.ts';
import type { NullifNode } from './nullif-node.ts';
import type { QuantifiedNode } from './quantified-node.ts';
import type { SliceNode } from './slice-node.ts';
import type { SubjectNode } from './subject-node.ts';
import type { SubscriptNode } from './subscript-node.ts';

import type { TypedNode } from './typed-node.ts';

/** A checked expression: every node has its type, every name is resolved, every implicit cast is written out. */
export type Node =
  | ConstantNode
  | FieldNode
  | CallNode
  | CoalesceNode
  | CaseNode
  | SubjectNode
  | NullifNode
  | LogicNode
  | NotNode
  | NullTestNode
  | BooleanTestNode
  | DistinctNode
  | ExtremeNode
  | ArrayNode
  | SubscriptNode
  | SliceNode
  | QuantifiedNode
  | LookupNode
  | MaskNode;

/** Tells the nodes apart again: the kinds and their interfaces correspond one to one. */
export function distinguish(node: TypedNode): Node {
  return node as Node;
}
