import type { Catalog } from '../catalog.ts';
import type { DeclaredType, TypeName } from '../registry.ts';
import { resolveGenerics } from './generic-types.ts';
import { coercesByItself, isGeneric } from './pathway.ts';

/** Something that can be chosen by the types of its arguments. */
export interface Candidate<Item> {
  readonly item: Item;
  /** As many as there are arguments; a variadic last one is repeated. */
  readonly declared: readonly DeclaredType[];
}

export type Choice<Item> = Candidate<Item> | 'none' | 'ambiguous';

/**
 * PostgreSQL's rules for overloaded functions and operators (`func_select_candidate` in `parse_func.c`), in its order:
 * all that can be reached by implicit casts; most exact matches; most exact or preferred matches; for literals the category
 * the candidates agree on, text first; at last, literals take the type all the other arguments share.
 */
export function chooseOverload<Item>(
  catalog: Catalog,
  candidates: readonly Candidate<Item>[],
  actual: readonly TypeName[],
): Choice<Item> {
  const exact = candidates.find(({ declared }) => declared.every((type, at) => type === actual[at]));
  if (exact !== undefined) return exact;
  const reachable = candidates.filter(({ declared }) => isReachable(catalog, declared, actual));
  if (reachable.length === 0) return 'none';
  const narrowed = narrow(catalog, reachable, actual);
  return narrowed.length === 1 ? (narrowed[0] ?? 'none') : 'ambiguous';
}

function isReachable(
  catalog: Catalog,
  declared: readonly DeclaredType[],
  actual: readonly TypeName[],
): boolean {
  const each = declared.every(
    (type, at) => isGeneric(type) || coercesByItself(catalog, actual[at] ?? 'unknown', type as TypeName),
  );
  return each && (!declared.some(isGeneric) || resolveGenerics(catalog, declared, actual) !== undefined);
}

function narrow<Item>(
  catalog: Catalog,
  reachable: readonly Candidate<Item>[],
  actual: readonly TypeName[],
): readonly Candidate<Item>[] {
  const exact = best(reachable, actual, (declared, own) => declared === own);
  if (exact.length === 1) return exact;
  const preferred = best(
    exact,
    actual,
    (declared, own) =>
      declared === own ||
      (catalog.preferred(declared) && catalog.category(declared) === catalog.category(own)),
  );
  if (preferred.length === 1 || !actual.includes('unknown')) return preferred;
  const agreed = byCategory(catalog, preferred, actual);
  return agreed.length === 1 ? agreed : bySharedType(catalog, agreed, actual);
}

/** The candidates with the most arguments that match; literals match nothing. */
function best<Item>(
  candidates: readonly Candidate<Item>[],
  actual: readonly TypeName[],
  matches: (declared: DeclaredType, own: TypeName) => boolean,
): readonly Candidate<Item>[] {
  const scores = candidates.map(
    ({ declared }) =>
      actual.filter((own, at) => own !== 'unknown' && matches(declared[at] ?? 'any', own)).length,
  );
  const most = Math.max(...scores);
  return candidates.filter((_, at) => scores[at] === most);
}

interface Slot {
  readonly category: string;
  readonly preferred: boolean;
}

/** Keeps the candidates whose types at the literals' places are of the category all agree on; text wins over others. */
function byCategory<Item>(
  catalog: Catalog,
  candidates: readonly Candidate<Item>[],
  actual: readonly TypeName[],
): readonly Candidate<Item>[] {
  const slots = actual.map((own, at) =>
    own === 'unknown'
      ? slotOf(
          catalog,
          candidates.map(({ declared }) => declared[at] ?? 'any'),
        )
      : null,
  );
  if (slots.includes('conflict')) return candidates;
  const kept = candidates.filter(({ declared }) =>
    slots.every((slot, at) => {
      if (slot === null || slot === 'conflict') return true;
      const type = declared[at] ?? 'any';
      return catalog.category(type) === slot.category && (!slot.preferred || catalog.preferred(type));
    }),
  );
  return kept.length > 0 ? kept : candidates;
}

function slotOf(catalog: Catalog, types: readonly DeclaredType[]): Slot | 'conflict' {
  const categories = new Set(types.map((type) => catalog.category(type)));
  if (categories.size > 1 && !categories.has('S')) return 'conflict';
  const [only = 'X'] = categories;
  const category = categories.has('S') ? 'S' : only;
  return {
    category,
    preferred: types.some((type) => catalog.category(type) === category && catalog.preferred(type)),
  };
}

function bySharedType<Item>(
  catalog: Catalog,
  candidates: readonly Candidate<Item>[],
  actual: readonly TypeName[],
): readonly Candidate<Item>[] {
  const known = new Set(actual.filter((type) => type !== 'unknown'));
  const [shared] = known;
  if (shared === undefined || known.size > 1) return candidates;
  const all = actual.map(() => shared);
  return candidates.filter(({ declared }) => isReachable(catalog, declared, all));
}
