import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { keyValues, type RecordKey, type Relation, type Row, type SliceCounts } from '../../model/index.ts';
import type {
  AppliedSlice,
  AskedIds,
  KeptId,
  OpenContext,
  SliceResult,
  SliceWrite,
  Writes,
} from '../port.ts';
import type { CatalogEntry } from './catalog-entry.ts';
import { lineEndText } from './dialect.ts';
import { encodeText } from './encode-text.ts';
import { compressedTarget, fromSystem, modeImpossible, targetChanged } from './faults.ts';
import type { FileCatalog } from './file-catalog.ts';
import { versionOf } from './list-files.ts';
import { packKeys, type StagedSlice, stageSlice } from './stage-slice.ts';
import { cutTo, type PartialFile, renameInto, type SliceKey, TargetState } from './target-state.ts';

/**
 * Adds records to files. A relation's file grows beside the one in place, in `.godwit-files/`, and takes its place at
 * `finish`; whoever reads the folder never sees half a file.
 *
 * Invariants: 1. a slice's bytes come first into a file of their own, then, under the lock and after the caller made refused
 * records durable, in one piece behind the bytes that are committed. 2. flushed before committed (see `target-state.ts`).
 * 3. a file in place that changed since the partial one was begun is never replaced.
 */
export class FilesWrites implements Writes {
  readonly #catalog: FileCatalog;
  readonly #context: OpenContext;
  readonly #state: () => TargetState;

  constructor(catalog: FileCatalog, context: OpenContext, state: () => TargetState) {
    this.#catalog = catalog;
    this.#context = context;
    this.#state = state;
  }

  async prepare(_run: string): Promise<void> {
    this.#guarded(this.#catalog.address.folder, () => this.#state().complete());
  }

  async applied(run: string): Promise<readonly AppliedSlice[]> {
    return this.#state()
      .applied(run)
      .map(({ key, counts, appliedAt }) => ({ step: key.step, slice: key.slice, counts, appliedAt }));
  }

  async writeSlice(write: SliceWrite): Promise<SliceResult> {
    if (write.mode !== 'insert') throw modeImpossible(write.mode, write.relation.name);
    const state = this.#state();
    const stored = state.slice(write);
    if (stored !== undefined) return { applied: false, counts: stored.counts };
    const entry = await this.#catalog.entry(await this.#catalog.find(write.relation.name));
    if (entry.file.dialect.compression !== 'none') throw compressedTarget(entry.file.found.name);
    const path = join(state.folder, `${this.#context.random.uuid()}.staged`);
    const staged = await stageSlice(write, entry, path);
    try {
      const counts = await write.beforeCommit(staged.refused);
      return this.#guarded(path, () =>
        state.transaction(() => this.#commit(state, write, entry, staged, counts)),
      );
    } finally {
      rmSync(path, { force: true });
    }
  }

  async resolve(
    run: string,
    object: string,
    sourceKeys: readonly RecordKey[],
  ): Promise<ReadonlyMap<RecordKey, Row>> {
    const read = this.#state().idReader(run, object);
    const found = new Map<RecordKey, Row>();
    for (const sourceKey of sourceKeys) {
      const targetKey = read(sourceKey);
      if (targetKey !== undefined) found.set(sourceKey, keyValues(targetKey));
    }
    return found;
  }

  async keptIds(asked: AskedIds): Promise<readonly KeptId[]> {
    return this.#state().keptIds(asked);
  }

  async advanceSequences(_relations: readonly Relation[]): Promise<readonly string[]> {
    return [];
  }

  async finish(_run: string): Promise<void> {
    const state = this.#state();
    const files = await this.#catalog.list();
    this.#guarded(this.#catalog.address.folder, () =>
      state.transaction(() => {
        for (const partial of state.partials()) {
          const found = files.find(({ relation }) => relation === partial.relation);
          if (found === undefined) throw targetChanged(partial.relation, 'its file is gone');
          this.#putInPlace(state, partial, found.path);
        }
      }),
    );
  }

  #commit(
    state: TargetState,
    write: SliceWrite,
    entry: CatalogEntry,
    staged: StagedSlice,
    counts: SliceCounts,
  ): SliceResult {
    const stored = state.slice(write);
    if (stored !== undefined) return { applied: false, counts: stored.counts };
    const partial = this.#partialOf(state, entry);
    const { to, digest } = appendTo(state.partialPath(partial.relation), partial.bytes, staged.path, entry);
    const key: SliceKey = { run: write.run, step: write.step, slice: write.slice };
    const { records } = staged;
    const keys = packKeys(staged.keys, this.#context.seal, JSON.stringify(key));
    const slice = {
      ...key,
      relation: partial.relation,
      from: partial.bytes,
      to,
      digest,
      records,
      keys,
      counts,
    };
    state.addSlice(slice, this.#context.clock.now());
    for (const [sourceKey, targetKey] of staged.ids) state.addId(key, write.object, sourceKey, targetKey);
    state.setPartial({ ...partial, bytes: to });
    return { applied: true, counts };
  }

  /** The file that grows; begun as a copy of the one in place. */
  #partialOf(state: TargetState, entry: CatalogEntry): PartialFile {
    const { relation, path, name } = entry.file.found;
    const version = versionOf(statSync(path, { bigint: true }));
    const known = state.partial(relation);
    const partialPath = state.partialPath(relation);
    const existing = statSync(partialPath, { throwIfNoEntry: false, bigint: true });
    if (known !== undefined && existing !== undefined) {
      if (known.base !== version) throw targetChanged(name, `was ${known.base}; is ${version}`);
      if (existing.size < BigInt(known.bytes))
        throw targetChanged(partialPath, 'it is shorter than what was written');
      return known;
    }
    copyFileSync(path, partialPath, constants.COPYFILE_FICLONE);
    const begun = statSync(partialPath, { bigint: true });
    return { relation, bytes: Number(begun.size), base: version, inode: String(begun.ino) };
  }

  #putInPlace(state: TargetState, partial: PartialFile, path: string): void {
    const partialPath = state.partialPath(partial.relation);
    const existing = statSync(partialPath, { throwIfNoEntry: false });
    const inPlace = statSync(path, { bigint: true });
    if (existing === undefined && String(inPlace.ino) === partial.inode) {
      // Renamed before a crash, not yet noted.
      state.removePartial(partial.relation);
      return;
    }
    const version = versionOf(inPlace);
    if (version !== partial.base) throw targetChanged(path, `was ${partial.base}; is ${version}`);
    if (existing === undefined || existing.size < partial.bytes)
      throw targetChanged(partialPath, 'it is not as it was written');
    cutTo(partialPath, partial.bytes);
    renameInto(partialPath, path, this.#catalog.address.folder);
    state.removePartial(partial.relation);
  }

  #guarded<Result>(path: string, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw fromSystem(error, path);
    }
  }
}

const chunkBytes = 1024 * 1024;

/** Writes the staged bytes behind the committed ones and flushes them; whatever stood there was never committed. */
function appendTo(
  path: string,
  from: number,
  stagedPath: string,
  entry: CatalogEntry,
): { to: number; digest: string } {
  const digest = createHash('sha256');
  const target = openSync(path, 'r+');
  const staged = openSync(stagedPath, 'r');
  try {
    ftruncateSync(target, from);
    let to = from;
    const put = (bytes: Uint8Array): void => {
      writeAll(target, bytes, to);
      digest.update(bytes);
      to += bytes.length;
    };
    const buffer = Buffer.alloc(chunkBytes);
    for (let read = readSync(staged, buffer); read > 0; read = readSync(staged, buffer)) {
      if (to === from) put(missingLineEnd(target, from, entry));
      put(buffer.subarray(0, read));
    }
    fsyncSync(target);
    return { to, digest: digest.digest('hex') };
  } finally {
    closeSync(staged);
    closeSync(target);
  }
}

function writeAll(handle: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(handle, bytes, done, bytes.length - done, at + done);
  }
}

/** A file may end without the line end of its last record: then the first new record brings it. */
function missingLineEnd(handle: number, size: number, entry: CatalogEntry): Uint8Array {
  const { dialect, dataOffset } = entry.file;
  const text = lineEndText(dialect.lineEnd);
  const end = encodeText(text, dialect.encoding) ?? Buffer.from(text);
  const last = Buffer.alloc(encodeText('\n', dialect.encoding)?.length ?? 1);
  if (size < last.length || (size === dataOffset && size <= 4 && dialect.byteOrderMark))
    return new Uint8Array(0);
  readSync(handle, last, 0, last.length, size - last.length);
  const closed =
    last.equals(encodeText('\n', dialect.encoding) ?? last) ||
    last.equals(encodeText('\r', dialect.encoding) ?? last);
  return closed ? new Uint8Array(0) : end;
}
