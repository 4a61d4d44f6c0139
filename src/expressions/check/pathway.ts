import type { Value } from '../../model/index.ts';
import { elementOf } from '../array-types.ts';
import { isList } from '../arrays/array-text.ts';
import { type Catalog } from '../catalog.ts';
import type { DeclaredType, TypeName } from '../registry.ts';

/** How freely a value may change its type: by itself, on its way into a field, or only where the text says so. */
export type CoercionContext = 'implicit' | 'assignment' | 'explicit';

const rank: Readonly<Record<CoercionContext, number>> = { implicit: 0, assignment: 1, explicit: 2 };

type Change = (value: Value) => Value;

/** Code from one type to another; null when the value stays as it is. */
export type Pathway = Change | null;

/**
 * PostgreSQL's `find_coercion_pathway`: a declared cast that the context allows, elements of arrays likewise, and through
 * text where the text says so. undefined when there is no way.
 */
export function findPathway(
  catalog: Catalog,
  from: TypeName,
  to: TypeName,
  context: CoercionContext,
): Pathway | undefined {
  if (from === to) return null;
  const cast = catalog.cast(from, to);
  if (cast !== undefined) return rank[context] >= rank[cast.context] ? (cast.apply as Change) : undefined;
  const [fromElement, toElement] = [elementOf(from), elementOf(to)];
  if (fromElement !== undefined && toElement !== undefined) {
    const inner = findPathway(catalog, fromElement, toElement, context);
    return inner && ((list) => eachElement(list, inner));
  }
  return throughText(catalog, from, to, context);
}

function throughText(
  catalog: Catalog,
  from: TypeName,
  to: TypeName,
  context: CoercionContext,
): Pathway | undefined {
  const writes = context !== 'implicit' && catalog.category(to) === 'S';
  const reads = context === 'explicit' && catalog.category(from) === 'S';
  if (!writes && !reads) return undefined;
  const print = catalog.output(from);
  const read = catalog.input(to);
  return (value) => read(print(value));
}

function eachElement(value: Value, change: Change): Value {
  if (value === null) return null;
  return isList(value) ? value.map((part) => eachElement(part, change)) : change(value);
}

/** Whether a value may take that type by itself; literals may take any. */
export function coercesByItself(catalog: Catalog, from: TypeName, to: TypeName): boolean {
  return from === 'unknown' || findPathway(catalog, from, to, 'implicit') !== undefined;
}

export function isGeneric(type: DeclaredType): boolean {
  return type.startsWith('any');
}
