import type { BulkField, BulkFormat, BulkLoad, BulkSource } from '../connectors/index.ts';
import type { FieldCopy } from '../expressions/index.ts';
import { findField, type Relation } from '../model/index.ts';
import type { Session } from './session.ts';
import type { SliceWork } from './slice-work.ts';

/**
 * The way the records of a step travel. In the pipe the source's bulk export goes into the target's bulk import unparsed; as
 * records each is read, transformed and written as values. Both give the same target: a slice of which the target refuses a
 * record in the pipe is brought over as records.
 */
export type Lane =
  | { readonly kind: 'pipe'; readonly load: BulkLoad; readonly bounds: readonly string[] }
  /** `why` is a sentence for people, without a full stop; null where the systems have no other way. */
  | { readonly kind: 'records'; readonly why: string | null };

/** The fastest lane that is exact for this work. */
export async function chooseLane(session: Session, work: SliceWork): Promise<Lane> {
  const snapshot = await session.connections.snapshot();
  const target = await session.connections.target();
  if (!snapshot.exports || !target.imports) return records(null);
  const { copies } = work.transform;
  if (work.mode !== 'insert') return records('records that are there already have to be found');
  if (work.captureIds) return records('other objects look up its new ids');
  if (!copies) return records('its mapping computes something');
  const fields = bulkFields(work.source, work.target, copies);
  const plan = await target.planImport(work.target, fields, snapshot.exports.formats);
  if (plan.kind === 'impossible') return records(plan.reason);
  const bounds = work.source.identity.flatMap(
    (name) => fields.find(({ source }) => isField(source, name))?.target.name ?? [],
  );
  if (!namesSame(bounds, work.key) || bounds.length !== work.source.identity.length)
    return records('its key is not the key of the source, so going back needs every record named');
  if ((await snapshot.exports.order(work.source)) !== (await target.importOrder(work.target, bounds)))
    return records('the target sorts its key in another way, so going back needs every record named');
  return { kind: 'pipe', load: plan.load, bounds };
}

/** What is not parsed costs so little that fewer, larger transactions pay; undo and resume still go slice by slice. */
export function rowsPerSlice({ limits }: Session, lane: Lane): number {
  return lane.kind === 'pipe' ? limits.rowsPerSlice * limits.pipedSliceFactor : limits.rowsPerSlice;
}

/** For the report of the step; nothing where there was no choice. */
export function describeLane(lane: Lane): readonly string[] {
  if (lane.kind === 'pipe') return [`through the pipe (${loadedBy[lane.load.format]})`];
  return lane.why === null ? [] : [`record by record: ${lane.why}`];
}

const loadedBy: Readonly<Record<BulkFormat, string>> = {
  'postgres-binary': 'binary COPY',
  'postgres-text': 'text COPY',
  'mysql-text': 'LOAD DATA',
};

const records = (why: string | null): Lane => ({ kind: 'records', why });

function bulkFields(source: Relation, target: Relation, copies: readonly FieldCopy[]): BulkField[] {
  return copies.flatMap((copy) => {
    const [from, to] = [findField(source, copy.source), findField(target, copy.target)];
    return from && to ? [{ source: { kind: 'field', field: from }, target: to }] : [];
  });
}

function isField(source: BulkSource, name: string): boolean {
  return source.kind === 'field' && source.field.name === name;
}

function namesSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
