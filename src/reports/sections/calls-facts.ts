import {
  type AgreedCallLimit,
  type CallsCounted,
  type CallsOfSides,
  type CountedOfSides,
  callsTakeMs,
  daysWaited,
  type Runbook,
} from '../../model/index.ts';
import { groupDigits } from '../document.ts';
import { longTime } from '../duration-text.ts';

type Facts = readonly (readonly [string, string])[];

const sides = ['source', 'target'] as const;

/** About how many calls the whole runbook takes of each side that counts them, and how long these take at least. */
export function predictedCallsFacts(runbook: Runbook): Facts {
  return sides.flatMap((side) => {
    const limits = limitsOf(runbook, side);
    const calls = sumOf(runbook.steps.map((step) => step.calls?.[side]));
    if (limits.length === 0 && calls === 0) return [];
    return [[`calls of the ${side}`, `about ${groupDigits(String(calls))}${pace(calls, limits)}`]];
  });
}

function pace(calls: number, limits: readonly AgreedCallLimit[]): string {
  if (limits.length === 0) return '';
  const told = limits.map(limitText).join(', ');
  const days = daysWaited(calls, limits);
  const waits =
    days === 0
      ? ''
      : `; it waits ${days === 1 ? 'once' : `${days} times`} until another day's calls are there`;
  return `; at ${told} they take at least ${longTime(callsTakeMs(calls, limits))}${waits}`;
}

/** `7,500 of 15,000 in a day` where a part is others'. */
function limitText({ name, calls, of }: AgreedCallLimit): string {
  const all = of === undefined ? '' : ` of ${groupDigits(String(of))}`;
  return `${groupDigits(String(calls))}${all} in ${name}`;
}

export interface CallsSoFar {
  /** Step -> those it made. */
  readonly calls: Readonly<Record<string, CallsOfSides>>;
  /** What came of all of them; null where nobody knows. */
  readonly of: CountedOfSides | null;
}

/** What was made beside what was predicted for the same steps, and what is to come. */
export function callsFacts(runbook: Runbook, made: CallsSoFar, done: ReadonlySet<string>): Facts {
  return sides.flatMap((side) => {
    if (limitsOf(runbook, side).length === 0) return [];
    const predicted = (ended: boolean): string =>
      groupDigits(
        String(
          sumOf(runbook.steps.filter(({ id }) => done.has(id) === ended).map(({ calls }) => calls?.[side])),
        ),
      );
    const madeBy = (steps: readonly string[]): number => sumOf(steps.map((step) => made.calls[step]?.[side]));
    const all = Object.keys(made.calls);
    // What is predicted for steps that are done is to be held against what these made.
    const underWay = madeBy(all.filter((step) => !done.has(step)));
    const so = `${groupDigits(String(madeBy(all)))}${underWay === 0 ? '' : `, ${groupDigits(String(underWay))} of them by a step that is not done`}`;
    const came = made.of === null ? '' : cameOf(made.of[side]);
    return [
      [
        `calls of the ${side}`,
        `so far ${so}; predicted about ${predicted(true)} for the steps that are done, ${predicted(false)} for those to come${came}`,
      ],
    ];
  });
}

/** Nothing where each of them was answered at once. */
function cameOf({ throttled, lost, failed, again }: CallsCounted): string {
  const told = [
    [throttled, 'refused as too many'],
    [lost, 'without an answer'],
    [failed, 'failed'],
    [again, 'made again'],
  ] as const;
  const some = told.flatMap(([count, what]) =>
    count === 0 ? [] : [`${groupDigits(String(count))} ${what}`],
  );
  return some.length === 0 ? '' : `; of those made ${some.join(', ')}`;
}

const limitsOf = ({ callLimits = [] }: Runbook, side: 'source' | 'target'): readonly AgreedCallLimit[] =>
  callLimits.filter(({ system }) => system === side);

const sumOf = (numbers: readonly (number | undefined)[]): number =>
  numbers.reduce<number>((sum, one) => sum + (one ?? 0), 0);
