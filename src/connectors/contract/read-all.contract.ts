import { expect } from 'vitest';
import type { BadRecord, RecordBatch, Relation, Row, Slice } from '../../model/index.ts';
import type { OpenSystem, ReadOptions, Snapshot } from '../port.ts';
import { relationIn } from './contract-world.contract.ts';

export const wholeRelation: Slice = { number: 0, after: null, upTo: null, rowsEstimate: 0 };

export interface ReadContent {
  readonly fields: readonly string[];
  readonly rows: readonly Row[];
  readonly bad: readonly BadRecord[];
  readonly batches: number;
}

/** Everything in the batches; checks on the way that each row has a value for each field. */
export async function collect(batches: AsyncIterable<RecordBatch>): Promise<ReadContent> {
  const rows: Row[] = [];
  const bad: BadRecord[] = [];
  let fields: readonly string[] = [];
  let count = 0;
  for await (const batch of batches) {
    fields = batch.fields;
    count += 1;
    for (const row of batch.rows) expect(row.length).toBe(fields.length);
    rows.push(...batch.rows);
    bad.push(...batch.bad);
  }
  return { fields, rows, bad, batches: count };
}

export async function sliceList(
  snapshot: Snapshot,
  relation: Relation,
  rowsPerSlice: number,
): Promise<Slice[]> {
  const slices: Slice[] = [];
  for await (const slice of snapshot.split(relation, rowsPerSlice)) slices.push(slice);
  return slices;
}

/** Reads a whole relation through the shelf in a snapshot of its own. */
export async function readAll(
  system: OpenSystem,
  name: string,
  options: ReadOptions = {},
): Promise<ReadContent & { readonly relation: Relation }> {
  const relation = await relationIn(system, name);
  await using snapshot = await system.reads.snapshot();
  const content = await collect(snapshot.read(relation, wholeRelation, options));
  return { ...content, relation };
}

/** The values of these fields in this order. */
export function project(content: ReadContent, fields: readonly string[]): Row[] {
  const places = fields.map((name) => content.fields.indexOf(name));
  return content.rows.map((row) => places.map((place) => row[place]!));
}
