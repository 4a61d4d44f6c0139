import type { Node as RawNode, A_Expr as RawOperation } from 'libpg-query';
import { createDistinctNode, createNullifNode, type TypedNode } from '../nodes/index.ts';
import { namePart } from './check-field.ts';
import { bothOrEither } from './check-logic.ts';
import { checkIn, checkQuantified } from './check-membership.ts';
import { applyOperator, chooseOperator } from './check-operator.ts';
import { type Checker, notAllowed } from './checker.ts';
import { coerce } from './coerce.ts';
import { bound, settleArguments } from './settle-arguments.ts';

/** Everything the grammar calls an expression with an operator. */
export function checkOperation(checker: Checker, raw: RawOperation): TypedNode {
  const name = operatorName(checker, raw);
  switch (raw.kind) {
    case 'AEXPR_OP':
    case 'AEXPR_LIKE':
    case 'AEXPR_ILIKE':
      return applyOperator(
        checker,
        name,
        optional(checker, raw.lexpr),
        required(checker, raw.rexpr, raw),
        raw.location,
      );
    case 'AEXPR_OP_ANY':
    case 'AEXPR_OP_ALL':
      return checkQuantified(
        checker,
        name,
        raw.kind === 'AEXPR_OP_ANY' ? 'any' : 'all',
        required(checker, raw.lexpr, raw),
        required(checker, raw.rexpr, raw),
        raw.location,
      );
    case 'AEXPR_DISTINCT':
    case 'AEXPR_NOT_DISTINCT':
      return checkDistinct(checker, raw);
    case 'AEXPR_NULLIF':
      return checkNullif(checker, raw);
    case 'AEXPR_IN':
      return checkIn(checker, name, required(checker, raw.lexpr, raw), itemsOf(raw.rexpr), raw.location);
    case 'AEXPR_BETWEEN':
    case 'AEXPR_NOT_BETWEEN':
    case 'AEXPR_BETWEEN_SYM':
    case 'AEXPR_NOT_BETWEEN_SYM':
      return checkBetween(checker, raw);
    case 'AEXPR_SIMILAR':
      throw notAllowed(checker, raw.location, 'similar to: use like or ~');
    default:
      throw notAllowed(checker, raw.location, `this operator (${raw.kind ?? 'unknown'})`);
  }
}

function operatorName(checker: Checker, raw: RawOperation): string {
  const names = (raw.name ?? []).map(namePart);
  if (names[0] === 'pg_catalog') names.shift();
  const [name] = names;
  if (name === undefined || names.length > 1)
    throw notAllowed(checker, raw.location, 'an operator of another schema');
  return name;
}

function required(checker: Checker, raw: RawNode | undefined, operation: RawOperation): TypedNode {
  if (raw === undefined) throw notAllowed(checker, operation.location, 'an operator without an operand');
  return checker.check(raw);
}

function optional(checker: Checker, raw: RawNode | undefined): TypedNode | null {
  return raw === undefined ? null : checker.check(raw);
}

function itemsOf(raw: RawNode | undefined): readonly RawNode[] {
  return raw !== undefined && 'List' in raw ? (raw.List.items ?? []) : [];
}

function checkDistinct(checker: Checker, raw: RawOperation): TypedNode {
  const { left, right, equals } = equality(checker, raw);
  return createDistinctNode({
    type: 'bool',
    modifiers: null,
    left,
    right,
    equals,
    negated: raw.kind === 'AEXPR_NOT_DISTINCT',
  });
}

function checkNullif(checker: Checker, raw: RawOperation): TypedNode {
  const { left, right, equals, strict } = equality(checker, raw);
  return createNullifNode({
    type: left.type,
    modifiers: left.modifiers,
    value: left,
    other: right,
    equals,
    strict,
  });
}

/** Both sides in the types in which `=` compares them. */
function equality(
  checker: Checker,
  raw: RawOperation,
): {
  readonly left: TypedNode;
  readonly right: TypedNode;
  readonly equals: ReturnType<typeof bound>;
  readonly strict: boolean;
} {
  const operands = [required(checker, raw.lexpr, raw), required(checker, raw.rexpr, raw)] as const;
  const chosen = chooseOperator(checker, '=', operands[0].type, operands[1].type, raw.location);
  const { types } = settleArguments(checker, chosen.declared, 'bool', operands, raw.location);
  return {
    left: coerce(checker, operands[0], types[0] ?? 'text', 'implicit', raw.location),
    right: coerce(checker, operands[1], types[1] ?? 'text', 'implicit', raw.location),
    equals: bound(checker, chosen.item, types, raw.location),
    strict: chosen.item.strict,
  };
}

/** `between` is two comparisons; `symmetric` tries both orders of the bounds. */
function checkBetween(checker: Checker, raw: RawOperation): TypedNode {
  const [low, high] = itemsOf(raw.rexpr);
  const { location } = raw;
  const compare = (name: string, bound: RawNode | undefined): TypedNode =>
    applyOperator(checker, name, required(checker, raw.lexpr, raw), required(checker, bound, raw), location);
  const within = (from: RawNode | undefined, to: RawNode | undefined): TypedNode =>
    bothOrEither('and', [compare('>=', from), compare('<=', to)]);
  const outside = (from: RawNode | undefined, to: RawNode | undefined): TypedNode =>
    bothOrEither('or', [compare('<', from), compare('>', to)]);
  switch (raw.kind) {
    case 'AEXPR_BETWEEN':
      return within(low, high);
    case 'AEXPR_NOT_BETWEEN':
      return outside(low, high);
    case 'AEXPR_BETWEEN_SYM':
      return bothOrEither('or', [within(low, high), within(high, low)]);
    default:
      return bothOrEither('and', [outside(low, high), outside(high, low)]);
  }
}
