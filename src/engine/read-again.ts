import type { Snapshot } from '../connectors/index.ts';
import {
  type BadRecord,
  keyValues,
  type RecordBatch,
  type RecordKey,
  type Relation,
  type Row,
  recordKey,
} from '../model/index.ts';
import type { Journal } from './journal/journal.ts';
import type { KeptOriginal, QuarantineEntry } from './journal/quarantine-entry.ts';
import { identityPlaces, keyAt } from './kept-originals.ts';
import { keysAlsoIn } from './records-in-place.ts';
import type { SliceInput, SliceWork } from './slice-work.ts';

/** The most keys one `fetch` takes. */
const keysPerFetch = 1_000;

export interface ReadAgain {
  readonly journal: Journal;
  readonly work: SliceWork;
  readonly ids: readonly string[];
  /** Told how many records the source holds no more. */
  readonly onGone: (rows: number) => void;
}

/** The records of these entries as the source has them now, or as they were kept when it has them no more. */
export function replayInput(again: ReadAgain, number: number): SliceInput {
  return { number, read: (snapshot) => readAgain(again, snapshot) };
}

async function* readAgain(again: ReadAgain, snapshot: Snapshot): AsyncGenerator<RecordBatch> {
  const { source } = again.work;
  const identityAt = identityPlaces(source);
  const missing = await entriesByKey(again);
  const keys = await keysToRead(source, [...missing.values()], snapshot);
  for (let at = 0; at < keys.length; at += keysPerFetch)
    for await (const batch of snapshot.fetch(source, source.identity, keys.slice(at, at + keysPerFetch))) {
      for (const row of batch.rows) missing.delete(keyAt(row, identityAt));
      for (const { key } of batch.bad) if (key) missing.delete(recordKey(key));
      yield batch;
    }
  const kept = fromOriginals(again.work, [...missing.values()]);
  again.onGone(kept.rows.length);
  if (missing.size > 0) yield kept;
}

/** Of a bad record also what may have become records of its own in its lines. */
async function keysToRead(
  source: Relation,
  entries: readonly QuarantineEntry[],
  snapshot: Snapshot,
): Promise<readonly Row[]> {
  const keys = new Set<RecordKey>();
  for (const { key, original } of entries) {
    if (key === null) continue;
    keys.add(key);
    if (original.kind === 'bytes')
      for (const other of await keysAlsoIn(snapshot, source, key, original.bytes)) keys.add(other);
  }
  return [...keys].map(keyValues);
}

async function entriesByKey({ journal, ids }: ReadAgain): Promise<Map<RecordKey, QuarantineEntry>> {
  const byKey = new Map<RecordKey, QuarantineEntry>();
  for (const id of ids) {
    const kept = await journal.entry(id);
    if (kept && kept.entry.key !== null) byKey.set(kept.entry.key, kept.entry);
  }
  return byKey;
}

/** Records the source holds no more; one that was kept without today's fields goes back to quarantine as it was. */
function fromOriginals({ source }: SliceWork, entries: readonly QuarantineEntry[]): RecordBatch {
  const fields = source.fields.map((field) => field.name);
  const rows: Row[] = [];
  const bad: BadRecord[] = [];
  for (const { original, key, where, code, message, field } of entries) {
    const row = original.kind === 'row' ? arranged(original, fields) : null;
    if (row) rows.push(row);
    else
      bad.push({
        key: key === null ? null : keyValues(key),
        where,
        original: bytesOf(original),
        code,
        message,
        field,
      });
  }
  return { relation: source.name, fields, rows, bad };
}

/** Null where a field is not there. */
function arranged(
  original: { readonly fields: readonly string[]; readonly row: Row },
  fields: readonly string[],
): Row | null {
  const places = fields.map((name) => original.fields.indexOf(name));
  return places.includes(-1) ? null : places.map((at) => original.row[at] ?? null);
}

function bytesOf(original: KeptOriginal): Uint8Array {
  if (original.kind === 'bytes') return original.bytes;
  return new TextEncoder().encode(original.kind === 'row' ? recordKey(original.row) : '');
}
