import type { LinkKind } from './link-type.ts';
import type { LinksOf } from './links.ts';

/** Which kinds a link has, in one order: `[["HUBSPOT_DEFINED",279]]`. */
export const kindsText = (kinds: readonly Pick<LinkKind, 'category' | 'typeId'>[]): string =>
  JSON.stringify(
    kinds
      .map(({ category, typeId }) => [category, typeId] as const)
      .sort((a, b) => (a.join() < b.join() ? -1 : 1)),
  );

interface Ends {
  readonly from: string;
  readonly to: string;
}

/** Null where these records are not linked. */
export function kindsIn(
  links: LinksOf,
  { from, to }: Ends,
): readonly Pick<LinkKind, 'category' | 'typeId'>[] | null {
  return links.get(from)?.find((seen) => seen.to === to)?.kinds ?? null;
}
