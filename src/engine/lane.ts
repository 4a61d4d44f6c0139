import type { BulkFormat, Exports } from '../connectors/index.ts';
import { fillPipe } from './fill-pipe.ts';
import { fillTranscoded } from './fill-transcoded.ts';
import type { Session } from './session.ts';
import type { PipedSlice, SliceWork } from './slice-work.ts';
import type { WarrantedTarget } from './warranted-target.ts';

/**
 * The way the records of a step travel. In the pipe the source's bulk export goes into the target's bulk import unparsed, or
 * transcoded: the source's values written in the bytes that the target loads, without making records of them. As records
 * each is read, transformed and written as values. All give the same target: a slice with a record that cannot go in bulk is
 * brought over as records.
 */
export type Lane =
  | {
      readonly kind: 'pipe';
      readonly pipe: Omit<PipedSlice, 'slice'>;
      /** In which of its ways the source reads; null where it has one. */
      readonly reads: string | null;
    }
  /** `why` is a sentence for people, without a full stop; null where the systems have no other way. */
  | { readonly kind: 'records'; readonly why: string | null };

/** The fastest lane that is exact for this work. */
export async function chooseLane(session: Session, work: SliceWork): Promise<Lane> {
  const snapshot = await session.connections.snapshot();
  const target = await session.connections.target();
  const { exports } = snapshot;
  if (!exports || !target.imports(exports.formats)) return records(null);
  if (work.mode !== 'insert') return records('records that are there already have to be found');
  if (work.captureIds) return records('other objects look up its new ids');
  const encodes = exports.formats.includes('postgres-binary-encoded');
  const pipe = await (encodes ? fillTranscoded : fillPipe)(exports, target, work);
  if (typeof pipe === 'string') return records(pipe);
  const reads = (await exports.describe?.(work.source)) ?? null;
  if (target.importNamesRecords) return { kind: 'pipe', pipe, reads };
  const unbounded = await whyUnbounded(work, pipe.key, exports, target);
  if (unbounded === null) return { kind: 'pipe', pipe, reads };
  // Of a slice without bounds its transaction alone tells the records: going back reads the relation once for each slice.
  return encodes
    ? { kind: 'pipe', pipe: { ...pipe, key: work.key, bounded: false }, reads }
    : records(unbounded);
}

/** Why the bounds of the source's slices do not say which records of the target are theirs; null where they do. */
async function whyUnbounded(
  work: SliceWork,
  bounds: readonly string[],
  exports: Exports,
  target: WarrantedTarget,
): Promise<string | null> {
  if (!namesSame(bounds, work.key) || bounds.length !== work.source.identity.length)
    return 'its key is not the key of the source, so going back needs every record named';
  if ((await exports.order(work.source)) === (await target.importOrder(work.target, bounds))) return null;
  return 'the target sorts its key in another way, so going back needs every record named';
}

/** What is not parsed costs so little that fewer, larger transactions pay; undo and resume still go slice by slice. */
export function rowsPerSlice({ limits }: Session, lane: Lane): number {
  return lane.kind === 'pipe' ? limits.rowsPerSlice * limits.pipedSliceFactor : limits.rowsPerSlice;
}

/** For the report of the step; nothing where there was no choice. */
export function describeLane(lane: Lane): readonly string[] {
  if (lane.kind === 'records') return lane.why === null ? [] : [`record by record: ${lane.why}`];
  const { format, fields, purges = [] } = lane.pipe.load;
  const computed = purges.length > 0 || fields.some(({ source }) => source.kind === 'computed');
  const reads = lane.reads === null ? '' : `, ${lane.reads}`;
  if (format === 'postgres-binary-encoded') return [`transcoded (${loadedBy[format]}${reads})`];
  return [`through the pipe (${loadedBy[format]}${computed ? ', its mapping computed by the source' : ''})`];
}

const loadedBy: Readonly<Record<BulkFormat, string>> = {
  'postgres-binary': 'binary COPY',
  'postgres-text': 'text COPY',
  'postgres-binary-encoded': 'binary COPY',
  'mysql-text': 'LOAD DATA',
};

const records = (why: string | null): Lane => ({ kind: 'records', why });

function namesSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
