import type { OpenSystem, Snapshot } from '../connectors/index.ts';
import { type RecordBatch, type Relation, recordKey } from '../model/index.ts';
import type { Sample } from './sample.ts';

/** The same source, but only the sample's records can be seen through it. The rehearsal then runs the real code. */
export function sampledSystem(system: OpenSystem, sample: Sample): OpenSystem {
  return {
    kind: system.kind,
    name: system.name,
    fingerprint: () => system.fingerprint(),
    describe: () => system.describe(),
    check: () => system.check(),
    inspects: system.inspects,
    reads: { snapshot: async () => sampledSnapshot(await system.reads.snapshot(), sample) },
    writes: null,
    undoes: null,
    creates: null,
    [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
  };
}

function sampledSnapshot(snapshot: Snapshot, sample: Sample): Snapshot {
  return {
    consistent: snapshot.consistent,
    position: snapshot.position,
    count: async (relation) => String(sample.relations.get(relation.name)?.size ?? 0),
    changedSince: (relation, earlier) => snapshot.changedSince(relation, earlier),
    split: (relation, rowsPerSlice) => snapshot.split(relation, rowsPerSlice),
    read: (relation, slice, options) => chosen(snapshot.read(relation, slice, options), relation, sample),
    fetch: (relation, fields, keys) => chosen(snapshot.fetch(relation, fields, keys), relation, sample),
    [Symbol.asyncDispose]: () => snapshot[Symbol.asyncDispose](),
  };
}

/** Bad records have no place in a sample that is chosen by key: the profile and the full rehearsal count them. */
async function* chosen(
  batches: AsyncIterable<RecordBatch>,
  relation: Relation,
  sample: Sample,
): AsyncIterable<RecordBatch> {
  const keys = sample.relations.get(relation.name);
  for await (const batch of batches) {
    const identity = relation.identity.map((name) => batch.fields.indexOf(name));
    const rows = batch.rows.filter((row) =>
      keys?.has(recordKey(identity.map((place) => row[place] ?? null))),
    );
    if (rows.length > 0) yield { ...batch, rows, bad: [] };
  }
}
