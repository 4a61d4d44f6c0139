import { createHash } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import type { RecordKey } from '../../model/index.ts';
import type { OpenContext, Undoes, UndoRequest, UndoResult } from '../port.ts';
import { fromSystem } from './faults.ts';
import type { FileCatalog } from './file-catalog.ts';
import { openCursor, type RelationFile } from './load-relation-file.ts';
import { digestBytes, recordDigest } from './record-digest.ts';
import { packKeys, unpackKeys } from './stage-slice.ts';
import { cutTo, encodeAfter, flushFolder, type StoredSlice, type TargetState } from './target-state.ts';

interface Range {
  readonly from: number;
  readonly to: number;
}

/** What of a slice is still as it was written, and what is not. */
interface Recognised {
  readonly ranges: readonly Range[];
  readonly removed: number;
  readonly keptRecords: Uint8Array;
  readonly keptKeys: readonly RecordKey[];
}

/**
 * Takes the records of a slice out of their file. While the slice's bytes are where they were put, they are cut out in one
 * piece; otherwise each record is recognised by its own digest, and one that is not as it was written stays and is named.
 */
export class FilesUndoes implements Undoes {
  readonly #catalog: FileCatalog;
  readonly #context: OpenContext;
  readonly #state: () => TargetState;

  constructor(catalog: FileCatalog, context: OpenContext, state: () => TargetState) {
    this.#catalog = catalog;
    this.#context = context;
    this.#state = state;
  }

  async undoSlice(request: UndoRequest): Promise<UndoResult> {
    const state = this.#state();
    state.complete();
    const slice = state.slice(request);
    if (slice === undefined) return { rowsRemoved: 0, rowsRestored: 0, refused: [] };
    const entry = await this.#catalog.entry(await this.#catalog.find(slice.relation));
    const partial = state.partial(slice.relation);
    const path = partial === undefined ? entry.file.found.path : state.partialPath(slice.relation);
    try {
      if (partial !== undefined) cutTo(path, partial.bytes);
      const { size } = statSync(path);
      const recognised = isUntouched(path, slice, size)
        ? this.#whole(slice)
        : await this.#recordByRecord(entry.file, path, slice);
      this.#remove(state, path, size, slice, recognised);
      const reason = 'it is not as it was written: somebody changed or removed it';
      return {
        rowsRemoved: recognised.removed,
        rowsRestored: 0,
        refused: recognised.keptKeys.map((key) => ({ key, reason })),
      };
    } catch (error) {
      throw fromSystem(error, path);
    }
  }

  #whole(slice: StoredSlice): Recognised {
    const ranges = slice.to > slice.from ? [{ from: slice.from, to: slice.to }] : [];
    const removed = slice.records.length / digestBytes;
    return { ranges, removed, keptRecords: new Uint8Array(0), keptKeys: [] };
  }

  async #recordByRecord(file: RelationFile, path: string, slice: StoredSlice): Promise<Recognised> {
    const wanted = new WantedDigests(slice.records);
    const ranges: Range[] = [];
    await using handle = await open(path, 'r');
    const cursor = openCursor(file, handle, file.dataOffset, file.dataLine);
    try {
      for (let step = cursor.step(); step !== 'end'; step = cursor.step()) {
        if (step === 'more' && !(await cursor.more())) continue;
        if (!wanted.take(recordDigest(cursor.original()))) continue;
        const range = { from: cursor.offset, to: cursor.nextOffset };
        const last = ranges.at(-1);
        if (last?.to === range.from) ranges[ranges.length - 1] = { from: last.from, to: range.to };
        else ranges.push(range);
      }
    } finally {
      await cursor.close();
    }
    const keys = unpackKeys(slice.keys, this.#context.seal, contextOf(slice));
    const left = wanted.left();
    return {
      ranges,
      removed: slice.records.length / digestBytes - left.length,
      keptRecords: Buffer.concat(
        left.map((at) => slice.records.subarray(at * digestBytes, (at + 1) * digestBytes)),
      ),
      keptKeys: left.map((at) => keys[at] as RecordKey),
    };
  }

  #remove(state: TargetState, path: string, size: number, slice: StoredSlice, recognised: Recognised): void {
    const { ranges, keptKeys, keptRecords } = recognised;
    const removedBytes = ranges.reduce((sum, { from, to }) => sum + (to - from), 0);
    const kept =
      keptKeys.length === 0
        ? null
        : {
            records: new Uint8Array(keptRecords),
            keys: packKeys(keptKeys, this.#context.seal, contextOf(slice)),
          };
    const [only] = ranges;
    const announced = { relation: slice.relation, path, after: encodeAfter({ slice, kept, removedBytes }) };
    if (only === undefined) {
      state.transaction(() => state.forgetSlice(slice, kept, 0));
    } else if (ranges.length === 1 && only.to === size) {
      const inode = String(statSync(path, { bigint: true }).ino);
      state.announce({ ...announced, kind: 'truncate', inode, newPath: '', from: size, to: only.from });
      cut(path, only.from);
    } else {
      const newPath = `${state.partialPath(slice.relation)}.new`;
      const inode = copyWithout(path, newPath, ranges, size);
      state.announce({ ...announced, kind: 'swap', inode, newPath, from: size, to: size - removedBytes });
      renameSync(newPath, path);
      flushFolder(partialFolder(path));
    }
    state.complete();
    state.dropUnchangedPartial(slice.relation);
  }
}

function partialFolder(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

function contextOf({ run, step, slice }: StoredSlice): string {
  return JSON.stringify({ run, step, slice });
}

function isUntouched(path: string, slice: StoredSlice, size: number): boolean {
  if (slice.to > size || slice.digest === '') return false;
  const digest = createHash('sha256');
  eachChunk(path, slice.from, slice.to, (chunk) => digest.update(chunk));
  return digest.digest('hex') === slice.digest;
}

function cut(path: string, bytes: number): void {
  truncateSync(path, bytes);
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** A copy of the file without these parts, flushed; answers with its inode. */
function copyWithout(path: string, newPath: string, ranges: readonly Range[], size: number): string {
  copyFileSync(path, newPath);
  const handle = openSync(newPath, 'r+');
  try {
    let at = ranges[0]?.from ?? size;
    for (const [index, { to }] of ranges.entries()) {
      const end = ranges[index + 1]?.from ?? size;
      eachChunk(path, to, end, (chunk) => {
        for (let done = 0; done < chunk.length; )
          done += writeSync(handle, chunk, done, chunk.length - done, at + done);
        at += chunk.length;
      });
    }
    truncateSync(newPath, at);
    fsyncSync(handle);
    return String(statSync(newPath, { bigint: true }).ino);
  } finally {
    closeSync(handle);
  }
}

function eachChunk(path: string, from: number, to: number, take: (chunk: Uint8Array) => void): void {
  const handle = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.min(1024 * 1024, Math.max(1, to - from)));
    for (let at = from; at < to; ) {
      const read = readSync(handle, buffer, 0, Math.min(buffer.length, to - at), at);
      if (read === 0) return;
      take(buffer.subarray(0, read));
      at += read;
    }
  } finally {
    closeSync(handle);
  }
}

/** The digests of a slice, each taken as often as it is there. */
class WantedDigests {
  readonly #places = new Map<string, number[]>();

  constructor(records: Uint8Array) {
    for (let at = 0; at * digestBytes < records.length; at += 1) {
      const digest = Buffer.from(records.subarray(at * digestBytes, (at + 1) * digestBytes)).toString(
        'latin1',
      );
      const places = this.#places.get(digest);
      if (places === undefined) this.#places.set(digest, [at]);
      else places.push(at);
    }
  }

  take(digest: Buffer): boolean {
    const places = this.#places.get(digest.toString('latin1'));
    return places !== undefined && places.pop() !== undefined;
  }

  left(): number[] {
    return [...this.#places.values()].flat().sort((a, b) => a - b);
  }
}
