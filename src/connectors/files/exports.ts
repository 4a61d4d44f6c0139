import type { Relation, Slice } from '../../model/index.ts';
import type { BulkLoad, Exports } from '../port.ts';
import type { CatalogEntry } from './catalog-entry.ts';
import type { ExportOrder } from './export-thread.ts';
import type { FileThreads } from './file-threads.ts';
import type { RelationFile } from './load-relation-file.ts';

/** What a slice is read from: the file, and a place at or before the first record behind a line. */
export interface SliceDoor {
  entry(relation: Relation): Promise<CatalogEntry>;
  startOf(entry: CatalogEntry, after: number): Promise<ExportOrder['start']>;
}

/**
 * Slices of CSV files as binary COPY, read and written by threads beside this one. A thread looks at the end whether the file
 * is still the one that the snapshot found, as every read does.
 */
export class FilesExports implements Exports {
  readonly formats = ['postgres-binary-encoded'] as const;
  readonly #door: SliceDoor;
  readonly #threads: FileThreads;
  readonly #signal: AbortSignal;

  constructor(door: SliceDoor, threads: FileThreads, signal: AbortSignal) {
    this.#door = door;
    this.#threads = threads;
    this.#signal = signal;
  }

  async refuses(relation: Relation, load: BulkLoad): Promise<string | null> {
    const { file } = await this.#door.entry(relation);
    if (load.fields.some(({ source }) => source.kind === 'computed')) return 'a file computes nothing';
    if (load.fields.some(({ source }) => source.kind === 'read' && source.zone !== null))
      return 'it holds texts, of which the zone is applied one by one';
    return whyNot(file);
  }

  async *export(relation: Relation, slice: Slice, load: BulkLoad): AsyncGenerator<Uint8Array> {
    const entry = await this.#door.entry(relation);
    const after = Number(slice.after?.[0] ?? 0);
    const upTo = Number(slice.upTo?.[0] ?? Number.POSITIVE_INFINITY);
    const start = await this.#door.startOf(entry, after);
    const order: ExportOrder = { kind: 'slice', file: entry.file, load, start, after, upTo };
    for await (const chunk of this.#threads.chunks(order)) {
      this.#signal.throwIfAborted();
      yield chunk;
    }
  }

  /** By lines, which no other system knows. */
  async order(): Promise<string> {
    return 'lines';
  }
}

function whyNot({ dialect, found }: RelationFile): string | null {
  if (dialect.csv === null) return 'documents of JSON Lines have to be read';
  if (dialect.encoding !== 'utf-8')
    return `${found.name} is written in ${dialect.encoding}, which has to be read`;
  if (dialect.compression !== 'none')
    return `${found.name} is compressed, so no slice can begin in its middle`;
  return null;
}
