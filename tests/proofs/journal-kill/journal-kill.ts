import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from '../../../src/engine/index.ts';
import { openSqliteJournal } from '../../../src/engine/journal/sqlite-journal.ts';
import { SqliteFile } from '../../../src/host/index.ts';
import { Draw } from '../../storm/draw.ts';
import { movingClock, openSeal, promisedJournal } from '../../storm/journal-disk/journal-calls.ts';
import { contentOf, firstDifference } from '../../storm/journal-disk/journal-content.ts';
import { callAt } from './call-at.ts';
import { type LifeEnd, oneLife } from './one-life.ts';

/**
 * The SQLite journal, by the machine's own SQLite, in processes that are killed with SIGKILL, on a disk that is full at times:
 * what a call had promised is there afterwards, and of a call that was cut off all or nothing.
 */
export interface JournalKillOptions {
  /** A folder on a small file system of its own where `fills` is set. */
  readonly folder: string;
  readonly fills: boolean;
  readonly seed: number;
  /** Journals, one after the other. */
  readonly journals: number;
  /** Processes at work on each. */
  readonly lives: number;
  readonly say: (line: string) => void;
}

export interface JournalKillResult {
  journals: number;
  lives: number;
  kills: number;
  /** Kills between the beginning of a call and its promise. */
  killsWithinCall: number;
  /** Of those, how many calls were there whole all the same. */
  cutOffAndThere: number;
  livesOnFullDisk: number;
  /** Processes that ended because the disk took no more. */
  endedByFullDisk: number;
  /** How often all of it could be read while the disk was still full. */
  readWhileFull: number;
  callsPromised: number;
  readonly violations: string[];
}

export async function journalKill(options: JournalKillOptions): Promise<JournalKillResult> {
  const draw = new Draw(options.seed);
  const told: JournalKillResult = {
    journals: 0,
    lives: 0,
    kills: 0,
    killsWithinCall: 0,
    cutOffAndThere: 0,
    livesOnFullDisk: 0,
    endedByFullDisk: 0,
    readWhileFull: 0,
    callsPromised: 0,
    violations: [],
  };
  for (let at = 0; at < options.journals; at += 1) {
    const folder = join(options.folder, `journal-${at}`);
    mkdirSync(folder);
    const one = new KilledJournal(options, folder, options.seed + at, draw, told);
    for (let life = 0; life < options.lives; life += 1) await one.live();
    told.journals += 1;
    told.callsPromised += one.held;
    rmSync(folder, { recursive: true });
    options.say(`${told.kills} kills, ${told.endedByFullDisk} ends on a full disk, ${one.held} calls`);
  }
  return told;
}

class KilledJournal {
  readonly #options: JournalKillOptions;
  readonly #path: string;
  readonly #ballast: string;
  readonly #seed: number;
  readonly #draw: Draw;
  readonly #told: JournalKillResult;
  readonly #promised: Journal = promisedJournal();
  /** Calls the journal holds. */
  held = 0;

  constructor(
    options: JournalKillOptions,
    folder: string,
    seed: number,
    draw: Draw,
    told: JournalKillResult,
  ) {
    this.#options = options;
    this.#path = join(folder, 'journal.sqlite');
    this.#ballast = join(folder, 'ballast');
    this.#seed = seed;
    this.#draw = draw;
    this.#told = told;
  }

  async live(): Promise<void> {
    const full = this.#options.fills && this.#draw.chance(0.4);
    if (full) this.#fill(this.#draw.of([0, 8, 40, 100, 300]) * 1_024);
    const order = { path: this.#path, seed: this.#seed, held: this.held };
    const end = await oneLife(order, {
      callsBefore: this.#draw.below(this.#draw.of([1, 10, 60])),
      afterMs: this.#draw.below(3),
    });
    this.#count(end, full);
    if (full) await this.#lookWhileFull();
    rmSync(this.#ballast, { force: true });
    await this.#reconcile(end);
  }

  #count({ killed, cutOff, failed }: LifeEnd, full: boolean): void {
    const told = this.#told;
    told.lives += 1;
    if (killed) told.kills += 1;
    if (killed && cutOff) told.killsWithinCall += 1;
    if (full) told.livesOnFullDisk += 1;
    if (failed !== null && full) told.endedByFullDisk += 1;
    if (failed !== null && !full) this.#wrong(`it failed with room on its disk: ${failed}`);
  }

  /** Leaves so many bytes of the file system free. */
  #fill(leave: number): void {
    const { bavail, bsize } = statfsSync(this.#options.folder);
    const file = openSync(this.#ballast, 'w');
    const block = new Uint8Array(4_096);
    for (let left = bavail * bsize - leave; left >= block.length; left -= block.length)
      writeSync(file, block);
    closeSync(file);
  }

  /** On a full disk it may refuse to open; what it does not show then has to be there when there is room. */
  async #lookWhileFull(): Promise<void> {
    try {
      await this.#read();
      this.#told.readWhileFull += 1;
    } catch (error) {
      if (!isMachineFault(error)) throw error;
    }
  }

  async #reconcile({ promised, cutOff }: LifeEnd): Promise<void> {
    for (; this.held < promised; this.held += 1) await this.#promise();
    const found = await this.#read();
    const before = await contentOf(this.#promised);
    if (found === before) return;
    if (cutOff) {
      await this.#promise();
      this.held += 1;
      if (found === (await contentOf(this.#promised))) {
        this.#told.cutOffAndThere += 1;
        return;
      }
    }
    this.#wrong(firstDifference(found, before));
  }

  async #promise(): Promise<void> {
    const call = await callAt(this.#seed, this.held, this.#promised);
    await call(this.#promised).catch(() => undefined);
  }

  async #read(): Promise<string> {
    await using journal = openSqliteJournal({ path: this.#path, seal: openSeal, clock: movingClock() });
    using file = new SqliteFile(this.#path, { readOnly: true });
    const [sound] = file.statement('PRAGMA integrity_check').first() ?? [];
    if (sound !== 'ok') this.#wrong(`SQLite says of the file: ${String(sound)}`);
    return await contentOf(journal);
  }

  #wrong(what: string): void {
    this.#told.violations.push(`journal ${this.#seed} after ${this.held} calls: ${what}`);
    this.#options.say(this.#told.violations.at(-1) ?? '');
  }
}

function isMachineFault(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error;
}
