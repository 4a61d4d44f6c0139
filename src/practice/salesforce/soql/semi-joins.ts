import type { DescribedField, DescribedObject } from '../described-object.ts';
import type { Condition, SoqlQuery } from './parse-soql.ts';
import { malformed } from './tokens.ts';

type Join = Extract<Condition, { kind: 'join' }>;

/** Of these no query within a query is answered. */
const neverWithin = new Set([
  'activityhistory',
  'attachment',
  'event',
  'eventattendee',
  'note',
  'openactivity',
  'task',
]);
const joinsMost = 2;

/**
 * What the vendor asks of queries within conditions (semi-joins and anti-joins). Source: its SOQL reference, comparison operators.
 * Throws MALFORMED_QUERY.
 */
export function checkJoins({ text, object, where }: SoqlQuery): void {
  const refused = (message: string): Error => malformed(text, 0, message);
  const found = where === null ? [] : joinsIn(where, false);
  if (found.some(({ isNested }) => isNested))
    throw refused(
      'Semi join sub-selects are only allowed at the top level WHERE expressions and not in nested WHERE expressions.',
    );
  if (found.length > joinsMost) throw refused(`at most ${joinsMost} semi join sub-selects are allowed`);
  for (const { join } of found) {
    const {
      paths,
      aggregates,
      all,
      limit,
      orderBy,
      groupBy,
      offset,
      object: within,
      where: inner,
    } = join.query;
    if (join.path.names.length > 1) throw refused('the left operand cannot be of a relationship');
    if (within.toLowerCase() === object.toLowerCase())
      throw refused('The inner and outer selects should not be on the same object type');
    if (neverWithin.has(within.toLowerCase()))
      throw refused(`Entity '${within}' is not supported for semi join inner selects`);
    if (paths.length !== 1 || aggregates.length > 0 || all !== null || limit !== null || offset > 0)
      throw refused('a semi join sub-select has one field, no aggregates and no limit');
    if (orderBy.length + groupBy.length > 0)
      throw refused('a semi join sub-select has no order and no groups');
    if (inner !== null && joinsIn(inner, false).length > 0)
      throw refused('Nesting of semi join sub-selects is not supported');
  }
}

/** A query within another one, compiled. */
interface Inner {
  readonly object: DescribedObject;
  readonly columns: readonly {
    readonly field: DescribedField | null;
    readonly parents: readonly DescribedObject[];
  }[];
}

/** Both sides have to be ids of one object. Throws MALFORMED_QUERY. */
export function checkJoined(
  left: { readonly object: DescribedObject; readonly field: DescribedField },
  { object, columns: [inner] }: Inner,
  { text }: SoqlQuery,
): void {
  const outer = objectsOf(left.object, left.field);
  const within = inner?.field ? objectsOf(inner.parents.at(-1) ?? object, inner.field) : [];
  if (!outer.some((name) => within.includes(name)))
    throw malformed(text, 0, 'both sides of a semi join have to be ids of one object');
}

const objectsOf = ({ name }: DescribedObject, { kind, refersTo }: DescribedField): readonly string[] =>
  kind === 'id' ? [name] : kind === 'reference' ? refersTo : [];

function joinsIn(
  condition: Condition,
  isNested: boolean,
): readonly { readonly join: Join; readonly isNested: boolean }[] {
  switch (condition.kind) {
    case 'join':
      return [{ join: condition, isNested }];
    case 'and':
      return condition.parts.flatMap((part) => joinsIn(part, isNested || part.kind === 'and'));
    case 'or':
      return condition.parts.flatMap((part) => joinsIn(part, true));
    case 'not':
      return joinsIn(condition.part, true);
    case 'compare':
      return [];
  }
}
