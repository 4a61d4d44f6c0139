import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SqliteFile } from '../../host/index.ts';
import type { Fingerprint } from '../../model/index.ts';
import type { CheckResult, Creates, OpenContext, OpenSystem, Undoes } from '../port.ts';
import type { SqliteAddress } from './address.ts';
import { checkFile } from './check.ts';
import { SqliteCreates } from './create.ts';
import { threadsMax } from './exports.ts';
import { inWords, sqliteFault } from './faults.ts';
import { fingerprintOf } from './fingerprint.ts';
import { holdsOf } from './holds.ts';
import { inspectFile } from './inspect.ts';
import { openAndLook } from './open-file.ts';
import { positionOf } from './position.ts';
import { SqliteSnapshot } from './snapshot.ts';
import { stagesMax } from './stage-slice.ts';
import { SqliteUndoes } from './undo.ts';
import { SqliteWrites } from './write.ts';
import { WriterConnection } from './writer-connection.ts';

/** Opens an SQLite file. A source is opened read-only; a missing file is never created. */
export function openFile(named: SqliteAddress, context: OpenContext): OpenSystem {
  const address = { ...named, path: resolve(named.path) };
  const { path } = address;
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw sqliteFault.missingFile(path);
  if (!found.isFile()) throw sqliteFault.noFile(path);
  return inWords({ file: path }, () => {
    // The writing connection first: it recovers what a killed writer left, which a reading one must not.
    const writer = context.role === 'source' ? null : new WriterConnection(address, context);
    try {
      return new OpenSqliteFile(address, context, openAndLook(address, { readOnly: true }), writer);
    } catch (error) {
      writer?.[Symbol.dispose]();
      throw error;
    }
  });
}

class OpenSqliteFile implements OpenSystem {
  readonly kind = 'sqlite';
  readonly name: string;
  readonly inspects: OpenSystem['inspects'];
  readonly reads: OpenSystem['reads'];
  readonly writes: SqliteWrites | null;
  readonly undoes: Undoes | null;
  readonly creates: Creates | null;
  readonly #address: SqliteAddress;
  readonly #path: string;
  readonly #role: OpenContext['role'];
  readonly #reading: SqliteFile;
  readonly #writer: WriterConnection | null;

  constructor(
    address: SqliteAddress,
    context: OpenContext,
    reading: SqliteFile,
    writer: WriterConnection | null,
  ) {
    this.name = context.name;
    this.#address = address;
    this.#path = address.path;
    this.#role = context.role;
    this.#reading = reading;
    this.#writer = writer;
    this.inspects = { inspect: async () => this.#atOneMoment(() => inspectFile(reading)), holds: holdsOf };
    this.reads = { snapshot: async () => this.#snapshot(context.signal) };
    this.writes = writer && new SqliteWrites(writer, context);
    this.undoes = writer && new SqliteUndoes(writer);
    this.creates = writer && new SqliteCreates(writer, address);
  }

  async fingerprint(): Promise<Fingerprint> {
    return fingerprintOf(this.#path);
  }

  /** A target has one writer; while it writes a slice the next one is staged. */
  async slicesAtOnceMax(): Promise<number> {
    return this.#role === 'source' ? threadsMax : stagesMax;
  }

  async describe(): Promise<{ readonly version: string; readonly tzdata: string }> {
    const version = String(this.#reading.statement('SELECT sqlite_version()').first()?.[0]);
    return { version: `SQLite ${version}`, tzdata: 'none: SQLite knows no time zones' };
  }

  async check(): Promise<readonly CheckResult[]> {
    return checkFile(this.#reading, this.#path, this.#role);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.writes?.[Symbol.asyncDispose]();
    this.#reading[Symbol.dispose]();
    this.#writer?.[Symbol.dispose]();
  }

  #snapshot(signal: AbortSignal): SqliteSnapshot {
    return inWords({ file: this.#path }, () => {
      const position = positionOf(this.#reading, this.#path);
      return new SqliteSnapshot(
        openAndLook(this.#address, { readOnly: true }),
        this.#address,
        position,
        signal,
      );
    });
  }

  #atOneMoment<Result>(work: () => Result): Result {
    return inWords({ file: this.#path }, () => {
      this.#reading.run('BEGIN');
      try {
        return work();
      } finally {
        this.#reading.run('COMMIT');
      }
    });
  }
}
