import { type Json, memberOf, textIn } from './answer-parts.ts';
import type { ObjectType } from './described.ts';

/** Links between two kinds of records: a relation of its own, with a record for each pair. */
export interface LinkType {
  /** `contacts_to_companies` */
  readonly name: string;
  readonly from: ObjectType;
  readonly to: ObjectType;
  /** What a link can be called, read from the first end; the plain one has no label. */
  readonly kinds: readonly LinkKind[];
}

export interface LinkKind {
  /** `HUBSPOT_DEFINED` or `USER_DEFINED` */
  readonly category: string;
  readonly typeId: number;
  readonly label: string | null;
}

/** Throws `hubspot.answer-unreadable`. */
export function readLinkKind(told: Json): LinkKind {
  const label = memberOf(told, 'label');
  return {
    category: textIn(told, 'category'),
    typeId: Number(memberOf(told, 'typeId')),
    label: typeof label === 'string' && label !== '' ? label : null,
  };
}

/** Kinds of records that links are looked at between; activities hang on records, not on each other. */
export function linkedPairs(types: readonly ObjectType[]): readonly (readonly [ObjectType, ObjectType])[] {
  return types.flatMap((one, at) =>
    types
      .slice(at)
      .filter((other) => one.rank !== 0 || other.rank !== 0)
      .map((other) => inOrder(one, other)),
  );
}

/** Activities before custom objects before tickets, deals, contacts and companies, as the vendor's own names have it. */
function inOrder(one: ObjectType, other: ObjectType): readonly [ObjectType, ObjectType] {
  const before = one.rank < other.rank || (one.rank === other.rank && one.name <= other.name);
  return before ? [one, other] : [other, one];
}

export const linkName = (from: ObjectType, to: ObjectType): string => `${from.name}_to_${to.name}`;

/** The labels of one link as the text of its field: `Primary;Billing contact`, null for a plain one. */
export function labelsText(labels: readonly string[]): string | null {
  return labels.length === 0 ? null : [...new Set(labels)].sort().join(';');
}
