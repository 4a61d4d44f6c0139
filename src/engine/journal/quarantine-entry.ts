import type { Seal } from '../../host/index.ts';
import { bytesOfHex, hex, keyValues, type RecordKey, type Row, recordKey } from '../../model/index.ts';

/**
 * A record that could not go: what it was, why, by which rule, where. Everything that can hold personal data (key, place,
 * message, original, transformed row) is kept sealed; code, field and rule stay readable so that entries can be counted.
 */
export interface QuarantineEntry {
  /** `bad`: could not be read; `rejected`: could not be transformed; `refused`: the target would not have it. */
  readonly kind: 'bad' | 'rejected' | 'refused';
  readonly code: string;
  /** The field it is about; null when it is the whole record. */
  readonly field: string | null;
  /** What said no: a constraint's name, or null where the code says it all. */
  readonly rule: string | null;
  /** Null when a bad record's identity could not be read. */
  readonly key: RecordKey | null;
  /** Where a person finds it. */
  readonly where: string;
  readonly message: string;
  readonly original: KeptOriginal;
  /** The row the target refused; null when it did not get that far. */
  readonly transformed: KeptRow | null;
}

export interface KeptRow {
  readonly fields: readonly string[];
  readonly row: Row;
}

export type KeptOriginal =
  | ({ readonly kind: 'row' } & KeptRow)
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Gone from the source before it could be kept. */
  | { readonly kind: 'gone' };

/** Where an entry is filed; `origin` is the step of the runbook that a replay repeats for it. */
export interface EntryPlace {
  readonly run: string;
  readonly step: string;
  readonly slice: number;
  readonly object: string;
  readonly origin: string;
}

/** `superseded`: replayed and refused again; the newer entry is the one that counts. */
export type EntryState = 'open' | 'replayed' | 'superseded';

/** What is known of an entry without the key of the user. */
export interface EntrySummary extends EntryPlace {
  readonly id: string;
  readonly kind: QuarantineEntry['kind'];
  readonly code: string;
  readonly field: string | null;
  readonly rule: string | null;
  /** Keyed digest of the source key: equal keys can be seen, the key cannot. */
  readonly keyDigest: string;
  readonly state: EntryState;
  /** The replay that settled it. */
  readonly settledBy: string | null;
  /** ISO instant in UTC. */
  readonly at: string;
}

export interface KeptEntry extends EntrySummary {
  readonly entry: QuarantineEntry;
}

/** An entry as a journal files it: the same record of the same step has the same id, whichever attempt wrote it. */
export function sealEntry(
  seal: Seal,
  { run, step }: Pick<EntryPlace, 'run' | 'step'>,
  entry: QuarantineEntry,
): { readonly id: string; readonly keyDigest: string; readonly sealed: Uint8Array } {
  const keyDigest = seal.blind(entry.key ?? entry.where);
  const id = seal.blind(JSON.stringify([run, step, keyDigest])).slice(0, 16);
  return { id, keyDigest, sealed: seal.seal(encodeSealedPart(entry), entryContext(id)) };
}

export function openEntry(seal: Seal, summary: EntrySummary, sealed: Uint8Array): QuarantineEntry {
  return decodeSealedPart(summary, seal.open(sealed, entryContext(summary.id)));
}

function entryContext(id: string): string {
  return JSON.stringify(['journal quarantine', id]);
}

/** The part that is sealed, as bytes. */
function encodeSealedPart(entry: QuarantineEntry): Uint8Array {
  const { key, where, message, original, transformed } = entry;
  const keptOriginal =
    original.kind === 'row'
      ? { kind: 'row', fields: original.fields, row: recordKey(original.row) }
      : original.kind === 'bytes'
        ? { kind: 'bytes', bytes: hex(original.bytes) }
        : { kind: 'gone' };
  const keptRow = transformed && { fields: transformed.fields, row: recordKey(transformed.row) };
  return new TextEncoder().encode(
    JSON.stringify({ key, where, message, original: keptOriginal, transformed: keptRow }),
  );
}

interface SealedPart {
  readonly key: RecordKey | null;
  readonly where: string;
  readonly message: string;
  readonly original:
    | { kind: 'row'; fields: string[]; row: string }
    | { kind: 'bytes'; bytes: string }
    | { kind: 'gone' };
  readonly transformed: { fields: string[]; row: string } | null;
}

/** The whole entry from its open columns and its sealed part. */
function decodeSealedPart(
  open: Pick<QuarantineEntry, 'kind' | 'code' | 'field' | 'rule'>,
  plain: Uint8Array,
): QuarantineEntry {
  const part = JSON.parse(new TextDecoder().decode(plain)) as SealedPart;
  const { kind, code, field, rule } = open;
  const { key, where, message, transformed } = part;
  return {
    kind,
    code,
    field,
    rule,
    key,
    where,
    message,
    original: decodeOriginal(part.original),
    transformed: transformed && { fields: transformed.fields, row: keyValues(transformed.row) },
  };
}

function decodeOriginal(kept: SealedPart['original']): KeptOriginal {
  switch (kept.kind) {
    case 'row':
      return { kind: 'row', fields: kept.fields, row: keyValues(kept.row) };
    case 'bytes':
      return { kind: 'bytes', bytes: bytesOfHex(kept.bytes) };
    case 'gone':
      return kept;
  }
}
