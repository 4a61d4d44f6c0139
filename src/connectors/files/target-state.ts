import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { SqliteFile } from '../../host/index.ts';
import { recordKey, type SliceCounts } from '../../model/index.ts';
import { readableId } from '../kept-ids.ts';
import type { AskedIds, KeptId } from '../port.ts';
import { stateFolder } from './described-file.ts';
import { stateNewer } from './faults.ts';

/**
 * What this shelf knows of the files it writes, in one SQLite file beside them.
 *
 * Invariants: 1. bytes of a slice are flushed to the disk before its row is committed: a row never speaks of bytes that are
 * not there. 2. bytes of a partial file beyond `bytes` belong to nobody and are cut off. 3. a change of a file that is in
 * place already (undo) is announced in `intents` before, and either completed or forgotten by the next transaction.
 * 4. whoever changes files or rows holds SQLite's write lock: two processes never write at once.
 */
export interface SliceKey {
  readonly run: string;
  readonly step: string;
  readonly slice: number;
}

export interface StoredSlice extends SliceKey {
  readonly relation: string;
  readonly from: number;
  readonly to: number;
  /** SHA-256 of the bytes, hex. */
  readonly digest: string;
  /** Sixteen bytes for each record: the beginning of the SHA-256 of its bytes. */
  readonly records: Uint8Array;
  /** Their keys, sealed. */
  readonly keys: Uint8Array;
  readonly counts: SliceCounts;
}

/** A file that is being written and not in place yet. */
export interface PartialFile {
  readonly relation: string;
  readonly bytes: number;
  /** The version of the file in place when this one was begun. */
  readonly base: string;
  readonly inode: string;
}

/** A change of a file in place: the new file, or the new length, and what becomes of the slice with it. */
export interface Intent {
  readonly relation: string;
  readonly path: string;
  readonly kind: 'swap' | 'truncate';
  /** `swap`: inode of the new file, and its path as long as it is not in place; `truncate`: old and new length. */
  readonly inode: string;
  readonly newPath: string;
  readonly from: number;
  readonly to: number;
  readonly after: string;
}

const formatVersion = 1;

const tables = `
  CREATE TABLE IF NOT EXISTS slices (
    run TEXT NOT NULL, step TEXT NOT NULL, slice INTEGER NOT NULL, relation TEXT NOT NULL,
    "from" INTEGER NOT NULL, "to" INTEGER NOT NULL, digest TEXT NOT NULL, records BLOB NOT NULL, keys BLOB NOT NULL,
    counts TEXT NOT NULL, applied_at TEXT NOT NULL, PRIMARY KEY (run, step, slice)) STRICT;
  CREATE TABLE IF NOT EXISTS ids (
    run TEXT NOT NULL, object TEXT NOT NULL, source_key TEXT NOT NULL, target_key TEXT NOT NULL,
    step TEXT NOT NULL, slice INTEGER NOT NULL, PRIMARY KEY (run, object, source_key)) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS ids_of_slice ON ids (run, step, slice);
  CREATE TABLE IF NOT EXISTS partials (
    relation TEXT PRIMARY KEY, bytes INTEGER NOT NULL, base TEXT NOT NULL, inode TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS intents (relation TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT;`;

export class TargetState implements Disposable {
  readonly folder: string;
  readonly #database: SqliteFile;

  constructor(folder: string) {
    this.folder = join(folder, stateFolder);
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    this.#database = new SqliteFile(join(this.folder, 'state.sqlite'), { busyTimeoutMs: 60_000 });
    this.#database.run('PRAGMA synchronous = FULL');
    const version = Number(this.#database.statement('PRAGMA user_version').first()?.[0]);
    if (version > formatVersion) throw stateNewer(this.folder, String(version));
    this.#database.run(`${tables} PRAGMA user_version = ${formatVersion};`);
  }

  /** Runs the work under the write lock, after what a crash may have left half done was put right. */
  transaction<Result>(work: () => Result): Result {
    return this.#database.transaction(() => {
      this.#recover();
      return work();
    });
  }

  partialPath(relation: string): string {
    return join(this.folder, `${relation}.partial`);
  }

  applied(run: string): { key: SliceKey; counts: SliceCounts; appliedAt: string }[] {
    return this.#database
      .statement('SELECT step, slice, counts, applied_at FROM slices WHERE run = ? ORDER BY step, slice')
      .all(run)
      .map(([step, slice, counts, appliedAt]) => ({
        key: { run, step: String(step), slice: Number(slice) },
        counts: JSON.parse(String(counts)) as SliceCounts,
        appliedAt: String(appliedAt),
      }));
  }

  slice({ run, step, slice }: SliceKey): StoredSlice | undefined {
    const row = this.#database
      .statement(
        'SELECT relation, "from", "to", digest, records, keys, counts FROM slices WHERE run = ? AND step = ? AND slice = ?',
      )
      .first(run, step, slice);
    if (row === undefined) return undefined;
    const [relation, from, to, digest, records, keys, counts] = row;
    return {
      run,
      step,
      slice,
      relation: String(relation),
      from: Number(from),
      to: Number(to),
      digest: String(digest),
      records: records as Uint8Array,
      keys: keys as Uint8Array,
      counts: JSON.parse(String(counts)) as SliceCounts,
    };
  }

  addSlice(slice: StoredSlice, appliedAt: string): void {
    const { run, step, relation, from, to, digest, records, keys } = slice;
    this.#database
      .statement('INSERT INTO slices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
      .run(
        run,
        step,
        slice.slice,
        relation,
        from,
        to,
        digest,
        records,
        keys,
        JSON.stringify(slice.counts),
        appliedAt,
      );
  }

  addId(key: SliceKey, object: string, sourceKey: string, targetKey: string): void {
    this.#database
      .statement('INSERT OR REPLACE INTO ids VALUES (?, ?, ?, ?, ?, ?)')
      .run(key.run, object, sourceKey, targetKey, key.step, key.slice);
  }

  /** Reads target keys for source keys. */
  idReader(run: string, object: string): (sourceKey: string) => string | undefined {
    const statement = this.#database.statement(
      'SELECT target_key FROM ids WHERE run = ? AND object = ? AND source_key = ?',
    );
    return (sourceKey) => {
      const row = statement.first(run, object, sourceKey);
      return row === undefined ? undefined : String(row[0]);
    };
  }

  keptIds(asked: AskedIds): readonly KeptId[] {
    const [column, key] =
      'source' in asked ? ['source_key', asked.source] : ['target_key', recordKey(asked.target)];
    return this.#database
      .statement(
        `SELECT step, slice, source_key, target_key FROM ids
         WHERE run = ? AND object = ? AND ${column} = ? ORDER BY step, slice, source_key LIMIT ?`,
      )
      .all(asked.run, asked.object, key, BigInt(asked.most))
      .map(([step, slice, source, target]) => readableId(step, slice, { source, target }));
  }

  partial(relation: string): PartialFile | undefined {
    const row = this.#database
      .statement('SELECT bytes, base, inode FROM partials WHERE relation = ?')
      .first(relation);
    return row && { relation, bytes: Number(row[0]), base: String(row[1]), inode: String(row[2]) };
  }

  partials(): PartialFile[] {
    const rows = this.#database.statement('SELECT relation FROM partials ORDER BY relation').all();
    return rows.flatMap(([relation]) => this.partial(String(relation)) ?? []);
  }

  setPartial({ relation, bytes, base, inode }: PartialFile): void {
    this.#database
      .statement('INSERT OR REPLACE INTO partials VALUES (?, ?, ?, ?)')
      .run(relation, bytes, base, inode);
  }

  /** A partial file that holds no more than the one in place it began as is forgotten. */
  dropUnchangedPartial(relation: string): void {
    this.#database.transaction(() => {
      const partial = this.partial(relation);
      if (partial === undefined || !partial.base.includes(`, ${partial.bytes} bytes,`)) return;
      this.removePartial(relation);
      rmSync(this.partialPath(relation), { force: true });
    });
  }

  removePartial(relation: string): void {
    this.#database.statement('DELETE FROM partials WHERE relation = ?').run(relation);
  }

  /** What becomes of the rows once the bytes of a slice are gone: `kept` is what stays of it, null when nothing does. */
  forgetSlice(
    slice: StoredSlice,
    kept: { records: Uint8Array; keys: Uint8Array } | null,
    removedBytes: number,
  ): void {
    const { run, step, relation, to } = slice;
    if (kept === null) {
      this.#database
        .statement('DELETE FROM slices WHERE run = ? AND step = ? AND slice = ?')
        .run(run, step, slice.slice);
      this.#database
        .statement('DELETE FROM ids WHERE run = ? AND step = ? AND slice = ?')
        .run(run, step, slice.slice);
    } else {
      this.#database
        .statement(
          `UPDATE slices SET records = ?, keys = ?, digest = '' WHERE run = ? AND step = ? AND slice = ?`,
        )
        .run(kept.records, kept.keys, run, step, slice.slice);
    }
    this.#database
      .statement('UPDATE slices SET "from" = "from" - ?, "to" = "to" - ? WHERE relation = ? AND "from" >= ?')
      .run(removedBytes, removedBytes, relation, to);
  }

  /** Announces a change of a file in place; durable before the file is touched. */
  announce(intent: Intent): void {
    this.#database.transaction(() => {
      this.#database
        .statement('INSERT OR REPLACE INTO intents VALUES (?, ?)')
        .run(intent.relation, JSON.stringify(intent));
    });
  }

  /** Completes what was announced and did happen, forgets what did not. */
  complete(): void {
    this.#database.transaction(() => this.#recover());
  }

  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }

  #recover(): void {
    for (const [content] of this.#database.statement('SELECT content FROM intents').all()) {
      const intent = JSON.parse(String(content)) as Intent;
      if (happened(intent)) {
        const { slice, kept, removedBytes } = decodeAfter(intent.after);
        this.forgetSlice(slice, kept, removedBytes);
        const partial = this.partial(intent.relation);
        if (partial !== undefined) this.setPartial({ ...partial, bytes: intent.to, inode: intent.inode });
      } else rmSync(intent.newPath, { force: true });
      this.#database.statement('DELETE FROM intents WHERE relation = ?').run(intent.relation);
    }
  }
}

function happened(intent: Intent): boolean {
  const status = statSync(intent.path, { throwIfNoEntry: false, bigint: true });
  if (status === undefined) return false;
  return intent.kind === 'swap' ? String(status.ino) === intent.inode : Number(status.size) === intent.to;
}

interface After {
  readonly slice: StoredSlice;
  readonly kept: { readonly records: Uint8Array; readonly keys: Uint8Array } | null;
  readonly removedBytes: number;
}

export function encodeAfter(after: After): string {
  return JSON.stringify(after, (_name, value: unknown) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
  );
}

function decodeAfter(text: string): After {
  return JSON.parse(text, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && 'base64' in value
      ? new Uint8Array(Buffer.from(String(value.base64), 'base64'))
      : value,
  ) as After;
}

/** Makes names in a folder durable. */
export function flushFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

export function renameInto(from: string, to: string, folder: string): void {
  renameSync(from, to);
  flushFolder(folder);
}

export function cutTo(path: string, bytes: number): void {
  if (!existsSync(path) || statSync(path).size <= bytes) return;
  truncateSync(path, bytes);
  const handle = openSync(path, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
