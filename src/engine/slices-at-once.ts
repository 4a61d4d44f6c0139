import type { BulkLoad } from '../connectors/index.ts';
import type { Field, Key, Relation } from '../model/index.ts';
import type { Session } from './session.ts';
import type { SliceWork } from './slice-work.ts';

/** How many slices of a step may be under way together. */
export interface SlicesAtOnce {
  readonly most: number;
  /** For the report; empty where there was nothing to choose. */
  readonly notes: readonly string[];
}

/**
 * As many as were agreed, as both systems have connections for, and only where it makes no difference which slice is in the
 * target first: where records of two slices could want the same place, or refer to each other, who comes first decides who
 * goes into quarantine.
 *
 * @param load how the slices are loaded in bulk; null where they travel record by record, which one processor does anyway
 */
export async function slicesAtOnce(
  session: Session,
  work: SliceWork,
  load: BulkLoad | null,
  slices: number,
): Promise<SlicesAtOnce> {
  const agreed = Math.min(session.limits.slicesAtOnceMax, slices);
  if (agreed <= 1 || load === null) return { most: 1, notes: [] };
  const why = orderMatters(work, load);
  if (why !== null) return { most: 1, notes: [`one slice after the other: ${why}`] };
  const room = await session.connections.slicesAtOnceMax();
  if (room < agreed)
    return {
      most: Math.max(1, room),
      notes: [`${Math.max(1, room)} of ${agreed} slices at once: the systems have no more sessions for them`],
    };
  return { most: agreed, notes: [`${agreed} slices at once`] };
}

/**
 * Whether slices of a step may go to other processes, too: where any order gives the same target, nobody looks at values before
 * they travel, and the target can keep out who lost a slice. Answers with how many may be under way in all, or why none may,
 * a sentence without a full stop.
 */
export async function slicesSpread(
  session: Session,
  work: SliceWork,
  load: BulkLoad | null,
): Promise<{ readonly most: number } | { readonly why: string }> {
  const target = await session.connections.target();
  if (!target.fences) return { why: 'the target cannot keep out a worker that lost a slice' };
  if (session.values !== null) return { why: 'stop rules look at values before they travel' };
  if (load === null) return { why: 'its records travel one by one' };
  const why = orderMatters(work, load);
  return why === null ? { most: Math.max(1, await session.connections.slicesAtOnceMax()) } : { why };
}

/** Why slices have to come in their order, as a sentence without a full stop; null when any order gives the same target. */
export function orderMatters({ source, target, mode }: SliceWork, load: BulkLoad): string | null {
  if (mode !== 'insert') return 'records that are there already are changed in the order of the source';
  const filled = new Set(load.fields.map(({ target: field }) => field.name));
  const own = target.foreignKeys.find(
    ({ references, fields }) =>
      references.relation === target.name && fields.some((field) => filled.has(field)),
  );
  if (own) return `${own.name} refers to records of ${target.name} itself`;
  const counted = target.fields.find(
    (field) => !filled.has(field.name) && !field.synthetic && numbersRecords(field),
  );
  if (counted) return `the target numbers its records in ${counted.name}`;
  const excluded = target.checks.find(({ definition }) => definition.startsWith('EXCLUDE'));
  if (excluded) return `two records may exclude each other by ${excluded.name}`;
  const shared = uniquesOf(target).find((key) => !isImplied(key, source, target, load));
  return shared ? `two records of the source may be one by ${shared.name}` : null;
}

function numbersRecords({ generated, default: value }: Relation['fields'][number]): boolean {
  return (
    generated === 'identity-always' || generated === 'identity-default' || /\bnextval\(/.test(value ?? '')
  );
}

/** Keys, and unique indexes that are no keys, of whose fields nothing is known. */
function uniquesOf({ primaryKey, uniques, indexes }: Relation): readonly Pick<Key, 'name' | 'fields'>[] {
  const keys = [...(primaryKey ? [primaryKey] : []), ...uniques];
  const others = indexes.filter(({ name, unique }) => unique && !keys.some((key) => key.name === name));
  return [...keys, ...others.map(({ name }) => ({ name, fields: [] }))];
}

/** True when the fields hold, as it is, what a key of the source keeps apart. */
function isImplied(
  { name, fields }: Pick<Key, 'name' | 'fields'>,
  source: Relation,
  target: Relation,
  load: BulkLoad,
): boolean {
  const definition = target.indexes.find((index) => index.name === name)?.definition ?? '';
  const nullsAreOne = definition.includes('NULLS NOT DISTINCT');
  return [...(source.primaryKey ? [source.primaryKey] : []), ...source.uniques].some((key) =>
    key.fields.every((one) =>
      load.fields.some(
        ({ source: from, target: to }) =>
          from.kind === 'field' &&
          from.field.name === one &&
          staysApart(from.field, to) &&
          !(nullsAreOne && from.field.nullable) &&
          fields.includes(to.name),
      ),
    ),
  );
}

/**
 * Of a type that two kinds of systems name otherwise, too, values that differ go on to differ; texts by their collations, and
 * decimals that SQLite keeps as text by their spelling.
 */
function staysApart(from: Field, to: Field): boolean {
  if (from.native === to.native) return true;
  if (from.type.kind === 'decimal' && /text/i.test(from.native)) return false;
  return from.type.kind === to.type.kind && /^(integer|decimal|bytes|date|uuid)$/.test(from.type.kind);
}
