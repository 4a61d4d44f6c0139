import type {
  CaseExpr as RawCase,
  CoalesceExpr as RawCoalesce,
  MinMaxExpr as RawExtreme,
  Node as RawNode,
} from 'libpg-query';
import {
  createCaseNode,
  createCoalesceNode,
  createConstantNode,
  createExtremeNode,
  createSubjectNode,
  type SubjectNode,
  type TypedNode,
} from '../nodes/index.ts';
import { condition } from './check-logic.ts';
import { applyOperator } from './check-operator.ts';
import { type Checker, fault, notAllowed } from './checker.ts';
import { coerce } from './coerce.ts';
import { commonType } from './common-type.ts';
import { describeType } from './type-names.ts';

/** `case when ...`, `case x when ...`. The branches take their common type, the `else` branch counting first. */
export function checkCase(checker: Checker, raw: RawCase): TypedNode {
  const subject = raw.arg === undefined ? null : checkSubject(checker, raw.arg, raw.location);
  const branches = (raw.args ?? []).map((when) => {
    if (!('CaseWhen' in when) || when.CaseWhen.expr === undefined || when.CaseWhen.result === undefined)
      throw notAllowed(checker, raw.location, 'a branch of case without a condition');
    const { expr, result, location } = when.CaseWhen;
    return {
      condition: checkCondition(checker, subject?.name ?? null, expr, location),
      result: checker.check(result),
    };
  });
  const otherwise = raw.defresult === undefined ? nullLiteral() : checker.check(raw.defresult);
  const results = sameType(
    checker,
    'case',
    [otherwise, ...branches.map(({ result }) => result)],
    raw.location,
  );
  const [settledOtherwise = otherwise, ...settled] = results.nodes;
  return createCaseNode({
    type: results.type,
    modifiers: sharedModifiers(results.nodes),
    subject,
    branches: branches.map((branch, at) => ({ ...branch, result: settled[at] ?? branch.result })),
    otherwise: settledOtherwise,
  });
}

function checkSubject(
  checker: Checker,
  raw: RawNode,
  location: number | undefined,
): { readonly value: TypedNode; readonly name: SubjectNode } {
  const checked = checker.check(raw);
  const value = checked.type === 'unknown' ? coerce(checker, checked, 'text', 'implicit', location) : checked;
  return {
    value,
    name: createSubjectNode({ type: value.type, modifiers: null, identity: Symbol('subject') }),
  };
}

function checkCondition(
  checker: Checker,
  subject: SubjectNode | null,
  raw: RawNode,
  location: number | undefined,
): TypedNode {
  if (subject === null) return condition(checker, raw, location);
  return applyOperator(checker, '=', subject, checker.check(raw), location);
}

function nullLiteral(): TypedNode {
  return createConstantNode({ type: 'unknown', modifiers: null, value: null, location: null });
}

/** `coalesce(...)`. */
export function checkCoalesce(checker: Checker, raw: RawCoalesce): TypedNode {
  const checked = (raw.args ?? []).map((argument) => checker.check(argument));
  const { nodes, type } = sameType(checker, 'coalesce', checked, raw.location);
  return createCoalesceNode({ type, modifiers: sharedModifiers(nodes), arguments: nodes });
}

/** `greatest(...)`, `least(...)`. */
export function checkExtreme(checker: Checker, raw: RawExtreme): TypedNode {
  const wanted = raw.op === 'IS_LEAST' ? 'least' : 'greatest';
  const checked = (raw.args ?? []).map((argument) => checker.check(argument));
  const { nodes, type } = sameType(checker, wanted, checked, raw.location);
  const compare = checker.catalog.compare(type);
  if (compare === undefined)
    throw fault(
      checker,
      'expression.type-mismatch',
      raw.location,
      `${describeType(type)} has no order`,
      'Cast to a type with an order.',
    );
  return createExtremeNode({ type, modifiers: sharedModifiers(nodes), wanted, compare, arguments: nodes });
}

/** Gives all nodes their common type. */
function sameType(
  checker: Checker,
  what: string,
  nodes: readonly TypedNode[],
  location: number | undefined,
): { readonly type: TypedNode['type']; readonly nodes: readonly TypedNode[] } {
  const type = commonType(
    checker.catalog,
    nodes.map((node) => node.type),
  );
  if (type !== undefined)
    return { type, nodes: nodes.map((node) => coerce(checker, node, type, 'implicit', location)) };
  const types = [...new Set(nodes.map((node) => describeType(node.type)))].join(' and ');
  throw fault(checker, 'expression.type-mismatch', location, `${what} of ${types}`, 'Cast them to one type.');
}

/** Limits that hold for all branches hold for the whole; a null obeys every limit. */
function sharedModifiers(nodes: readonly TypedNode[]): readonly number[] | null {
  const limits = nodes.filter((node) => !isNullConstant(node)).map(({ modifiers }) => modifiers);
  const [first = null] = limits;
  return limits.every((other) => other?.join() === first?.join()) ? first : null;
}

function isNullConstant(node: TypedNode): boolean {
  return node.kind === 'constant' && 'value' in node && node.value === null;
}
