import { inHalves } from './in-halves.ts';
import type { UndoEntry } from './undo-pack.ts';
import type { UndoStatements } from './undo-statements.ts';

export interface RefusedEntry<Entry> {
  readonly entry: Entry;
  readonly reason: string;
}

export interface UndoOutcome<Entry> {
  readonly removed: number;
  readonly restored: number;
  readonly refused: readonly RefusedEntry<Entry>[];
}

/**
 * Undoes records in the order that takes most of them back: those that somebody changed since are refused, those that others
 * depend on wait until nothing more helps, and a statement that fails is halved until the record to blame is found.
 *
 * Invariants: 1. every entry is undone or refused, once. 2. a refused record is as it was found. 3. nothing is undone that is
 * not as the slice left it.
 */
export class EntryUndoer<Entry extends UndoEntry> {
  readonly #statements: UndoStatements<Entry>;
  readonly #refused: RefusedEntry<Entry>[] = [];

  constructor(statements: UndoStatements<Entry>) {
    this.#statements = statements;
  }

  async undo(all: readonly Entry[]): Promise<UndoOutcome<Entry>> {
    const removals: Entry[] = [];
    const restorations: Entry[] = [];
    for (const entries of this.#slices(all))
      for (const entry of await this.#unchanged(entries))
        (entry.before === null ? removals : restorations).push(entry);
    const removed = await this.#removeAll(removals);
    let restored = 0;
    for (const entries of this.#slices(restorations))
      restored += await this.#orHalve(entries, async (some) => this.#statements.restore(some));
    return { removed, restored, refused: this.#refused };
  }

  /** Without a key as many records go as were added with this content, whichever of them they are. */
  async undoByContent(all: readonly Entry[]): Promise<UndoOutcome<Entry>> {
    const gone = new Map(await this.#statements.removeByContent(all));
    const removed = [...gone.values()].reduce((sum, many) => sum + many, 0);
    for (const entry of all) {
      const left = gone.get(entry.after) ?? 0;
      if (left > 0) gone.set(entry.after, left - 1);
      else this.#refuse(entry, 'no record with this content is there any more');
    }
    return { removed, restored: 0, refused: this.#refused };
  }

  /** Those that are as the slice left them, locked; the others are refused. */
  async #unchanged(entries: readonly Entry[]): Promise<Entry[]> {
    const digests = await this.#statements.digests(entries);
    return entries.filter((entry, at) => {
      const digest = digests.get(at);
      if (digest === entry.after) return true;
      const gone = digest === undefined;
      this.#refuse(entry, gone ? 'it is not there under this key any more' : 'somebody changed it since');
      return false;
    });
  }

  /** Again and again while it helps: a record may be kept only by another that goes later. */
  async #removeAll(entries: readonly Entry[]): Promise<number> {
    let waiting = entries;
    let removed = 0;
    for (;;) {
      const before = this.#refused.length;
      let done = 0;
      for (const some of this.#slices(waiting)) {
        const free = await this.#withoutDependents(some);
        done += await this.#orHalve(free, async (part) => this.#statements.remove(part));
      }
      removed += done;
      const refused = this.#refused.slice(before);
      if (refused.length === 0 || done === 0) return removed;
      this.#refused.length = before;
      waiting = refused.map(({ entry }) => entry);
    }
  }

  async #withoutDependents(entries: readonly Entry[]): Promise<Entry[]> {
    const found = await this.#statements.dependents(entries);
    return entries.filter((entry, at) => {
      const by = found.get(at);
      if (by !== undefined) this.#refuse(entry, `records of ${by} depend on it and would be changed with it`);
      return by === undefined;
    });
  }

  /** Answers with the number of entries that were undone; what fails alone is refused. */
  async #orHalve(all: readonly Entry[], act: (entries: readonly Entry[]) => Promise<void>): Promise<number> {
    const done = await inHalves<Entry, number, string>(
      all,
      async (entries) => {
        const failure = await this.#statements.attempt(async () => act(entries));
        return failure === null ? { result: entries.length } : { failure };
      },
      (entry, reason) => this.#refuse(entry, reason),
    );
    return done.reduce((sum, many) => sum + many, 0);
  }

  #refuse(entry: Entry, reason: string): void {
    this.#refused.push({ entry, reason });
  }

  *#slices(entries: readonly Entry[]): Generator<readonly Entry[]> {
    const { entriesMax } = this.#statements;
    for (let at = 0; at < entries.length; at += entriesMax) yield entries.slice(at, at + entriesMax);
  }
}
