import type { FuncCall as RawCall } from 'libpg-query';
import { nearestName } from '../../model/index.ts';
import type { TypedNode } from '../nodes/index.ts';
import type { DeclaredType, FunctionDeclaration, TypeName } from '../registry.ts';
import { signatureText } from '../signature-text.ts';
import { castExplicitly } from './check-cast.ts';
import { namePart } from './check-field.ts';
import { checkLookup, checkMask, ownFunctions } from './check-own-function.ts';
import { type Checker, fault, notAllowed } from './checker.ts';
import { type Candidate, chooseOverload } from './choose-overload.ts';
import { callOrConstant, coerce } from './coerce.ts';
import { bound, checkedConstants, settleArguments } from './settle-arguments.ts';
import { describeType, scalarNamed } from './type-names.ts';

/** A function call. */
export function checkCall(checker: Checker, raw: RawCall): TypedNode {
  const names = (raw.funcname ?? []).map(namePart);
  if (names[0] === 'pg_catalog') names.shift();
  const name = names.join('.');
  refuseClauses(checker, raw, name);
  if (name === 'lookup' || name === 'lookup_or_null') return checkLookup(checker, raw, name);
  if (name === 'mask') return checkMask(checker, raw);
  const operands = (raw.args ?? []).map((argument) => checker.check(argument));
  return callFunction(checker, name, operands, raw.location);
}

/** Calls a function of the catalog with checked arguments. */
function callFunction(
  checker: Checker,
  name: string,
  operands: readonly TypedNode[],
  location: number | undefined,
): TypedNode {
  const actual = operands.map(({ type }) => type);
  const declared = checker.catalog.functions(name);
  const candidates = declared.flatMap((item) => candidateOf(item, actual.length));
  const choice = chooseOverload(checker.catalog, candidates, actual);
  if (choice === 'none' || choice === 'ambiguous') {
    const cast = castByName(checker, name, operands, location);
    if (cast !== undefined) return cast;
    throw noFunction(checker, name, declared, actual, choice, location);
  }
  const { types, result } = settleArguments(checker, choice.declared, choice.item.result, operands, location);
  const settled = operands.map((operand, at) =>
    coerce(checker, operand, types[at] ?? operand.type, 'implicit', location),
  );
  checkedConstants(checker, choice.item, settled, location);
  return callOrConstant({
    type: result,
    modifiers: null,
    name,
    strict: choice.item.strict,
    apply: bound(checker, choice.item, types, location),
    arguments: settled,
  });
}

function candidateOf(item: FunctionDeclaration, count: number): readonly Candidate<FunctionDeclaration>[] {
  const declared = item.arguments;
  if (item.variadic !== true) return declared.length === count ? [{ item, declared }] : [];
  const last = declared.at(-1);
  if (last === undefined || count < declared.length) return [];
  const repeated: DeclaredType[] = Array.from({ length: count - declared.length }, () => last);
  return [{ item, declared: [...declared, ...repeated] }];
}

/** `date(x)`, `text(x)`: the name of a type used as a function is a cast. */
function castByName(
  checker: Checker,
  name: string,
  operands: readonly TypedNode[],
  location: number | undefined,
): TypedNode | undefined {
  const type = scalarNamed(name);
  const [only] = operands;
  if (type === undefined || only === undefined || operands.length !== 1) return undefined;
  return castExplicitly(checker, only, type, null, location);
}

const volatile =
  /^(now|random|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|gen_random_uuid|uuidv[47]|nextval|currval|lastval|setseed|pg_.*|current_setting|age)$/;
const aggregates =
  /^(count|sum|avg|min|max|string_agg|array_agg|json_agg|jsonb_agg|json_object_agg|jsonb_object_agg|bool_and|bool_or|every|row_number|rank|dense_rank|lag|lead|first_value|last_value)$/;

function refuseClauses(checker: Checker, raw: RawCall, name: string): void {
  if (raw.agg_star || raw.agg_distinct || raw.agg_filter || raw.agg_order || raw.agg_within_group || raw.over)
    throw notAllowed(checker, raw.location, `${name}() over several records: an expression sees one record`);
  if (raw.func_variadic) throw notAllowed(checker, raw.location, 'variadic is not part of the language');
}

function noFunction(
  checker: Checker,
  name: string,
  declared: readonly FunctionDeclaration[],
  actual: readonly TypeName[],
  reason: 'none' | 'ambiguous',
  location: number | undefined,
): Error {
  const types = actual.map(describeType).join(', ');
  if (declared.length > 0) {
    const forms = [...new Set(declared.map(signatureText))].join('; ');
    const code = reason === 'none' ? 'expression.type-mismatch' : 'expression.ambiguous';
    return fault(
      checker,
      code,
      location,
      `${name}(${types}) fits no form of ${name}`,
      `The forms are: ${forms}. Cast the arguments.`,
    );
  }
  if (aggregates.test(name))
    return notAllowed(checker, location, `${name}() over several records: an expression sees one record`);
  if (volatile.test(name))
    return notAllowed(checker, location, `${name}() does not give the same answer every time`);
  const nearest = nearestName(name, [
    ...checker.catalog.functionNames(),
    ...ownFunctions,
    'coalesce',
    'nullif',
    'greatest',
    'least',
  ]);
  const advice =
    nearest === null
      ? 'See the reference of the mapping language for the functions.'
      : `Did you mean ${nearest}?`;
  return fault(checker, 'expression.unknown-function', location, `no function is called ${name}`, advice);
}
