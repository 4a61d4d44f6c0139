import type { OpenSystem, SliceResult, SliceWrite, Snapshot } from '../connectors/index.ts';
import { GodwitError, type RecordBatch } from '../model/index.ts';

/** A real system behind a wire that breaks where a test wants it to. */
export interface CutWire {
  /** Called before every batch that is read. */
  readonly reading?: () => void;
  /** Called before records are read by key. */
  readonly fetching?: () => void;
  /** Called before a slice is written. */
  readonly writing?: (slice: number) => void;
  /** Called after a slice was committed, before the engine hears of it. */
  readonly answering?: (slice: number) => void;
  /** What arrives instead of a batch, or of an answer: a defect of a shelf. */
  readonly garbleBatch?: (batch: RecordBatch) => RecordBatch;
  readonly garbleAnswer?: (result: SliceResult) => SliceResult;
}

export const wireCut: GodwitError = new GodwitError({
  code: 'test.wire-cut',
  title: 'The connection broke',
  nextStep: 'Mend the wire.',
  fate: 'later',
});

export function withCutWire(system: OpenSystem, wire: CutWire): OpenSystem {
  const { reads, writes } = system;
  return {
    ...system,
    fingerprint: async () => system.fingerprint(),
    reads: { snapshot: async () => cutSnapshot(await reads.snapshot(), wire) },
    writes: writes && {
      prepare: async (run) => writes.prepare(run),
      applied: async (run) => writes.applied(run),
      resolve: async (...asked) => writes.resolve(...asked),
      keptIds: async (asked) => writes.keptIds(asked),
      advanceSequences: async (relations, given) => writes.advanceSequences(relations, given),
      finish: async (run) => writes.finish(run),
      writeSlice: async (write: SliceWrite) => {
        wire.writing?.(write.slice);
        const result = await writes.writeSlice(write);
        wire.answering?.(write.slice);
        return wire.garbleAnswer?.(result) ?? result;
      },
    },
    [Symbol.asyncDispose]: async () => system[Symbol.asyncDispose](),
  };
}

function cutSnapshot(snapshot: Snapshot, wire: CutWire): Snapshot {
  return {
    consistent: snapshot.consistent,
    position: snapshot.position,
    count: async (relation) => snapshot.count(relation),
    changedSince: async (relation, earlier) => snapshot.changedSince(relation, earlier),
    split: (relation, rowsPerSlice) => snapshot.split(relation, rowsPerSlice),
    fetch: (...asked) => {
      wire.fetching?.();
      return snapshot.fetch(...asked);
    },
    async *read(...asked) {
      for await (const batch of snapshot.read(...asked)) {
        wire.reading?.();
        yield wire.garbleBatch?.(batch) ?? batch;
      }
    },
    [Symbol.asyncDispose]: async () => snapshot[Symbol.asyncDispose](),
  };
}
