import { open, rm } from 'node:fs/promises';
import { deflateSync, inflateSync } from 'node:zlib';
import type { Seal } from '../../host/index.ts';
import { type RecordKey, type Row, recordKey } from '../../model/index.ts';
import type { RefusedRecord, SliceWrite } from '../port.ts';
import type { CatalogEntry } from './catalog-entry.ts';
import { encodeText } from './encode-text.ts';
import { fromSystem } from './faults.ts';
import { type FormatRecord, formatCsvWith, formatJsonWith } from './format-record.ts';
import { recordDigest } from './record-digest.ts';

/** The records of a slice, written to a file of their own, before they are added to the relation's file in one go. */
export interface StagedSlice {
  readonly path: string;
  readonly refused: readonly RefusedRecord[];
  /** Sixteen bytes for each record. */
  readonly records: Uint8Array;
  readonly keys: readonly RecordKey[];
  /** Source key and target key of each record, where they were asked for. */
  readonly ids: readonly (readonly [RecordKey, RecordKey])[];
}

const flushBytes = 1024 * 1024;

export async function stageSlice(write: SliceWrite, entry: CatalogEntry, path: string): Promise<StagedSlice> {
  const stage = new Stage(write, entry);
  try {
    await using file = await open(path, 'wx', 0o600);
    for await (const batch of write.batches) {
      for (const record of batch) stage.add(record.sourceKey, record.row);
      if (stage.pendingBytes >= flushBytes) await file.write(stage.takePending());
    }
    if (stage.pendingBytes > 0) await file.write(stage.takePending());
    return stage.staged(path);
  } catch (error) {
    await rm(path, { force: true });
    // What the caller's records threw is the caller's; only what the disk reported is named here.
    throw typeof (error as NodeJS.ErrnoException).syscall === 'string' ? fromSystem(error, path) : error;
  }
}

class Stage {
  readonly #write: SliceWrite;
  readonly #entry: CatalogEntry;
  readonly #format: FormatRecord;
  readonly #keyPlaces: readonly number[];
  readonly #lineEndBytes: number;
  #pending: Buffer[] = [];
  pendingBytes = 0;
  readonly #refused: RefusedRecord[] = [];
  readonly #digests: Buffer[] = [];
  readonly #keys: RecordKey[] = [];
  readonly #ids: (readonly [RecordKey, RecordKey])[] = [];

  constructor(write: SliceWrite, entry: CatalogEntry) {
    this.#write = write;
    this.#entry = entry;
    this.#format = formatOf(entry, write.fields);
    this.#keyPlaces = write.key.map((field) => write.fields.indexOf(field)).filter((place) => place >= 0);
    const { encoding, lineEnd } = entry.file.dialect;
    this.#lineEndBytes = (lineEnd === 'crlf' ? 2 : 1) * (encoding.startsWith('utf-16') ? 2 : 1);
  }

  add(sourceKey: RecordKey, row: Row): void {
    const text = this.#format(row);
    if (typeof text !== 'string') {
      this.#refuse(sourceKey, row, text.code, text.message, text.field);
      return;
    }
    const { encoding } = this.#entry.file.dialect;
    const bytes = encodeText(text, encoding);
    if (bytes === null) {
      this.#refuse(sourceKey, row, 'target.type', `a character has no bytes in ${encoding}`, null);
      return;
    }
    const key = recordKey(this.#keyPlaces.map((place) => row[place] ?? null));
    this.#pending.push(bytes);
    this.pendingBytes += bytes.length;
    this.#digests.push(recordDigest(bytes.subarray(0, bytes.length - this.#lineEndBytes)));
    this.#keys.push(key);
    if (this.#write.captureIds) this.#ids.push([sourceKey, key]);
  }

  takePending(): Buffer {
    const bytes = Buffer.concat(this.#pending, this.pendingBytes);
    this.#pending = [];
    this.pendingBytes = 0;
    return bytes;
  }

  staged(path: string): StagedSlice {
    const records = new Uint8Array(Buffer.concat(this.#digests));
    return { path, refused: this.#refused, records, keys: this.#keys, ids: this.#ids };
  }

  #refuse(
    sourceKey: RecordKey,
    row: Row,
    code: 'target.type' | 'target.not-null',
    message: string,
    field: string | null,
  ): void {
    this.#refused.push({ sourceKey, row, code, message, field, constraint: null });
  }
}

function formatOf(entry: CatalogEntry, written: readonly string[]): FormatRecord {
  const { dialect } = entry.file;
  const places = entry.fields.map(({ name }) => written.indexOf(name));
  return dialect.csv
    ? formatCsvWith(dialect, dialect.csv, entry.fields, places)
    : formatJsonWith(dialect, entry.fields, places);
}

/** Keys are kept so that a refused undo can name records; sealed, because keys may be personal. */
export function packKeys(keys: readonly RecordKey[], seal: Seal | null, context: string): Uint8Array {
  const packed = deflateSync(JSON.stringify(keys));
  return new Uint8Array(seal === null ? packed : seal.seal(packed, context));
}

export function unpackKeys(packed: Uint8Array, seal: Seal | null, context: string): RecordKey[] {
  const open = seal === null ? packed : seal.open(packed, context);
  return JSON.parse(inflateSync(open).toString()) as RecordKey[];
}
