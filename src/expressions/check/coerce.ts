import { GodwitError, isGodwitError, type Value } from '../../model/index.ts';
import { placed } from '../expression-faults.ts';
import {
  type ConstantNode,
  createCallNode,
  createConstantNode,
  distinguish,
  type TypedNode,
} from '../nodes/index.ts';
import { type Apply, type TypeName, unchanged } from '../registry.ts';
import { type Checker, fault } from './checker.ts';
import { type CoercionContext, findPathway } from './pathway.ts';
import { describeType } from './type-names.ts';

/** Gives a node another type; throws `expression.type-mismatch` where the context does not allow it. */
export function coerce(
  checker: Checker,
  node: TypedNode,
  to: TypeName,
  context: CoercionContext,
  location: number | undefined,
): TypedNode {
  const own = distinguish(node);
  if (own.kind === 'constant' && own.type === 'unknown') return readLiteral(checker, own, to, [], location);
  const pathway = findPathway(checker.catalog, node.type, to, context);
  if (pathway === undefined) throw cannotBecome(checker, node.type, to, context, location);
  if (pathway === null) return node;
  if (pathway === unchanged) return relabeled(node, to, null);
  return callOrConstant({
    type: to,
    modifiers: null,
    name: `cast to ${to}`,
    strict: true,
    apply: pathway,
    arguments: [node],
  });
}

function cannotBecome(
  checker: Checker,
  from: TypeName,
  to: TypeName,
  context: CoercionContext,
  location: number | undefined,
): Error {
  const explicit = findPathway(checker.catalog, from, to, 'explicit') !== undefined;
  const advice =
    explicit && context !== 'explicit' ? `Write ::${to} to convert it.` : 'Convert it in another way.';
  const detail = `${describeType(from)} does not become ${describeType(to)}${explicit ? ' by itself' : ''}`;
  return fault(checker, 'expression.type-mismatch', location, detail, advice);
}

/** Reads a literal as a type, as PostgreSQL does before anything runs: a literal that cannot be read is an error at once. */
export function readLiteral(
  checker: Checker,
  literal: ConstantNode,
  to: TypeName,
  modifiers: readonly number[],
  location: number | undefined,
): ConstantNode {
  const { value } = literal;
  if (value === null || to === 'unknown') return createConstantNode({ ...literal, type: to });
  const at = checker.place(literal.location ?? location);
  try {
    const read =
      to === 'interval'
        ? (checker.catalog.scalar(to)?.input(value as string, modifiers) ?? null)
        : checker.catalog.input(to)(value as string);
    return createConstantNode({ ...literal, type: to, value: read });
  } catch (cause) {
    if (cause instanceof GodwitError) throw placed(cause, at);
    throw cause;
  }
}

/** What a call needs to be made. */
export interface CallContent {
  readonly type: TypeName;
  readonly modifiers: readonly number[] | null;
  readonly name: string;
  readonly strict: boolean;
  readonly apply: Apply;
  readonly arguments: readonly TypedNode[];
}

/**
 * A call, or its value where all arguments are constants. A constant null makes a strict call null without evaluating the
 * rest, as PostgreSQL's planner does. A call that fails stays a call, so that a branch that is never taken does no harm.
 */
export function callOrConstant(content: CallContent): TypedNode {
  const { type, modifiers, strict, apply } = content;
  const values = content.arguments.map(constantValue);
  if (strict && values.includes(null))
    return createConstantNode({ type, modifiers, value: null, location: null });
  if (values.includes(undefined)) return createCallNode(content);
  try {
    const value = (apply as (...values: unknown[]) => Value)(...values);
    return createConstantNode({ type, modifiers, value, location: null });
  } catch (cause) {
    if (isGodwitError(cause)) return createCallNode(content);
    throw cause;
  }
}

/** The value of a constant; undefined for anything else. */
export function constantValue(node: TypedNode): Value | undefined {
  const own = distinguish(node);
  return own.kind === 'constant' ? own.value : undefined;
}

/** The same node under another type name, for casts that do not touch the value. */
export function relabeled(node: TypedNode, type: TypeName, modifiers: readonly number[] | null): TypedNode {
  return Object.freeze({ ...node, type, modifiers });
}
