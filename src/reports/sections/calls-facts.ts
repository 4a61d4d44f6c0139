import {
  type AgreedCallLimit,
  type CallsOfSides,
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
  const told = limits.map(({ name, calls: each }) => `${groupDigits(String(each))} in ${name}`).join(', ');
  const days = daysWaited(calls, limits);
  const waits =
    days === 0
      ? ''
      : `; it waits ${days === 1 ? 'once' : `${days} times`} until another day's calls are there`;
  return `; at ${told} they take at least ${longTime(callsTakeMs(calls, limits))}${waits}`;
}

/** What was made beside what was predicted for the same steps, and what is to come. */
export function callsFacts(
  runbook: Runbook,
  made: Readonly<Record<string, CallsOfSides>>,
  done: ReadonlySet<string>,
): Facts {
  return sides.flatMap((side) => {
    if (limitsOf(runbook, side).length === 0) return [];
    const predicted = (ended: boolean): string =>
      groupDigits(
        String(
          sumOf(runbook.steps.filter(({ id }) => done.has(id) === ended).map(({ calls }) => calls?.[side])),
        ),
      );
    const so = groupDigits(String(sumOf(Object.values(made).map((calls) => calls[side]))));
    return [
      [
        `calls of the ${side}`,
        `so far ${so}; predicted about ${predicted(true)} for the steps that are done, ${predicted(false)} for those to come`,
      ],
    ];
  });
}

const limitsOf = ({ callLimits = [] }: Runbook, side: 'source' | 'target'): readonly AgreedCallLimit[] =>
  callLimits.filter(({ system }) => system === side);

const sumOf = (numbers: readonly (number | undefined)[]): number =>
  numbers.reduce<number>((sum, one) => sum + (one ?? 0), 0);
