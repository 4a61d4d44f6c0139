import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { SeededChoice } from '../../../demo/seeded-choice.ts';
import { keptIn } from '../../lanes/copy-session.ts';
import { compareMove, type Held, heldNow, type MoveCompared } from './compare-move.ts';
import { OneLife } from './one-life.ts';
import { type Place, plainSql, writeCsv } from './places.ts';
import type { Leg, Stable } from './stable.ts';
import { csvOf, sourceStatements, type Thing, targetStatement, things } from './things.ts';

/**
 * Moves a table while the process that moves it is killed again and again, and the servers it moves between are restarted under
 * it. After each of these the target is looked at, and at the end every record is compared by plain SQL.
 */
export interface MoveOptions {
  readonly leg: Leg;
  readonly stable: Stable;
  readonly kills: number;
  readonly restarts: number;
  readonly slices: number;
  readonly choice: SeededChoice;
}

export interface MoveResult extends MoveCompared {
  readonly leg: string;
  /** How it travelled, as the step says it. */
  readonly notes: readonly string[];
  readonly slices: number;
  /** Slices in the target behind each of them. */
  readonly atKill: readonly number[];
  readonly atRestart: readonly number[];
  /** Of which the server was killed, and not asked to stop. */
  readonly serversKilled: number;
  /** Kills and restarts behind which the target held something else than its checkpoints said. */
  readonly notWhole: number;
  /** Lives that ended with an error of their own, by its code; the next one went on. */
  readonly failed: Readonly<Record<string, number>>;
  readonly seconds: number;
}

const rowsPerSlice = 40;

export async function interruptedMove(options: MoveOptions): Promise<MoveResult> {
  const folder = await mkdtemp(join(tmpdir(), 'godwit-interrupted-'));
  const began = performance.now();
  try {
    const records = things(options.slices * rowsPerSlice);
    const move = new InterruptedMove(options, folder, await placesFor(options, folder, records));
    await move.carryOut();
    const { told, target } = move;
    const seconds = Math.round((performance.now() - began) / 100) / 10;
    const { journal, lock } = keptIn(folder, run);
    using _lock = lock;
    await using _journal = journal;
    return { ...told, ...(await compareMove({ target, records, journal, run })), seconds };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const run = 'interrupted';

interface Places {
  readonly source: Place;
  readonly target: Place;
}

async function placesFor(
  { leg, stable }: MoveOptions,
  folder: string,
  records: readonly Thing[],
): Promise<Places> {
  const target = await stable.place(leg.to, join(folder, 'target.sqlite'));
  await plainSql(target, targetStatement(leg.to.kind, leg.lane));
  const { kind, server } = leg.from;
  if (kind === 'csv') return { source: await writeCsv(folder, csvOf(records)), target };
  const source = await stable.place({ kind, server }, join(folder, 'source.sqlite'));
  await plainSql(source, ...sourceStatements(kind, records));
  return { source, target };
}

interface Interruption {
  readonly kind: 'kill' | 'restart';
  /** Slices that are to be in the target before. */
  readonly at: number;
}

class InterruptedMove {
  readonly target: Place;
  readonly #options: MoveOptions;
  readonly #folder: string;
  readonly #source: Place;
  readonly #due: Interruption[];
  readonly #at: Record<Interruption['kind'], number[]> = { kill: [], restart: [] };
  readonly #failed: Record<string, number> = {};
  #notes: readonly string[] = [];
  #slices = 0;
  #notWhole = 0;
  #serversKilled = 0;

  constructor(options: MoveOptions, folder: string, { source, target }: Places) {
    this.#options = options;
    this.#folder = folder;
    this.#source = source;
    this.target = target;
    this.#due = draw(options);
  }

  get told(): Omit<MoveResult, keyof MoveCompared | 'seconds'> {
    return {
      leg: this.#options.leg.name,
      notes: this.#notes,
      slices: this.#slices,
      atKill: this.#at.kill,
      atRestart: this.#at.restart,
      serversKilled: this.#serversKilled,
      notWhole: this.#notWhole,
      failed: this.#failed,
    };
  }

  async carryOut(): Promise<void> {
    for (let lives = 0; (await this.#oneLife()) !== 'done'; lives += 1)
      if (lives > this.#options.kills + 50) throw new Error('it does not come to an end');
  }

  async #oneLife(): Promise<'killed' | 'done' | 'failed'> {
    const life = new OneLife({
      folder: this.#folder,
      run,
      source: this.#source,
      target: this.target,
      lane: this.#options.leg.lane,
      rowsPerSlice,
      askAfter: this.#nextAt(),
    });
    for await (const line of life.says()) {
      if (line.says === 'done') this.#notes = line.notes;
      else if (line.says === 'failed') this.#failed[line.code] = (this.#failed[line.code] ?? 0) + 1;
      else {
        this.#slices = line.planned;
        await this.#interrupt(life, line.applied);
      }
    }
    const end = await life.ended();
    if (end === 'killed') await this.#look('kill');
    return end;
  }

  /** While the work of the next slices is under way; it goes no further than a few of them before. */
  async #interrupt(life: OneLife, applied: number): Promise<void> {
    const { choice, leg, stable } = this.#options;
    const due = this.#due.shift();
    if (due?.kind === 'kill') {
      life.goOnUntil(applied + 3);
      await delay(choice.fraction() * 40);
      life.kill();
    } else if (due) {
      life.goOnUntil(Math.max(this.#nextAt(), applied + 4));
      await delay(choice.fraction() * 40);
      if ((await stable.restart(leg, choice)) === 'killed') this.#serversKilled += 1;
      await this.#look('restart');
    } else life.goOnUntil(never);
  }

  async #look(behind: Interruption['kind']): Promise<void> {
    const held: Held = await heldNow(this.target);
    this.#at[behind].push(held.slices);
    if (!held.whole) this.#notWhole += 1;
  }

  #nextAt(): number {
    return this.#due[0]?.at ?? never;
  }
}

const never = 1e9;

/** Spread over the whole way, in any order of kills and restarts. */
function draw({ kills, restarts, slices, choice }: MoveOptions): Interruption[] {
  const all = kills + restarts;
  const kinds = Array.from({ length: all }, (_none, at) => ({
    restart: at < restarts,
    place: choice.fraction(),
  }));
  return kinds
    .sort((a, b) => a.place - b.place)
    .map(({ restart }, at) => ({
      kind: restart ? ('restart' as const) : ('kill' as const),
      at: Math.floor(((at + choice.fraction()) / all) * slices),
    }));
}
