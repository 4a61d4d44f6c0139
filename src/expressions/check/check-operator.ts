import type { TypedNode } from '../nodes/index.ts';
import type { OperatorDeclaration, TypeName } from '../registry.ts';
import { type Checker, fault } from './checker.ts';
import { type Candidate, chooseOverload } from './choose-overload.ts';
import { callOrConstant, coerce } from './coerce.ts';
import { bound, checkedConstants, settleArguments } from './settle-arguments.ts';
import { describeType } from './type-names.ts';

/** An operator between checked operands; `left` is null for one in front. */
export function applyOperator(
  checker: Checker,
  name: string,
  left: TypedNode | null,
  right: TypedNode,
  location: number | undefined,
): TypedNode {
  const operands = left === null ? [right] : [left, right];
  const chosen = chooseOperator(checker, name, left?.type ?? null, right.type, location);
  const { types, result } = settleArguments(checker, chosen.declared, chosen.item.result, operands, location);
  const settled = operands.map((operand, at) =>
    coerce(checker, operand, types[at] ?? operand.type, 'implicit', location),
  );
  checkedConstants(checker, chosen.item, settled, location);
  return callOrConstant({
    type: result,
    modifiers: null,
    name,
    strict: chosen.item.strict,
    apply: bound(checker, chosen.item, types, location),
    arguments: settled,
  });
}

/** The operator for operands of these types; a literal first counts as the type of the other side. */
export function chooseOperator(
  checker: Checker,
  written: string,
  left: TypeName | null,
  right: TypeName,
  location: number | undefined,
): Candidate<OperatorDeclaration> {
  const name = written === '!=' ? '<>' : written;
  const candidates = checker.catalog
    .operators(name)
    .filter((item) => (item.left === null) === (left === null))
    .map((item) => ({ item, declared: item.left === null ? [item.right] : [item.left, item.right] }));
  const actual = left === null ? [right] : [left, right];
  const shared = actual.find((type) => type !== 'unknown');
  const alike = candidates.find(({ declared }) => declared.every((type) => type === shared));
  if (alike !== undefined && actual.includes('unknown')) return alike;
  const choice = chooseOverload(checker.catalog, candidates, actual);
  if (choice !== 'none' && choice !== 'ambiguous') return choice;
  throw noOperator(checker, name, choice, actual, location);
}

function noOperator(
  checker: Checker,
  name: string,
  reason: 'none' | 'ambiguous',
  actual: readonly TypeName[],
  location: number | undefined,
): Error {
  const types = actual.map(describeType).join(' and ');
  if (reason === 'ambiguous')
    return fault(
      checker,
      'expression.ambiguous',
      location,
      `${name} of ${types} has more than one meaning`,
      'Cast an operand to the type you mean.',
    );
  return fault(
    checker,
    'expression.type-mismatch',
    location,
    `there is no ${name} for ${types}`,
    'Cast one operand to the type of the other.',
  );
}
