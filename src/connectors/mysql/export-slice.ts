import type { Relation, Slice } from '../../model/index.ts';
import { CopyChunk } from '../binary-copy/index.ts';
import type { BulkLoad } from '../port.ts';
import { recordEncoder } from './encode-record.ts';
import { isBehind, isUpTo, keyFields, keyLiterals } from './key-sql.ts';
import { fromRelation } from './relation-sql.ts';
import type { Session } from './sessions.ts';
import { type WireRecord, wireReader } from './wire-record.ts';
import { type OffsetOfLocal, zonesOf } from './zones.ts';

/** Makes the bytes of a bulk format out of rows of the wire. */
interface RowWriter {
  readonly columns: readonly string[];
  add(record: WireRecord): void;
  /** Bytes enough to be sent, else null. */
  ready(): Buffer | null;
  /** What is left, at the end. */
  rest(): Buffer;
}

/** Chunks that may wait for whoever takes them. */
const aheadMax = 4;

/**
 * The records of a slice from one query, in no particular order, without an object for each: the bytes of the wire are
 * encoded where they arrive. The connection is held until the result is read to its end, also when nobody wants it any more.
 */
export async function* exportSlice(
  session: Session,
  relation: Relation,
  slice: Slice,
  load: BulkLoad,
): AsyncGenerator<Buffer> {
  const writer = binaryWriter(relation, load, await zonesOf(load));
  const read = wireReader(writer.columns.length);
  const state: Reading = { ready: [], failure: null, over: false, unwanted: false, wake: () => undefined };
  const reading = session
    .packets(sliceQuery(relation, slice, writer.columns), (bytes, at) => {
      if (state.failure !== null || state.unwanted) return;
      try {
        writer.add(read(bytes, at));
        const chunk = writer.ready();
        if (chunk === null) return;
        state.ready.push(chunk);
        if (state.ready.length >= aheadMax) session.pause();
      } catch (error) {
        state.failure = { error };
      }
      state.wake();
    })
    .catch((error: unknown) => {
      state.failure ??= { error };
    })
    .finally(() => {
      state.over = true;
      state.wake();
    });
  try {
    yield* taken(session, state);
    yield writer.rest();
  } finally {
    state.unwanted = true;
    session.resume();
    await reading;
  }
}

interface Reading {
  readonly ready: Buffer[];
  failure: { readonly error: unknown } | null;
  over: boolean;
  unwanted: boolean;
  wake: () => void;
}

async function* taken(session: Session, state: Reading): AsyncGenerator<Buffer> {
  for (;;) {
    if (state.failure !== null) throw state.failure.error;
    const chunk = state.ready.shift();
    if (chunk !== undefined) {
      if (state.ready.length < aheadMax) session.resume();
      yield chunk;
      continue;
    }
    if (state.over) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    state.wake = resolve;
    await promise;
  }
}

function sliceQuery(relation: Relation, { after, upTo }: Slice, columns: readonly string[]): string {
  const keys = keyFields(relation, relation.identity);
  const conditions = [
    ...(after === null ? [] : [isBehind(keys, keyLiterals(keys, after))]),
    ...(upTo === null ? [] : [isUpTo(keys, keyLiterals(keys, upTo))]),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  return `SELECT ${columns.join(', ')} FROM ${fromRelation(relation)}${where}`;
}

function binaryWriter(
  relation: Relation,
  load: BulkLoad,
  zones: ReadonlyMap<string, OffsetOfLocal>,
): RowWriter {
  const out = new CopyChunk();
  const encoder = recordEncoder(relation, load, zones);
  out.header();
  return {
    columns: encoder.columns,
    add: (record) => encoder.encode(out, record),
    ready: () => (out.full ? out.take() : null),
    rest: () => {
      out.trailer();
      return out.take();
    },
  };
}
