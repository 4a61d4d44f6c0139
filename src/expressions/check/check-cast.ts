import type { TypeCast as RawCast, Node as RawNode, TypeName as RawTypeName } from 'libpg-query';
import { GodwitError, nearestName } from '../../model/index.ts';
import { arrayOf, elementOf } from '../array-types.ts';
import { placed } from '../expression-faults.ts';
import { distinguish, type TypedNode } from '../nodes/index.ts';
import type { Apply, TypeName } from '../registry.ts';
import { checkArray } from './check-array.ts';
import { namePart } from './check-field.ts';
import { type Checker, fault, notAllowed } from './checker.ts';
import { callOrConstant, coerce, readLiteral, relabeled } from './coerce.ts';
import { scalarNamed, typeSpellings } from './type-names.ts';

/** `x::type`, `cast(x as type)`, `type 'literal'`: what PostgreSQL means by an explicit cast, rounding and cutting included. */
export function checkCast(checker: Checker, raw: RawCast): TypedNode {
  const { arg, typeName } = raw;
  if (arg === undefined || typeName === undefined)
    throw notAllowed(checker, raw.location, 'a cast without a type');
  const location = typeName.location ?? raw.location;
  const { type, modifiers } = resolveTypeName(checker, typeName);
  // array[...]::int[] reads its elements as int at once.
  const wholeArray = 'A_ArrayExpr' in arg && elementOf(type) !== undefined;
  const value = wholeArray ? checkArray(checker, arg.A_ArrayExpr, type) : checker.check(arg);
  return castExplicitly(checker, value, type, modifiers, location);
}

/** Converts to a type, then applies its modifiers. */
export function castExplicitly(
  checker: Checker,
  node: TypedNode,
  type: TypeName,
  modifiers: readonly number[] | null,
  location: number | undefined,
): TypedNode {
  const own = distinguish(node);
  const literal = own.kind === 'constant' && own.type === 'unknown';
  const converted = literal
    ? readLiteral(checker, own, type, modifiers ?? [], location)
    : coerce(checker, node, type, 'explicit', location);
  if (modifiers === null) return converted.type === type ? relabeled(converted, type, null) : converted;
  const modify = checker.catalog.scalar(elementOf(type) ?? type)?.modify as
    | ((value: unknown, modifiers: readonly number[]) => TypedNodeValue)
    | undefined;
  if (modify === undefined) throw notAllowed(checker, location, `${type} takes no modifier`);
  const change = (value: unknown): TypedNodeValue => modify(value, modifiers);
  return callOrConstant({
    type,
    modifiers,
    name: `fit ${type}(${modifiers.join(',')})`,
    strict: true,
    apply: (elementOf(type) === undefined ? change : eachElement(change)) as Apply,
    arguments: [converted],
  });
}

type TypedNodeValue = ReturnType<Apply>;

function eachElement(change: (value: unknown) => TypedNodeValue): (value: unknown) => TypedNodeValue {
  const each = (value: unknown): TypedNodeValue => {
    if (value === null) return null;
    return Array.isArray(value) ? value.map(each) : change(value);
  };
  return each;
}

/** A type as it is written: its name, its modifiers, its brackets. */
function resolveTypeName(
  checker: Checker,
  raw: RawTypeName,
): { readonly type: TypeName; readonly modifiers: readonly number[] | null } {
  if (raw.setof || raw.pct_type)
    throw notAllowed(checker, raw.location, 'only the name of a type can stand here');
  const names = (raw.names ?? []).map(namePart);
  if (names[0] === 'pg_catalog') names.shift();
  const name = names.join('.');
  const scalar = scalarNamed(name) ?? enumNamed(checker, name);
  if (scalar === undefined) throw unknownType(checker, name, raw.location);
  const modifiers = raw.typmods === undefined ? null : raw.typmods.map((part) => modifierOf(checker, part));
  if (modifiers !== null) checkModifiers(checker, scalar, modifiers, raw.location);
  return { type: raw.arrayBounds === undefined ? scalar : arrayOf(scalar), modifiers };
}

function enumNamed(checker: Checker, name: string): TypeName | undefined {
  return checker.catalog.scalar(`enum:${name}`)?.name;
}

function modifierOf(checker: Checker, raw: RawNode): number {
  const value = 'A_Const' in raw ? raw.A_Const.ival : undefined;
  if (value === undefined) throw notAllowed(checker, undefined, 'a type modifier must be a whole number');
  return value.ival ?? 0;
}

function checkModifiers(
  checker: Checker,
  type: TypeName,
  modifiers: readonly number[],
  location: number | undefined,
): void {
  try {
    checker.catalog.scalar(type)?.checkModifiers?.(modifiers);
  } catch (cause) {
    throw cause instanceof GodwitError ? placed(cause, checker.place(location)) : cause;
  }
}

function unknownType(checker: Checker, name: string, location: number | undefined): Error {
  const nearest = nearestName(name, typeSpellings);
  const advice =
    nearest === null ? `The types are: ${typeSpellings.join(', ')}.` : `Did you mean ${nearest}?`;
  return fault(checker, 'expression.unknown-type', location, `no type is called "${name}"`, advice);
}
