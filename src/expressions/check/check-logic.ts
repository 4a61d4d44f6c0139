import type {
  BooleanTest as RawBooleanTest,
  BoolExpr as RawLogic,
  Node as RawNode,
  NullTest as RawNullTest,
} from 'libpg-query';
import {
  createBooleanTestNode,
  createLogicNode,
  createNotNode,
  createNullTestNode,
  type TypedNode,
} from '../nodes/index.ts';
import { type Checker, notAllowed } from './checker.ts';
import { coerce } from './coerce.ts';

/** `and`, `or`, `not`. */
export function checkLogic(checker: Checker, raw: RawLogic): TypedNode {
  const operands = (raw.args ?? []).map((argument) => condition(checker, argument, raw.location));
  if (raw.boolop === 'NOT_EXPR') {
    const [argument] = operands;
    if (argument === undefined) throw notAllowed(checker, raw.location, 'not without an argument');
    return createNotNode({ type: 'bool', modifiers: null, argument });
  }
  return bothOrEither(raw.boolop === 'AND_EXPR' ? 'and' : 'or', operands);
}

export function bothOrEither(operator: 'and' | 'or', operands: readonly TypedNode[]): TypedNode {
  return createLogicNode({ type: 'bool', modifiers: null, operator, arguments: operands });
}

/** Something that must be true or false. */
export function condition(checker: Checker, raw: RawNode, location: number | undefined): TypedNode {
  return coerce(checker, checker.check(raw), 'bool', 'implicit', location);
}

/** `is null`, `is not null`. */
export function checkNullTest(checker: Checker, raw: RawNullTest): TypedNode {
  if (raw.arg === undefined) throw notAllowed(checker, raw.location, 'is null without a value');
  const argument = checker.check(raw.arg);
  return createNullTestNode({
    type: 'bool',
    modifiers: null,
    argument,
    negated: raw.nulltesttype === 'IS_NOT_NULL',
  });
}

const tests = {
  IS_TRUE: [true, false],
  IS_NOT_TRUE: [true, true],
  IS_FALSE: [false, false],
  IS_NOT_FALSE: [false, true],
  IS_UNKNOWN: [null, false],
  IS_NOT_UNKNOWN: [null, true],
} as const;

/** `is true`, `is not false`, `is unknown`. */
export function checkBooleanTest(checker: Checker, raw: RawBooleanTest): TypedNode {
  if (raw.arg === undefined || raw.booltesttype === undefined)
    throw notAllowed(checker, raw.location, 'a test without a value');
  const [expected, negated] = tests[raw.booltesttype];
  const argument = condition(checker, raw.arg, raw.location);
  return createBooleanTestNode({ type: 'bool', modifiers: null, argument, expected, negated });
}
