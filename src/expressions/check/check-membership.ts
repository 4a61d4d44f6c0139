import type { Node as RawNode } from 'libpg-query';
import { arrayOf, elementOf } from '../array-types.ts';
import { createArrayNode, createQuantifiedNode, type TypedNode } from '../nodes/index.ts';
import { bothOrEither } from './check-logic.ts';
import { applyOperator, chooseOperator } from './check-operator.ts';
import { type Checker, fault } from './checker.ts';
import { coerce } from './coerce.ts';
import { commonType } from './common-type.ts';
import { bound, settleArguments } from './settle-arguments.ts';
import { describeType } from './type-names.ts';

/** `x = any(list)`, `x <> all(list)`: the operator between the value and each element. */
export function checkQuantified(
  checker: Checker,
  name: string,
  quantifier: 'any' | 'all',
  value: TypedNode,
  list: TypedNode,
  location: number | undefined,
): TypedNode {
  const element = list.type === 'unknown' ? 'unknown' : elementOf(list.type);
  if (element === undefined)
    throw fault(
      checker,
      'expression.type-mismatch',
      location,
      `${quantifier}() takes a list, not ${describeType(list.type)}`,
      'Write in (...) or make a list with string_to_array().',
    );
  const chosen = chooseOperator(checker, name, value.type, element, location);
  const stand = { ...value, type: element };
  const { types, result } = settleArguments(
    checker,
    chosen.declared,
    chosen.item.result,
    [value, stand],
    location,
  );
  if (result !== 'bool')
    throw fault(
      checker,
      'expression.type-mismatch',
      location,
      `${name} does not compare`,
      'Use a comparison.',
    );
  const [left = 'text', right = 'text'] = types;
  return createQuantifiedNode({
    type: 'bool',
    modifiers: null,
    value: coerce(checker, value, left, 'implicit', location),
    list: coerce(checker, list, arrayOf(right), 'implicit', location),
    apply: bound(checker, chosen.item, types, location),
    operator: chosen.item.name,
    quantifier,
  });
}

/** `in (...)`, `not in (...)`: values of one type become a list; fields among them are compared one by one, as PostgreSQL does. */
export function checkIn(
  checker: Checker,
  name: string,
  value: TypedNode,
  rawItems: readonly RawNode[],
  location: number | undefined,
): TypedNode {
  const items = rawItems.map((item) => checker.check(item));
  const fixed = items.filter((item) => !readsField(item));
  const common =
    fixed.length > 1
      ? commonType(checker.catalog, [value.type, ...fixed.map(({ type }) => type)])
      : undefined;
  const listed = common !== undefined && elementOf(common) === undefined;
  const single = listed ? items.filter(readsField) : items;
  const parts = single.map((item) => applyOperator(checker, name, value, item, location));
  if (listed) {
    const elements = fixed.map((item) => coerce(checker, item, common, 'implicit', location));
    const list = createArrayNode({ type: arrayOf(common), modifiers: null, nested: false, elements });
    parts.unshift(checkQuantified(checker, name, name === '=' ? 'any' : 'all', value, list, location));
  }
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : bothOrEither(name === '=' ? 'or' : 'and', parts);
}

function readsField(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('kind' in node && node.kind === 'field') return true;
  return Object.values(node).some((part) => readsField(part));
}
