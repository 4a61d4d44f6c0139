import type { Clock, SigningKey } from '../host/index.ts';
import { hex } from '../model/index.ts';
import { claimedCheckpoint, signCheckpoint } from './checkpoint.ts';
import { CopyOfLines } from './copy-of-lines.ts';
import { type Entry, entryLine, linkTo, type NewEvent, type PreparedEvent, prepareEvent } from './entry.ts';
import { ledgerDamaged } from './faults.ts';
import type { Ledger } from './ledger.ts';
import {
  keepCheckpoint,
  keptCheckpoints,
  type LedgerFolder,
  ledgerFolder,
  makeLedgerFolder,
} from './ledger-folder.ts';
import { LedgerTail } from './ledger-tail.ts';
import type { LineStore, LockedLines } from './line-store.ts';
import { showLedger } from './show-ledger.ts';
import { noteText, withLinesOf } from './signed-note.ts';

/**
 * The ledger in a store that several machines write to, with a copy in a folder of each: the folder of a `FileLedger`, which
 * readers, offers and bundles take as it is.
 *
 * Invariants: 1. everything that is written is written while nobody else writes, after what others wrote in between was read and
 * found to continue the chain. 2. nothing is added to a store that lost or changed a line this folder has seen, or that is
 * shorter than or different from what a kept checkpoint says. 3. a line is in the store before it is in the copy. 4. an answer
 * that was lost on the way makes no event twice: whether the lines are there is asked of the store.
 */
export class StoredLedger implements Ledger {
  readonly #place: LedgerFolder;
  readonly #origin: string;
  readonly #clock: Clock;
  readonly #store: LineStore;
  readonly #tail: LedgerTail;
  readonly #copy: CopyOfLines;
  #waiting: PreparedEvent[] = [];
  /** Lines of the first events that wait, when they were sent and nobody said whether they arrived. */
  #unanswered: readonly Uint8Array[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #flushing: Promise<void> | null = null;

  constructor(options: StoredLedgerOptions) {
    this.#place = ledgerFolder(options.folder);
    this.#origin = options.origin;
    this.#clock = options.clock;
    this.#store = options.store;
    makeLedgerFolder(this.#place);
    this.#tail = new LedgerTail(new Set(this.#claims().map(({ size }) => size)));
    this.#copy = new CopyOfLines(this.#place.entries, this.#tail);
  }

  append(events: readonly NewEvent[]): void {
    const time = this.#clock.now();
    const prepared = events.map((event) => prepareEvent(event, time));
    for (const event of prepared) this.#waiting.push(event);
  }

  flush(): Promise<void> {
    this.#flushing ??= this.#commitTogether();
    return this.#flushing;
  }

  async checkpoint(key: SigningKey): Promise<string> {
    await this.flush();
    return await this.#inTurn(async () => await this.#sign(key));
  }

  async #sign(key: SigningKey): Promise<string> {
    return await this.#alone(async (lines) => {
      const { size, range } = this.#tail;
      const note = signCheckpoint({ origin: this.#origin, size, root: range.root() }, key);
      const kept = keptCheckpoints(this.#place).find((one) => one.startsWith(note));
      if (kept !== undefined) return kept;
      await lines.keepNote(size, note);
      keepCheckpoint(this.#place, size, note);
      return note;
    });
  }

  /** What others wrote comes into the copy, and what witnesses signed goes both ways. */
  async refresh(): Promise<void> {
    await this.#inTurn(async () => await this.#alone(async (lines) => await this.#exchangeNotes(lines)));
  }

  entries(): Iterable<Entry> {
    return showLedger(this.#place.folder);
  }

  /** The store is its opener's to end. */
  [Symbol.dispose](): void {
    this.#waiting = [];
  }

  async #commitTogether(): Promise<void> {
    // Lets every caller of this turn bring its events first.
    await Promise.resolve();
    this.#flushing = null;
    await this.#inTurn(async () => await this.#write());
  }

  async #write(): Promise<void> {
    if (this.#waiting.length === 0) return;
    const written = await this.#alone(async (lines) => {
      const fresh = this.#linesOf(this.#waiting);
      if (fresh.length > 0) await lines.append(this.#tail.size, fresh);
      this.#unanswered = fresh;
      return fresh;
    });
    this.#unanswered = [];
    this.#waiting = this.#waiting.slice(written.length);
    this.#copy.take(written);
  }

  #linesOf(events: readonly PreparedEvent[]): readonly Uint8Array[] {
    let { link, size } = this.#tail;
    return events.map((event) => {
      size += 1;
      const line = Buffer.from(entryLine(event, size, link));
      link = linkTo(line);
      return line;
    });
  }

  /** One after the other, since the tail is one. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #alone<Result>(work: (lines: LockedLines) => Promise<Result>): Promise<Result> {
    return await this.#store.alone(async (lines) => {
      await this.#catchUp(lines);
      return await work(lines);
    });
  }

  async #catchUp(lines: LockedLines): Promise<void> {
    this.#copy.catchUp();
    const { size, last } = this.#tail;
    const fresh: Uint8Array[] = [];
    let met = size === 0;
    // The last line that was seen names all before it: where it is the same, nothing was lost or changed up to there.
    for await (const line of lines.after(Math.max(0, size - 1))) {
      if (met) fresh.push(line);
      else if (last !== null && Buffer.compare(line, last) === 0) met = true;
      else
        throw ledgerDamaged(
          this.#store.place,
          `entry ${size} is not the one that ${this.#place.entries} holds`,
        );
    }
    if (!met)
      throw ledgerDamaged(
        this.#store.place,
        `it ends before entry ${size}, which ${this.#place.entries} holds: entries are missing`,
      );
    this.#copy.take(fresh);
    this.#compareWithCheckpoints();
    const [first] = this.#unanswered;
    if (first !== undefined && fresh.some((line) => Buffer.compare(line, first) === 0))
      this.#waiting = this.#waiting.slice(this.#unanswered.length);
    this.#unanswered = [];
  }

  #compareWithCheckpoints(): void {
    for (const { size, root } of this.#claims()) {
      const own = this.#tail.roots.get(size);
      if (size > this.#tail.size)
        throw ledgerDamaged(
          this.#store.place,
          `it ends after entry ${this.#tail.size}, a checkpoint covers ${size}: entries are missing`,
        );
      if (own !== undefined && own !== hex(root))
        throw ledgerDamaged(
          this.#store.place,
          `entries 1 to ${size} are not the ones a checkpoint was signed over`,
        );
    }
  }

  async #exchangeNotes(lines: LockedLines): Promise<void> {
    const stored = new Map((await lines.notes()).map((note) => [claimedCheckpoint(note).size, note]));
    const kept = new Map(keptCheckpoints(this.#place).map((note) => [claimedCheckpoint(note).size, note]));
    for (const size of new Set([...stored.keys(), ...kept.keys()])) {
      const [there, here] = [stored.get(size), kept.get(size)];
      if (there !== undefined && here !== undefined && noteText(there) !== noteText(here))
        throw ledgerDamaged(
          this.#store.place,
          `it keeps another checkpoint of ${size} entries than this folder`,
        );
      const both = there === undefined ? here : here === undefined ? there : withLinesOf(here, there);
      if (both === undefined) continue;
      if (both !== there) await lines.keepNote(size, both);
      if (both !== here) keepCheckpoint(this.#place, size, both);
    }
  }

  #claims(): readonly { readonly size: number; readonly root: Uint8Array }[] {
    return keptCheckpoints(this.#place).map(claimedCheckpoint);
  }
}

export interface StoredLedgerOptions {
  /** Where this machine keeps its copy. */
  readonly folder: string;
  readonly origin: string;
  readonly clock: Clock;
  readonly store: LineStore;
}
