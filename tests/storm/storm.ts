import { inspect } from 'node:util';
import { replayStep, type Session, type UndoReport, undoRun } from '../../src/engine/index.ts';
import { copyNicknames, copyPersons, linkPersons } from './crm-mapping.ts';
import { copyLetters, type Letters } from './letters.ts';
import { type LifeEnd, live, migrate } from './migrate.ts';
import { OthersAtWork } from './others-at-work.ts';
import { StormWorld, type WorldKind } from './storm-world.ts';
import { Watch } from './watch.ts';

export interface StormOutcome {
  readonly seed: number;
  /** What went wrong, each with the checker that saw it; empty when nothing did. */
  readonly violations: readonly string[];
  readonly struck: readonly string[];
  /** What kind of world it was, and what was done in it. */
  readonly mix: readonly string[];
  /** Processes that were at work. */
  readonly lives: number;
  readonly events: number;
  /** Everything that happened, in one number: the same seed has the same. */
  readonly trace: number;
}

/** One whole small migration in a world made from the seed; a failure in it is a violation, never an error. */
export async function runStorm(seed: number, kind: WorldKind = {}): Promise<StormOutcome> {
  const storm = new Storm(new StormWorld(seed, kind));
  return storm.run();
}

/**
 * More than any part of a migration needs, also when its own disk is full again and again and it is begun anew at once: one that
 * takes more goes round in a circle.
 */
const livesMax = 300;
/** Long enough for all that is under way, also for what dead processes had asked for. */
const quietMs = 120_000;

class Storm {
  readonly #world: StormWorld;
  readonly #watch: Watch;
  readonly #others: OthersAtWork;
  readonly #before: StormWorld['target']['tables'];
  readonly #mix: string[];
  #lives = 0;

  constructor(world: StormWorld) {
    this.#world = world;
    this.#before = world.target.tables;
    this.#others = new OthersAtWork(world.target);
    this.#watch = new Watch(world, this.#others);
    this.#mix = [...shapeOf(world)];
  }

  async run(): Promise<StormOutcome> {
    const { seed, time, weather } = this.#world;
    try {
      await this.#walk();
    } catch (error) {
      this.#watch.tell('through', [inspect(error, { depth: 3 })]);
    }
    return {
      seed,
      violations: this.#watch.violations,
      struck: weather.struck,
      mix: this.#mix,
      lives: this.#lives,
      events: time.events,
      trace: time.trace,
    };
  }

  async #walk(): Promise<void> {
    const { draw } = this.#world;
    const through = draw.chance(0.85);
    await this.#persevere(
      async (session) => migrate(session, this.#world),
      through ? livesMax : draw.between(1, 6),
    );
    this.#mix.push(through ? 'to its end' : 'left in the middle');
    if (through) {
      await this.#quiet();
      this.#watch.atEndOfRun();
      if (draw.chance(0.4)) await this.#replay();
    }
    if (draw.chance(0.6)) await this.#undo(through);
  }

  async #replay(): Promise<void> {
    const world = this.#world;
    this.#mix.push('quarantine replayed');
    world.rules = { ageMended: true };
    world.replayed = true;
    for (const step of [copyPersons, linkPersons, copyNicknames, ...(world.letters ? [copyLetters] : [])]) {
      world.weather.goOn();
      await this.#persevere(async (session) => {
        const { action } = step;
        const plan = 'object' in action ? world.plans().get(action.object ?? '') : undefined;
        if (!plan) throw new RangeError(`no plan for ${step.id}`);
        const { outcome } = await replayStep(session, { step, plan, entries: 'all' });
        return outcome === 'done' ? 'done' : 'ended';
      });
    }
    await this.#quiet();
    this.#watch.atEndOfRun();
  }

  /** @param quiet the run is through; otherwise what it had asked for may still come */
  async #undo(quiet: boolean): Promise<void> {
    const { draw, weather } = this.#world;
    if (quiet) this.#others.work(draw);
    weather.goOn();
    const first = await this.#undone();
    await this.#quiet();
    this.#watch.atEndOfUndo(this.#before, first);
    this.#mix.push(
      first.outcome === 'left-some' ? 'taken back but for what others changed' : 'taken back whole',
    );
    if (first.outcome !== 'left-some') return this.#goOn();
    this.#others.leave();
    weather.goOn();
    const second = await this.#undone();
    await this.#quiet();
    this.#watch.atEndOfUndo(this.#before, second);
    await this.#goOn();
  }

  /** A run that was taken back writes no more, whoever goes on with it. */
  async #goOn(): Promise<void> {
    const { target } = this.#world;
    const { tables } = target;
    await live(this.#world, async (session) => migrate(session, this.#world));
    await this.#quiet();
    if (target.tables !== tables) this.#watch.tell('undo', ['a run that was taken back has written again']);
  }

  async #undone(): Promise<UndoReport> {
    const reports: UndoReport[] = [];
    await this.#persevere(async (session) => {
      const report = await undoRun(session, this.#world.plans());
      reports.push(report);
      return report.outcome === 'stopped' ? 'ended' : 'done';
    });
    return reports.at(-1) as UndoReport;
  }

  /** Process after process, until the work is through or so many have tried. */
  async #persevere(work: (session: Session) => Promise<LifeEnd>, most = livesMax): Promise<void> {
    const { draw } = this.#world;
    for (let lives = 1; ; lives += 1) {
      this.#lives += 1;
      if ((await live(this.#world, work)) === 'done') return;
      if (lives === livesMax) throw new Error(`not through after ${livesMax} processes`);
      // Whoever starts it again takes a while.
      await this.#pause(draw.below(draw.of([50, 1_000, 8_000])));
      if (lives >= most) return;
    }
  }

  async #quiet(): Promise<void> {
    await this.#pause(quietMs);
  }

  async #pause(durationMs: number): Promise<void> {
    await new Promise<void>((resolve) => this.#world.time.after(durationMs, resolve));
  }
}

function shapeOf({ shape, records, weather, letters }: StormWorld): readonly string[] {
  const { mode, firmKept, managerKept } = shape;
  const kept = [...(firmKept ? ['firms'] : []), ...(managerKept ? ['managers'] : [])].join(' and ');
  const people = Math.floor(records.people.length / 10) * 10;
  return [
    mode === 'append' ? 'people added' : 'people found by their id',
    `references kept by the target: ${kept || 'none'}`,
    `${people} to ${people + 9} people`,
    lettersOf(letters),
    weather.single ? 'trouble of one kind' : 'trouble of all kinds',
  ];
}

function lettersOf(letters: Letters | null): string {
  if (letters === null) return 'no letters';
  if (letters.format === null) return 'letters, record by record';
  const way = letters.format === 'postgres-binary' ? 'letters through the pipe' : 'letters transcoded';
  return letters.partRowsMin === null ? way : `${way}, in pieces where one cannot go`;
}
