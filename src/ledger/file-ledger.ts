import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from 'node:fs';
import { type Clock, type SigningKey, SqliteFile } from '../host/index.ts';
import { hex } from '../model/index.ts';
import { claimedCheckpoint, signCheckpoint } from './checkpoint.ts';
import { type Entry, entryLine, linkTo, type NewEvent, type PreparedEvent, prepareEvent } from './entry.ts';
import { ledgerBusy, ledgerDamaged, ledgerWriteFailed } from './faults.ts';
import type { Ledger } from './ledger.ts';
import {
  keepCheckpoint,
  keepFragment,
  keptCheckpoints,
  keptFragments,
  type LedgerFolder,
  ledgerFolder,
  makeLedgerFolder,
} from './ledger-folder.ts';
import { LedgerTail, tornLineRepaired } from './ledger-tail.ts';
import { readLines } from './read-lines.ts';
import { showLedger } from './show-ledger.ts';

/**
 * The ledger as files in a folder. Any number of processes may append to one folder.
 *
 * Invariants: 1. everything that is written is written while the lock is held, after what others wrote in between was read
 * and found to continue the chain. 2. nothing is added to a ledger that does not hang together, or that is shorter than or
 * different from what a kept checkpoint says. 3. what a crash tore off the end is kept in `torn/` before it is cut away,
 * and the ledger speaks of it in an entry, also when that repair is interrupted.
 *
 * The lock is a write transaction on an empty SQLite file: the system releases it when the process dies, however it dies;
 * a lock file with a process id would outlive `kill -9`, and Node has no flock.
 */
export class FileLedger implements Ledger {
  readonly #place: LedgerFolder;
  readonly #origin: string;
  readonly #clock: Clock;
  readonly #lock: SqliteFile;
  readonly #tail: LedgerTail;
  #waiting: PreparedEvent[] = [];
  #flushing: Promise<void> | null = null;

  private constructor(options: FileLedgerOptions) {
    this.#place = ledgerFolder(options.folder);
    this.#origin = options.origin;
    this.#clock = options.clock;
    makeLedgerFolder(this.#place);
    this.#lock = new SqliteFile(this.#place.lock, { busyTimeoutMs: options.busyTimeoutMs ?? 10_000 });
    this.#tail = new LedgerTail(new Set(this.#claims().map(({ size }) => size)));
  }

  static open(options: FileLedgerOptions): FileLedger {
    const ledger = new FileLedger(options);
    try {
      ledger.#alone(() => {
        ledger.#catchUp();
        ledger.#compareWithCheckpoints();
      });
    } catch (error) {
      ledger[Symbol.dispose]();
      throw error;
    }
    return ledger;
  }

  append(events: readonly NewEvent[]): void {
    const time = this.#clock.now();
    // Content without a canonical form is refused here, where its writer stands, and then none of the events is taken.
    const prepared = events.map((event) => prepareEvent(event, time));
    for (const event of prepared) this.#waiting.push(event);
  }

  flush(): Promise<void> {
    this.#flushing ??= this.#commitTogether();
    return this.#flushing;
  }

  async checkpoint(key: SigningKey): Promise<string> {
    await this.flush();
    return this.#alone(() => {
      this.#catchUp();
      const { size, range } = this.#tail;
      const note = signCheckpoint({ origin: this.#origin, size, root: range.root() }, key);
      // Signed again it is the same text; the one that is kept may carry what witnesses put beside it.
      const kept = keptCheckpoints(this.#place).find((one) => one.startsWith(note));
      if (kept !== undefined) return kept;
      keepCheckpoint(this.#place, size, note);
      return note;
    });
  }

  /** The files are the ledger: whoever reads them sees what is there. */
  async refresh(): Promise<void> {}

  entries(): Iterable<Entry> {
    return showLedger(this.#place.folder);
  }

  [Symbol.dispose](): void {
    this.#lock[Symbol.dispose]();
  }

  async #commitTogether(): Promise<void> {
    // Lets every caller of this turn bring its events first.
    await Promise.resolve();
    this.#flushing = null;
    this.#commit();
  }

  #commit(): void {
    if (this.#waiting.length === 0) return;
    this.#alone(() => {
      this.#catchUp();
      this.#write(this.#waiting);
    });
    this.#waiting = [];
  }

  #alone<Result>(work: () => Result): Result {
    try {
      this.#lock.run('BEGIN IMMEDIATE');
    } catch (cause) {
      throw isBusy(cause) ? ledgerBusy(this.#place.lock, cause) : ledgerWriteFailed(this.#place.lock, cause);
    }
    try {
      return work();
    } finally {
      this.#lock.run('ROLLBACK');
    }
  }

  /** Reads what others have written since, and repairs what one of them left torn. */
  #catchUp(): void {
    this.#refuseShorter();
    const bad = this.#takeLines();
    if (bad !== null) {
      const torn = this.#tornFragment(bad);
      this.#compareWithCheckpoints();
      this.#cutOff(torn);
    }
    const unspoken = keptFragments(this.#place).filter(({ digest }) => !this.#tail.repaired.has(digest));
    if (unspoken.length === 0) return;
    const time = this.#clock.now();
    this.#write(
      unspoken.map((body) => prepareEvent({ type: tornLineRepaired, actor: 'ledger', body }, time)),
    );
  }

  #refuseShorter(): void {
    const bytes = statSync(this.#place.entries, { throwIfNoEntry: false })?.size;
    if (bytes === undefined || bytes < this.#tail.offset)
      throw ledgerDamaged(
        this.#place.entries,
        `it lost its end while it was open (${bytes ?? 0} bytes are left)`,
      );
  }

  /** What is wrong with the first line that does not continue the chain; null when all do. */
  #takeLines(): string | null {
    for (const { bytes, ended } of readLines(this.#place.entries, this.#tail.offset)) {
      const wrong = ended ? this.#tail.take(bytes) : 'has no end';
      if (wrong !== null) return wrong;
    }
    return null;
  }

  /**
   * The rest of the file when a crash can have left it so: one line without its end, or pages of zeros where the disk had
   * made room but not yet written. Anything else was changed by somebody, and is not ours to repair.
   */
  #tornFragment(wrong: string): Uint8Array {
    const rest = readFileSync(this.#place.entries).subarray(this.#tail.offset);
    if (rest.includes(0) || !rest.includes(0x0a)) return rest;
    throw ledgerDamaged(this.#place.entries, `entry ${this.#tail.size + 1} ${wrong}`);
  }

  #compareWithCheckpoints(): void {
    for (const { size, root } of this.#claims()) {
      if (size > this.#tail.size)
        throw ledgerDamaged(
          this.#place.entries,
          `it ends after entry ${this.#tail.size}, a checkpoint covers ${size}: entries are missing`,
        );
      const own = this.#tail.roots.get(size);
      if (own !== undefined && own !== hex(root))
        throw ledgerDamaged(
          this.#place.entries,
          `entries 1 to ${size} are not the ones a checkpoint was signed over`,
        );
    }
  }

  #claims(): readonly { readonly size: number; readonly root: Uint8Array }[] {
    return keptCheckpoints(this.#place).map(claimedCheckpoint);
  }

  #cutOff(fragment: Uint8Array): void {
    keepFragment(this.#place, this.#tail.offset, fragment);
    const file = openSync(this.#place.entries, 'r+');
    try {
      ftruncateSync(file, this.#tail.offset);
      fdatasyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  #write(events: readonly PreparedEvent[]): void {
    let { link, size } = this.#tail;
    const lines = events.map((event) => {
      size += 1;
      const line = Buffer.from(entryLine(event, size, link));
      link = linkTo(line);
      return line;
    });
    appendDurably(this.#place.entries, lines, this.#tail.offset);
    for (const line of lines) this.#tail.take(line);
  }
}

export interface FileLedgerOptions {
  readonly folder: string;
  /** Names the ledger in its checkpoints: `godwit/<project>`, without spaces and plus signs. */
  readonly origin: string;
  readonly clock: Clock;
  readonly busyTimeoutMs?: number;
}

const lineFeed = Buffer.from('\n');

/** Writes all lines and returns when they are on the disk, or leaves the file as long as it was. */
function appendDurably(path: string, lines: readonly Buffer[], offset: number): void {
  const content = Buffer.concat(lines.flatMap((line) => [line, lineFeed]));
  const file = openSync(path, 'r+');
  try {
    for (let at = 0; at < content.length; )
      at += writeSync(file, content, at, content.length - at, offset + at);
    fdatasyncSync(file);
  } catch (cause) {
    ftruncateSync(file, offset);
    throw ledgerWriteFailed(path, cause);
  } finally {
    closeSync(file);
  }
}

/** A full or read-only disk also refuses the lock, and waiting would not help. */
function isBusy(cause: unknown): boolean {
  return cause instanceof Error && 'errcode' in cause && (Number(cause.errcode) & 0xff) === sqliteBusy;
}

const sqliteBusy = 5;
