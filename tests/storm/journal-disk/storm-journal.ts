import { type Journal, openSqliteJournal } from '../../../src/engine/index.ts';
import type { SqliteStore } from '../../../src/host/index.ts';
import { isGodwitError } from '../../../src/model/index.ts';
import { Draw } from '../draw.ts';
import {
  drawCall,
  firstCall,
  type JournalCall,
  movingClock,
  openSeal,
  promisedJournal,
  refusalOf,
  run,
} from './journal-calls.ts';
import { contentOf, firstDifference } from './journal-content.ts';
import { type DiskEnd, SimulatedDisk } from './simulated-disk.ts';
import { type loadSqlite, WasmSqlite } from './wasm-sqlite.ts';

const path = '/journal.sqlite';

export interface JournalStormOutcome {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly calls: number;
  readonly powerCuts: number;
  readonly kills: number;
  readonly fullDisks: number;
}

/**
 * The SQLite journal itself on a simulated disk, held against the simulated one: what was promised is there after every power
 * cut and every kill, and of the call they cut off all or nothing; a full disk takes nothing away.
 *
 * @param weaken what a test changes in the statements of the journal, to see that it is noticed
 */
export async function stormJournal(
  sqlite: Awaited<ReturnType<typeof loadSqlite>>,
  seed: number,
  weaken: (sql: string) => string = (sql) => sql,
): Promise<JournalStormOutcome> {
  const draw = new Draw(seed);
  const disk = new SimulatedDisk(`disk-${seed}`, draw.branch());
  sqlite.registerVFS(disk, false);
  return new JournalStorm(seed, draw, disk, () => weakened(new WasmSqlite(sqlite, disk, path), weaken)).run();
}

function weakened(file: WasmSqlite, weaken: (sql: string) => string): SqliteStore {
  return {
    run: (sql) => file.run(weaken(sql)),
    statement: (sql) => file.statement(sql),
    transaction: (work) => file.transaction(work),
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

class JournalStorm {
  readonly #seed: number;
  readonly #draw: Draw;
  readonly #disk: SimulatedDisk;
  readonly #openFile: () => SqliteStore;
  /** What was promised, and what may be known of the call that was cut off. */
  readonly #promised: Journal = promisedJournal();
  readonly #violations: string[] = [];
  readonly #told = { calls: 0, powerCuts: 0, kills: 0, fullDisks: 0 };
  readonly #clock = movingClock();
  #journal: Journal | null = null;
  #next: DiskEnd = 'kill';

  constructor(seed: number, draw: Draw, disk: SimulatedDisk, openFile: () => SqliteStore) {
    this.#seed = seed;
    this.#draw = draw;
    this.#disk = disk;
    this.#openFile = openFile;
  }

  async run(): Promise<JournalStormOutcome> {
    for (const journal of [(this.#journal = this.#open()), this.#promised]) await firstCall(journal);
    for (let left = this.#draw.between(5, 40); left > 0 && this.#violations.length === 0; left -= 1) {
      await this.#brew();
      await this.#one(await drawCall(this.#draw, this.#promised));
    }
    this.#disk.full = false;
    await this.#compare('at the end', null);
    await this.#journal?.[Symbol.asyncDispose]();
    return { seed: this.#seed, violations: this.#violations, ...this.#told };
  }

  /** What comes over the next call, or one of those behind it. */
  async #brew(): Promise<void> {
    if (this.#draw.chance(0.1)) await this.#closeQuietly();
    this.#disk.full = this.#draw.chance(0.1);
    if (!this.#draw.chance(0.25)) return;
    this.#next = this.#draw.chance(0.6) ? 'power-cut' : 'kill';
    this.#disk.endAfter(this.#draw.between(1, 40), this.#next);
  }

  /** The call on the disk, and then on the journal that only promises. */
  async #one(call: JournalCall): Promise<void> {
    this.#told.calls += 1;
    try {
      this.#journal ??= this.#open();
      await call(this.#journal);
    } catch (error) {
      await this.#failed(error, call);
      return;
    }
    await call(this.#promised).catch(() => undefined);
    if (this.#disk.ended) await this.#failed(null, null);
  }

  async #failed(error: unknown, call: JournalCall | null): Promise<void> {
    if (this.#disk.ended) {
      await this.#closeQuietly();
      this.#disk.restart();
      this.#disk.full = false;
      this.#told[this.#next === 'kill' ? 'kills' : 'powerCuts'] += 1;
      await this.#compare('after an end', call);
      if (this.#violations.length === 0) await this.#makeFast();
    } else if (this.#disk.full) {
      this.#told.fullDisks += 1;
      this.#disk.full = false;
      await this.#compare('after a full disk', call);
    } else if (isGodwitError(error)) {
      // Both say no to it, for the same reason.
      const refused = call && (await refusalOf(call, this.#promised));
      if (refused !== error.code) this.#violations.push(`refused with ${error.code}, not with ${refused}`);
    } else this.#violations.push(`failed: ${String(error)}`);
  }

  /**
   * What a killed process was not promised may be there for the next one and lie in the machine's memory only. The engine writes
   * before it acts on what it read (`run-step.ts`: the state of the step, and since when), and that makes all of it durable.
   */
  async #makeFast(): Promise<void> {
    for (const journal of [this.#journal, this.#promised]) await journal?.setRunState(run, 'running', null);
  }

  #open(): Journal {
    return openSqliteJournal({ path, seal: openSeal, clock: this.#clock, openFile: this.#openFile });
  }

  /** What the end has left open cannot always be closed. */
  async #closeQuietly(): Promise<void> {
    const journal = this.#journal;
    this.#journal = null;
    try {
      await journal?.[Symbol.asyncDispose]();
    } catch (error) {
      if (!this.#disk.ended && !this.#disk.full) throw error;
    }
  }

  /** @param call that was cut off: all of it may be there, or nothing */
  async #compare(when: string, call: JournalCall | null): Promise<void> {
    const found = await this.#found();
    const before = await contentOf(this.#promised);
    if (found === before) return;
    await call?.(this.#promised).catch(() => undefined);
    const behind = await contentOf(this.#promised);
    if (found === behind) return;
    this.#violations.push(`${when}: ${firstDifference(found, before)}; ${firstDifference(found, behind)}`);
  }

  /** What is there; an end that comes while it is read is one more. */
  async #found(): Promise<string> {
    try {
      this.#journal ??= this.#open();
      return await contentOf(this.#journal);
    } catch (error) {
      if (!this.#disk.ended) return `it cannot be read: ${String(error)}`;
      await this.#closeQuietly();
      this.#disk.restart();
      return this.#found();
    }
  }
}
