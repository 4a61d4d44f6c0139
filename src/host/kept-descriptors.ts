import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/**
 * Descriptors by which this process looks at the bytes of files that SQLite has open as well.
 *
 * A process loses all its POSIX locks on a file as soon as it closes any descriptor of it, those that SQLite holds in other
 * threads included (https://www.sqlite.org/howtocorrupt.html, 2.2). A file that was looked at and closed would be free for
 * writers in the middle of a reading transaction.
 *
 * Invariants: 1. a descriptor is closed only when the last connection to its database is. 2. one file has one descriptor. 3. it
 * is of the file that stands at the path now. 4. only the main thread opens any, for a thread closes its own when it ends;
 * others are handed the number, and have their connections closed before the main thread closes its last one.
 */
class KeptDescriptors {
  readonly #connections = new Map<string, number>();
  readonly #ofDatabase = new Map<string, Map<string, number>>();

  /** Names the database for the two others; null where there is no file, as in memory. */
  connected(path: string): string | null {
    const database = nameOf(path);
    if (database !== null) this.#connections.set(database, (this.#connections.get(database) ?? 0) + 1);
    return database;
  }

  /** After the connection was closed. */
  disconnected(database: string): void {
    const left = (this.#connections.get(database) ?? 1) - 1;
    this.#connections.set(database, left);
    if (left > 0) return;
    this.#connections.delete(database);
    for (const descriptor of this.#ofDatabase.get(database)?.values() ?? []) closeSync(descriptor);
    this.#ofDatabase.delete(database);
  }

  /** Of the database's file, or of one beside it; null where there is none, or none that may be read. */
  of(database: string, path: string): number | null {
    if (!isMainThread) throw new RangeError('a thread would close the descriptor when it ends');
    const known = this.#ofDatabase.get(database) ?? new Map<string, number>();
    this.#ofDatabase.set(database, known);
    const name = nameOf(path);
    const kept = name === null ? undefined : known.get(name);
    if (name === null || kept !== undefined) return kept ?? null;
    let opened: number;
    try {
      opened = openSync(path, 'r');
    } catch {
      return null;
    }
    // Another file may have come to the path in between: whatever it is, it is kept as what it is.
    known.set(named(fstatSync(opened, { bigint: true })), opened);
    return known.get(name) ?? null;
  }
}

/** One for the process, as its locks are. */
export const keptDescriptors: KeptDescriptors = new KeptDescriptors();

function nameOf(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found?.isFile() ? named(found) : null;
}

function named({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`;
}
