import { arrayOf, elementOf } from '../array-types.ts';
import { type Catalog } from '../catalog.ts';
import type { DeclaredType, TypeName } from '../registry.ts';
import { commonType } from './common-type.ts';

/** What the stand-ins of one declaration stand for in one call. */
export interface GenericTypes {
  readonly element: TypeName | undefined;
  readonly compatible: TypeName | undefined;
}

/** PostgreSQL's `check_generic_type_consistency`: undefined when the actual types contradict the declared ones. */
export function resolveGenerics(
  catalog: Catalog,
  declared: readonly DeclaredType[],
  actual: readonly TypeName[],
): GenericTypes | undefined {
  const exact: TypeName[] = [];
  const compatible: TypeName[] = [];
  for (const [at, type] of declared.entries()) {
    const own = actual[at] ?? 'unknown';
    const inner = ofArray(type) && own !== 'unknown' ? elementOf(own) : own;
    if (inner === undefined || !fits(catalog, type, own)) return undefined;
    if (type === 'anycompatible' || type === 'anycompatiblearray') compatible.push(inner);
    else if (type.startsWith('any') && type !== 'any' && own !== 'unknown') exact.push(inner);
  }
  const [element] = exact;
  if (exact.some((type) => type !== element)) return undefined;
  const common = compatible.length === 0 ? undefined : commonType(catalog, compatible);
  if (compatible.length > 0 && common === undefined) return undefined;
  return { element, compatible: common };
}

function ofArray(type: DeclaredType): boolean {
  return type === 'anyarray' || type === 'anycompatiblearray';
}

function fits(catalog: Catalog, declared: DeclaredType, own: TypeName): boolean {
  if (own === 'unknown') return true;
  if (declared === 'anynonarray') return elementOf(own) === undefined;
  if (declared === 'anyenum') return catalog.category(own) === 'E';
  return true;
}

/** The real type of a declared one; undefined when a literal leaves it open. */
export function actualType(type: DeclaredType, generics: GenericTypes): TypeName | undefined {
  switch (type) {
    case 'any':
      return undefined;
    case 'anyelement':
    case 'anynonarray':
    case 'anyenum':
      return generics.element;
    case 'anyarray':
      return generics.element && arrayOf(generics.element);
    case 'anycompatible':
      return generics.compatible;
    case 'anycompatiblearray':
      return generics.compatible && arrayOf(generics.compatible);
    default:
      return type;
  }
}
