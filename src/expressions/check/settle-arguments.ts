import { GodwitError } from '../../model/index.ts';
import { placed } from '../expression-faults.ts';
import type { TypedNode } from '../nodes/index.ts';
import type { Apply, DeclaredType, FunctionDeclaration, OperatorDeclaration, TypeName } from '../registry.ts';
import { type Checker, fault } from './checker.ts';
import { constantValue } from './coerce.ts';
import { actualType, resolveGenerics } from './generic-types.ts';

/** The real types of a call's arguments and result, once the declaration is chosen. */
export function settleArguments(
  checker: Checker,
  declared: readonly DeclaredType[],
  result: DeclaredType,
  operands: readonly TypedNode[],
  location: number | undefined,
): { readonly types: readonly TypeName[]; readonly result: TypeName } {
  const actual = operands.map(({ type }) => type);
  const generics = resolveGenerics(checker.catalog, declared, actual) ?? {
    element: undefined,
    compatible: undefined,
  };
  const types = declared.map((type, at) => {
    const own = actual[at] ?? 'unknown';
    // A literal for `any` is a text, as in PostgreSQL.
    if (type === 'any') return own === 'unknown' ? 'text' : own;
    return actualType(type, generics) ?? openType(checker, location);
  });
  return { types, result: actualType(result, generics) ?? openType(checker, location) };
}

function openType(checker: Checker, location: number | undefined): never {
  throw fault(
    checker,
    'expression.ambiguous',
    location,
    'a literal alone does not say which type is meant',
    "Write its type: 'x'::text.",
  );
}

type Callable = FunctionDeclaration | OperatorDeclaration;

/** The code of a declaration for these types. */
export function bound(
  checker: Checker,
  item: Callable,
  types: readonly TypeName[],
  location: number | undefined,
): Apply {
  const apply = placing(checker, location, () => item.make?.(types, checker.catalog) ?? item.apply);
  if (apply === undefined) throw new RangeError(`${item.name} is declared without code`);
  return apply;
}

/** Lets a declaration look at its constant arguments; what it refuses gets its place. */
export function checkedConstants(
  checker: Checker,
  item: Callable,
  settled: readonly TypedNode[],
  location: number | undefined,
): void {
  placing(checker, location, () => item.checkConstants?.(settled.map(constantValue)));
}

/** Gives what is thrown its place in the text. */
function placing<Result>(checker: Checker, location: number | undefined, act: () => Result): Result {
  try {
    return act();
  } catch (cause) {
    throw cause instanceof GodwitError ? placed(cause, checker.place(location)) : cause;
  }
}
