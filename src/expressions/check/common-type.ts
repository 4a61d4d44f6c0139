import type { Catalog } from '../catalog.ts';
import type { TypeName } from '../registry.ts';
import { coercesByItself } from './pathway.ts';

/**
 * PostgreSQL's `select_common_type`: the type that the branches of `case`, the arguments of `coalesce`, the elements of a
 * list take together. undefined when they are of different families.
 */
export function commonType(catalog: Catalog, types: readonly TypeName[]): TypeName | undefined {
  let chosen: TypeName = 'unknown';
  for (const type of types) {
    if (type === 'unknown' || type === chosen) continue;
    if (chosen === 'unknown') chosen = type;
    else if (catalog.category(type) !== catalog.category(chosen)) return undefined;
    else if (
      !catalog.preferred(chosen) &&
      coercesByItself(catalog, chosen, type) &&
      !coercesByItself(catalog, type, chosen)
    )
      chosen = type;
  }
  const common = chosen === 'unknown' ? 'text' : chosen;
  return types.every((type) => coercesByItself(catalog, type, common)) ? common : undefined;
}
