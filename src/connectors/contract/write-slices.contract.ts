import {
  type RecordKey,
  type Relation,
  type Row,
  recordKey,
  type SliceCounts,
  type Value,
} from '../../model/index.ts';
import type { OpenSystem, RefusedRecord, SliceResult, SliceWrite, WriteRecord, Writes } from '../port.ts';
import { relationIn } from './contract-world.contract.ts';

export const run = 'run-1';
export const step = '03-copy-people';

/** What a test wants written; the rest is filled in as the engine would. */
export interface Wanted
  extends Partial<
    Pick<
      SliceWrite,
      'run' | 'step' | 'slice' | 'object' | 'mode' | 'key' | 'captureIds' | 'putsBack' | 'beforeCommit'
    >
  > {
  readonly fields: readonly string[];
  readonly rows: readonly Row[];
  /** Source keys, when they matter; else `sourceKeyOf(slice, place)`. */
  readonly sourceKeys?: readonly RecordKey[];
}

export interface Written extends SliceResult {
  readonly refused: readonly RefusedRecord[];
  /** How often the slice asked before its commit. */
  readonly asked: number;
}

export function sourceKeyOf(slice: number, place: number): RecordKey {
  return recordKey([`old-${slice}-${place}`]);
}

export function writesOf(system: OpenSystem): Writes {
  if (system.writes === null) throw new Error('opened as a target, but it does not write');
  return system.writes;
}

/** Prepares and writes one slice the way the engine does, in batches of four so that batch edges are met. */
export async function writeRows(system: OpenSystem, relation: string, wanted: Wanted): Promise<Written> {
  const writes = writesOf(system);
  await writes.prepare(wanted.run ?? run);
  const found = await relationIn(system, relation);
  let refusedSeen: readonly RefusedRecord[] = [];
  let asked = 0;
  const request = sliceRequest(found, wanted, (refused) => {
    refusedSeen = refused;
    asked += 1;
  });
  const result = await writes.writeSlice(request);
  return { ...result, refused: refusedSeen, asked };
}

function sliceRequest(
  relation: Relation,
  wanted: Wanted,
  seen: (refused: readonly RefusedRecord[]) => void,
): SliceWrite {
  const slice = wanted.slice ?? 0;
  return {
    run,
    step,
    slice,
    object: 'people',
    relation,
    mode: 'insert',
    key: defaultKey(relation, wanted.fields),
    captureIds: false,
    ...wanted,
    batches: inBatches(
      wanted.rows.map((row, at) => ({ sourceKey: wanted.sourceKeys?.[at] ?? sourceKeyOf(slice, at), row })),
    ),
    beforeCommit: async (refused) => {
      seen(refused);
      return wanted.beforeCommit
        ? await wanted.beforeCommit(refused)
        : countsFor(wanted.rows.length, refused.length);
    },
  };
}

/** The identity where it is written; where a system keeps no keys, `id` names a record as a mapping would say it. */
function defaultKey(relation: Relation, fields: readonly string[]): readonly string[] {
  const written = relation.identity.filter((name) => fields.includes(name));
  return written.length > 0 ? written : fields.filter((name) => name === 'id');
}

export function countsFor(rowsRead: number, refused: number): SliceCounts {
  return { rowsRead, rowsWritten: rowsRead - refused, rowsQuarantined: refused, rowsPurged: 0 };
}

async function* inBatches(records: readonly WriteRecord[]): AsyncGenerator<readonly WriteRecord[]> {
  for (let at = 0; at < records.length; at += 4) yield records.slice(at, at + 4);
}

/** `[id, name, amount]` records with ids from `first`. */
export function peopleRows(first: number, count: number): Row[] {
  return Array.from({ length: count }, (_nothing, at): Value[] => [
    String(first + at),
    `person ${first + at}`,
    String((first + at) * 10),
  ]);
}
export const peopleFields: readonly string[] = ['id', 'name', 'amount'];
