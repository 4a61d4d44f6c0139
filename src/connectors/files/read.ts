import { type FileHandle, open } from 'node:fs/promises';
import {
  type BadRecord,
  keyValues,
  type Position,
  position,
  type RecordBatch,
  type Relation,
  type Row,
  recordKey,
  type Slice,
  type Value,
} from '../../model/index.ts';
import type { ReadOptions, Reads, Snapshot } from '../port.ts';
import type { CatalogEntry } from './catalog-entry.ts';
import { FilesExports } from './exports.ts';
import { fromSystem, relationMissing } from './faults.ts';
import { lineField } from './field-types.ts';
import type { FileCatalog } from './file-catalog.ts';
import { FileThreads } from './file-threads.ts';
import { beginFor } from './index-by-threads.ts';
import { indexedRecordsMax } from './key-index.ts';
import { LineReader } from './line-reader.ts';
import type { FoundFile } from './list-files.ts';
import { openCursor } from './load-relation-file.ts';
import { readRecordWith } from './read-record.ts';
import type { RecordCursor } from './record-cursor.ts';
import type { RecordIndex } from './record-index.ts';
import { refuseChanged } from './refuse-changed.ts';
import { splitByLine } from './split.ts';

const batchRowsDefault = 1_000;
const batchBytesDefault = 8 * 1024 * 1024;

export class FilesReads implements Reads {
  readonly #catalog: FileCatalog;
  readonly #signal: AbortSignal;

  constructor(catalog: FileCatalog, signal: AbortSignal) {
    this.#catalog = catalog;
    this.#signal = signal;
  }

  async snapshot(): Promise<Snapshot> {
    return new FilesSnapshot(this.#catalog, await this.#catalog.list(), this.#signal);
  }
}

/**
 * The files as they were when the snapshot was taken. Nobody can freeze a file: when one is changed or replaced, reading it
 * stops with an error that names it, before the last batch of the read is handed out.
 */
class FilesSnapshot implements Snapshot {
  readonly consistent = false;
  readonly position: Position;
  readonly exports: FilesExports;
  readonly #catalog: FileCatalog;
  readonly #files: ReadonlyMap<string, FoundFile>;
  readonly #signal: AbortSignal;
  readonly #parked = new ParkedCursors();
  readonly #threads = new FileThreads();

  constructor(catalog: FileCatalog, files: readonly FoundFile[], signal: AbortSignal) {
    this.#catalog = catalog;
    this.#files = new Map(files.map((file) => [file.relation, file]));
    this.#signal = signal;
    beginFor(files, this.#threads);
    this.exports = new FilesExports(
      { entry: (relation) => this.#entry(relation), startOf: (entry, after) => this.#startOf(entry, after) },
      this.#threads,
      signal,
    );
    this.position = position(JSON.stringify(files.map(({ name, version }) => [name, version])));
  }

  async count(relation: Relation): Promise<string> {
    return String((await this.#index(await this.#entry(relation))).records);
  }

  async changedSince(relation: Relation, earlier: Position): Promise<string | null> {
    const { name, version } = this.#files.get(relation.name) ?? {};
    const versions = JSON.parse(earlier) as readonly (readonly [string, unknown])[];
    const before = versions.find(([file]) => file === name);
    return before && JSON.stringify(before[1]) === JSON.stringify(version) ? '0' : null;
  }

  async *split(relation: Relation, rowsPerSlice: number): AsyncGenerator<Slice> {
    yield* splitByLine(await this.#index(await this.#entry(relation)), rowsPerSlice);
  }

  async *read(relation: Relation, slice: Slice, options: ReadOptions = {}): AsyncGenerator<RecordBatch> {
    const entry = await this.#entry(relation);
    const after = boundOf(slice.after) ?? 0;
    const upTo = boundOf(slice.upTo) ?? Number.POSITIVE_INFINITY;
    const start = await this.#startOf(entry, after);
    yield* this.#batches(entry, start, after, upTo, options, () => true);
  }

  async *fetch(
    relation: Relation,
    fields: readonly string[],
    keys: readonly Row[],
  ): AsyncGenerator<RecordBatch> {
    if (keys.length === 0) return;
    const entry = await this.#entry(relation);
    const places = fields.map((field) => namesOf(entry).indexOf(field));
    const wanted = new Set(keys.map(recordKey));
    const isWanted = (row: Row): boolean => wanted.has(recordKey(places.map((place) => row[place] as Value)));
    for await (const batch of this.#search(entry, fields, places, wanted, isWanted)) {
      if (batch.rows.length > 0) yield { ...batch, bad: [] };
    }
  }

  async alsoIn(relation: Relation, bad: Row, original: Uint8Array): Promise<readonly Row[]> {
    const { encoding } = (await this.#entry(relation)).file.dialect;
    const decoder = new TextDecoder(encoding.startsWith('utf-16') ? encoding : 'latin1');
    const ends = decoder.decode(original).match(/\r\n|[\r\n]/g)?.length ?? 0;
    const first = Number(boundOf(bad));
    return Array.from({ length: ends }, (_, at) => [String(first + at + 1)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#threads[Symbol.asyncDispose]();
    await this.#parked.closeAll();
  }

  /** Through an index of the keys where the file is not too large for one, else by reading all of it. */
  async *#search(
    entry: CatalogEntry,
    fields: readonly string[],
    places: readonly number[],
    wanted: ReadonlySet<string>,
    isWanted: (row: Row) => boolean,
  ): AsyncGenerator<RecordBatch> {
    const index = await this.#index(entry);
    if (fields.length === 1 && fields[0] === lineField) {
      const lines = [...wanted].map((key) => Number(boundOf(keyValues(key)))).sort((a, b) => a - b);
      yield* this.#readLines(entry, index, lines, isWanted);
    } else if (index.records <= indexedRecordsMax) {
      const keyIndex = await this.#catalog.keyIndex(entry, places, index.records);
      yield* this.#readLines(entry, index, keyIndex.linesOf(wanted), isWanted);
    } else {
      const start = { line: entry.file.dataLine, offset: entry.file.dataOffset };
      yield* this.#batches(entry, start, 0, Number.POSITIVE_INFINITY, {}, isWanted);
    }
  }

  /** The records that start on these lines, ascending; neighbours are read in one go. */
  async *#readLines(
    entry: CatalogEntry,
    index: RecordIndex,
    lines: readonly number[],
    isWanted: (row: Row) => boolean,
  ): AsyncGenerator<RecordBatch> {
    const batch = new Batch(entry.file.found.relation, namesOf(entry), {});
    const read = readRecordWith(entry);
    await using reader = new LineReader(entry, index);
    for (const line of lines) {
      const cursor = await reader.at(line);
      const row = cursor === null ? null : read(cursor).row;
      if (row !== null && cursor !== null && isWanted(row)) batch.add(row, cursor.recordBytes);
      if (batch.full) yield batch.take();
    }
    await refuseChanged(entry.file.found);
    if (!batch.empty) yield batch.take();
  }

  async #entry(relation: Relation): Promise<CatalogEntry> {
    const found = this.#files.get(relation.name);
    if (found === undefined) throw relationMissing(relation.name, this.#catalog.address.folder);
    try {
      await refuseChanged(found);
      return await this.#catalog.entry(found);
    } catch (error) {
      throw fromSystem(error, found.path);
    }
  }

  async #index(entry: CatalogEntry): Promise<RecordIndex> {
    return await this.#catalog.index(entry, this.#threads);
  }

  async #startOf(entry: CatalogEntry, after: number): Promise<{ line: number; offset: number }> {
    const { file } = entry;
    const first = { line: file.dataLine, offset: file.dataOffset };
    return after < file.dataLine ? first : ((await this.#index(entry)).placeBefore(after + 1) ?? first);
  }

  async *#batches(
    entry: CatalogEntry,
    start: { readonly line: number; readonly offset: number },
    after: number,
    upTo: number,
    options: ReadOptions,
    wanted: (row: Row) => boolean,
  ): AsyncGenerator<RecordBatch> {
    const { found } = entry.file;
    const batch = new Batch(found.relation, namesOf(entry), options);
    const read = readRecordWith(entry);
    const opened = await this.#parked.take(entry, start);
    try {
      for (let step = opened.cursor.step(); step !== 'end'; step = opened.cursor.step()) {
        if (step === 'more' && !(await opened.cursor.more())) continue;
        if (opened.cursor.line <= after) continue;
        if (opened.cursor.line > upTo) {
          opened.cursor.stepBack();
          break;
        }
        const { row, bad } = read(opened.cursor);
        if (bad !== null) batch.addBad(bad);
        else if (wanted(row)) batch.add(row, opened.cursor.recordBytes);
        if (batch.full) {
          this.#signal.throwIfAborted();
          yield batch.take();
        }
      }
      await refuseChanged(found);
      if (!batch.empty) yield batch.take();
      await this.#parked.park(opened);
    } catch (error) {
      throw fromSystem(error, found.path);
    } finally {
      await this.#parked.closeUnparked(opened);
    }
  }
}

interface OpenedCursor {
  readonly entry: CatalogEntry;
  readonly handle: FileHandle;
  readonly cursor: RecordCursor;
}

/**
 * Cursors that stopped where a slice ended. A compressed file can only be read from its start: the next slice goes on with
 * the cursor that stopped before it, instead of decompressing everything again.
 */
class ParkedCursors {
  readonly #parked: OpenedCursor[] = [];

  async take(
    entry: CatalogEntry,
    start: { readonly line: number; readonly offset: number },
  ): Promise<OpenedCursor> {
    let best = -1;
    for (const [at, { cursor, entry: parkedEntry }] of this.#parked.entries()) {
      if (parkedEntry !== entry || cursor.nextOffset > start.offset) continue;
      if (best < 0 || cursor.nextOffset > (this.#parked[best] as OpenedCursor).cursor.nextOffset) best = at;
    }
    const [parked] = best < 0 ? [] : this.#parked.splice(best, 1);
    if (parked !== undefined) return parked;
    const handle = await open(entry.file.found.path, 'r');
    return { entry, handle, cursor: openCursor(entry.file, handle, start.offset, start.line) };
  }

  async park(opened: OpenedCursor): Promise<void> {
    if (opened.entry.file.dialect.compression === 'none' || opened.cursor.atEnd) return;
    this.#parked.push(opened);
    if (this.#parked.length > 4) await close(this.#parked.shift());
  }

  async closeUnparked(opened: OpenedCursor): Promise<void> {
    if (!this.#parked.includes(opened)) await close(opened);
  }

  async closeAll(): Promise<void> {
    for (const opened of this.#parked.splice(0)) await close(opened);
  }
}

async function close(opened: OpenedCursor | undefined): Promise<void> {
  await opened?.cursor.close();
  await opened?.handle.close();
}

class Batch {
  readonly #relation: string;
  readonly #fields: readonly string[];
  readonly #rowsMax: number;
  readonly #bytesMax: number;
  #rows: Row[] = [];
  #bad: BadRecord[] = [];
  #bytes = 0;

  constructor(relation: string, fields: readonly string[], options: ReadOptions) {
    this.#relation = relation;
    this.#fields = fields;
    this.#rowsMax = options.batchRowsMax ?? batchRowsDefault;
    this.#bytesMax = options.batchBytesMax ?? batchBytesDefault;
  }

  get full(): boolean {
    return this.#rows.length + this.#bad.length >= this.#rowsMax || this.#bytes >= this.#bytesMax;
  }

  get empty(): boolean {
    return this.#rows.length + this.#bad.length === 0;
  }

  add(row: Row, bytes: number): void {
    this.#rows.push(row);
    this.#bytes += bytes;
  }

  addBad(bad: BadRecord): void {
    this.#bad.push(bad);
    this.#bytes += bad.original.length;
  }

  take(): RecordBatch {
    const batch = { relation: this.#relation, fields: this.#fields, rows: this.#rows, bad: this.#bad };
    this.#rows = [];
    this.#bad = [];
    this.#bytes = 0;
    return batch;
  }
}

function namesOf(entry: CatalogEntry): readonly string[] {
  return [...entry.fields.map(({ name }) => name), lineField];
}

function boundOf(key: Row | null): number | null {
  return key === null ? null : Number(key[0]);
}
