import { SeededChoice } from '../../../demo/seeded-choice.ts';
import { histogram } from '../kill-nine/kill-nine.ts';
import type { Progress } from '../progress.ts';
import type { MoveCompared } from './compare-move.ts';
import { interruptedMove, type MoveResult } from './interrupted-move.ts';
import { type Leg, legs, Stable } from './stable.ts';

export interface MovesOptions {
  readonly seed: number;
  /** At least so many in all; a third as many restarts. */
  readonly kills: number;
  readonly slices: number;
  /** Of the moves of this proof, each a part. */
  readonly progress: Progress;
  readonly enough: () => boolean;
  readonly say: (text: string) => void;
}

const rounds = 2;

/** All legs, and all of them again, so that whoever ends early has something of each. */
export async function interruptedMoves(options: MovesOptions): Promise<readonly MoveResult[]> {
  const { progress, say } = options;
  const results: MoveResult[] = [];
  await using stable = await Stable.start();
  for (let round = 1; round <= rounds; round += 1)
    for (const leg of legs) {
      // A run may be through before everything that was to happen to it has happened: then another one makes up for it.
      for (let more = 0; more < 5; more += 1) {
        const missing = missingOf(options, results, { leg, round });
        const part = `move ${results.length + 1}`;
        if (missing.kills + missing.restarts === 0 || (!progress.has(part) && options.enough())) break;
        const choice = new SeededChoice(options.seed + results.length);
        const move = { leg, stable, slices: options.slices, choice, ...missing };
        results.push(await progress.once(part, async () => await interruptedMove(move)));
        say(lineOf(results.at(-1) as MoveResult));
      }
    }
  return results;
}

/** What the leg still needs up to the end of that round. */
function missingOf(
  { kills }: MovesOptions,
  results: readonly MoveResult[],
  { leg, round }: { readonly leg: Leg; readonly round: number },
): { readonly kills: number; readonly restarts: number } {
  const share = (all: number, of: readonly Leg[]): number =>
    of.includes(leg) ? Math.ceil((Math.ceil(all / of.length) * round) / rounds) : 0;
  const own = results.filter((result) => result.leg === leg.name);
  const had = (at: 'atKill' | 'atRestart'): number => own.reduce((sum, result) => sum + result[at].length, 0);
  return {
    kills: Math.max(0, share(kills, legs) - had('atKill')),
    restarts: Math.max(0, share(kills / 3, legs.filter(hasServer)) - had('atRestart')),
  };
}

function hasServer({ from, to }: Leg): boolean {
  return from.server !== null || to.server !== null;
}

function lineOf(result: MoveResult): string {
  const { leg, atKill, atRestart, slices, seconds, notes } = result;
  const wrong = wrongIn(result) === 0 ? 'right' : 'WRONG';
  return `${leg}: ${atKill.length} kills, ${atRestart.length} restarts, ${slices} slices, ${seconds} s, ${wrong} (${notes.join('; ')})`;
}

/** Records, entries and moments that are not as they should be. */
export function wrongIn(result: MoveResult): number {
  const { recordsExpected, recordsFound, quarantineExpected, quarantineFound } = result;
  return (
    result.recordsDifferent +
    result.recordsTwice +
    result.notWhole +
    Math.abs(recordsExpected - recordsFound) +
    Math.abs(quarantineExpected - quarantineFound)
  );
}

/** Of all the moves together. */
export function figuresOf(results: readonly MoveResult[]): MovesFigures {
  const shares = (at: 'atKill' | 'atRestart'): number[] =>
    results.flatMap((result) => result[at].map((slices) => slices / result.slices));
  const [kills, restarts] = [shares('atKill'), shares('atRestart')];
  const between = (all: readonly number[]): number => all.filter((share) => share > 0 && share < 1).length;
  const sum = (of: (result: MoveResult) => number): number => results.reduce((all, one) => all + of(one), 0);
  const bars = (all: readonly number[]): string[] =>
    histogram({ slicesAtKill: all.map((share) => Math.floor(share * 1e6)), slices: 1e6 });
  return {
    moves: results.length,
    legs: new Set(results.map(({ leg }) => leg)).size,
    slicesMin: Math.min(...results.map(({ slices }) => slices)),
    kills: kills.length,
    killsBetweenFirstAndLast: between(kills),
    restarts: restarts.length,
    restartsBetweenFirstAndLast: between(restarts),
    serversKilled: sum(({ serversKilled }) => serversKilled),
    recordsExpected: sum(({ recordsExpected }) => recordsExpected),
    recordsFound: sum(({ recordsFound }) => recordsFound),
    recordsDifferent: sum(({ recordsDifferent }) => recordsDifferent),
    recordsTwice: sum(({ recordsTwice }) => recordsTwice),
    quarantineExpected: sum(({ quarantineExpected }) => quarantineExpected),
    quarantineFound: sum(({ quarantineFound }) => quarantineFound),
    notWhole: sum(({ notWhole }) => notWhole),
    wrong: sum(wrongIn),
    seconds: Math.round(sum(({ seconds }) => seconds)),
    killsOverTheWay: bars(kills),
    restartsOverTheWay: bars(restarts),
  };
}

export interface MovesFigures extends MoveCompared {
  readonly moves: number;
  /** Pairs of systems, each in one lane. */
  readonly legs: number;
  readonly slicesMin: number;
  readonly kills: number;
  readonly killsBetweenFirstAndLast: number;
  readonly restarts: number;
  readonly restartsBetweenFirstAndLast: number;
  readonly serversKilled: number;
  readonly notWhole: number;
  readonly wrong: number;
  readonly seconds: number;
  readonly killsOverTheWay: readonly string[];
  readonly restartsOverTheWay: readonly string[];
}

/** Whether each leg went in the lane it is named after. */
export function inItsLane({ leg, notes }: MoveResult): boolean {
  const bulk = /^(through the pipe|transcoded)/.test(notes[0] ?? '');
  return leg.endsWith('in bulk') === bulk;
}
