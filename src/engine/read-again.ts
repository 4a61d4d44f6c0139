import type { Snapshot } from '../connectors/index.ts';
import {
  type BadRecord,
  keyValues,
  type RecordBatch,
  type RecordKey,
  type Row,
  recordKey,
} from '../model/index.ts';
import type { KeptEntry, KeptOriginal, QuarantineEntry } from './journal/quarantine-entry.ts';
import { identityPlaces, keyAt } from './kept-originals.ts';
import type { SliceInput, SliceWork } from './slice-work.ts';

/** The records of these entries as the source has them now, or as they were kept when it has them no more. */
export function replayInput(
  work: SliceWork,
  number: number,
  entries: readonly KeptEntry[],
  onGone: (rows: number) => void,
): SliceInput {
  return { number, read: (snapshot) => readAgain(work, snapshot, entries, onGone) };
}

async function* readAgain(
  work: SliceWork,
  snapshot: Snapshot,
  entries: readonly KeptEntry[],
  onGone: (rows: number) => void,
): AsyncGenerator<RecordBatch> {
  const identityAt = identityPlaces(work.source);
  const missing = new Map<RecordKey, QuarantineEntry>();
  for (const { entry } of entries) if (entry.key !== null) missing.set(entry.key, entry);
  const keys = [...missing.keys()].map((key) => keyValues(key));
  for await (const batch of snapshot.fetch(work.source, work.source.identity, keys)) {
    for (const row of batch.rows) missing.delete(keyAt(row, identityAt));
    for (const { key } of batch.bad) if (key) missing.delete(recordKey(key));
    yield batch;
  }
  const kept = fromOriginals(work, [...missing.values()]);
  onGone(kept.rows.length);
  if (missing.size > 0) yield kept;
}

/** Records the source holds no more; one that was never a row of today's fields goes back to quarantine as it was. */
function fromOriginals({ source }: SliceWork, entries: readonly QuarantineEntry[]): RecordBatch {
  const fields = source.fields.map((field) => field.name);
  const rows: Row[] = [];
  const bad: BadRecord[] = [];
  for (const { original, key, where, code, message, field } of entries) {
    if (original.kind === 'row' && original.fields.join('\0') === fields.join('\0')) rows.push(original.row);
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

function bytesOf(original: KeptOriginal): Uint8Array {
  if (original.kind === 'bytes') return original.bytes;
  return new TextEncoder().encode(original.kind === 'row' ? recordKey(original.row) : '');
}
