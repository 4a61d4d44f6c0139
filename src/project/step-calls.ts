import {
  addCalls,
  type CallsCounted,
  type CallsOfSides,
  type CountedOfSides,
  noCalls,
} from '../model/index.ts';
import type { Project } from './project.ts';

/** The type of the ledger's entries that say how many calls a step made. */
const callsMade = 'calls-made';
const sides = ['source', 'target'] as const;
type Side = (typeof sides)[number];

/** How what became of calls is named in an entry, behind its side; nothing is said there where it is none. */
const parts = [
  ['throttled', 'Throttled'],
  ['lost', 'Lost'],
  ['failed', 'Failed'],
  ['again', 'Again'],
] as const;

interface CallingStep {
  readonly run: string;
  readonly step: string;
  /** What had left when it began. */
  readonly before: CountedOfSides;
}

/** Tells the ledger how many calls a step has made since it began, and what came of them; nothing where no system counts calls. */
export async function recordCalls(
  project: Project,
  { run, step, before }: CallingStep,
): Promise<{ readonly calls?: CallsOfSides }> {
  const now = project.callsMade;
  const source = addCalls(now.source, before.source, -1);
  const target = addCalls(now.target, before.target, -1);
  if (source.made + target.made === 0) return {};
  const body = { run, step, ...bodyOf('source', source), ...bodyOf('target', target) };
  const ledger = project.ledger();
  ledger.append([{ type: callsMade, actor: 'godwit', body }]);
  await ledger.flush();
  return { calls: { source: source.made, target: target.made } };
}

function bodyOf(side: Side, counted: CallsCounted): Readonly<Record<string, string>> {
  const told = parts.flatMap(([part, name]) =>
    counted[part] === 0 ? [] : [[`${side}${name}`, String(counted[part])] as const],
  );
  return { [side]: String(counted.made), ...Object.fromEntries(told) };
}

/** How many calls each step of a run has made, by all processes that were at it and came to an end of it. Read from the ledger. */
export function stepCalls(project: Project, run: string): ReadonlyMap<string, CountedOfSides> {
  const calls = new Map<string, CountedOfSides>();
  for (const { type, body } of project.ledger().entries()) {
    const told = body as Readonly<Record<string, unknown>> | undefined;
    if (type !== callsMade || told?.['run'] !== run || typeof told['step'] !== 'string') continue;
    calls.set(told['step'], addSides(calls.get(told['step']) ?? noneOfSides, told));
  }
  return calls;
}

function addSides(before: CountedOfSides, told: Readonly<Record<string, unknown>>): CountedOfSides {
  const of = (side: Side): CallsCounted =>
    addCalls(before[side], {
      made: Number(told[side] ?? 0),
      ...(Object.fromEntries(
        parts.map(([part, name]) => [part, Number(told[`${side}${name}`] ?? 0)]),
      ) as Omit<CallsCounted, 'made'>),
    });
  return { source: of('source'), target: of('target') };
}

const noneOfSides: CountedOfSides = { source: noCalls, target: noCalls };

/** Of all steps together. */
export function allCalls(calls: ReadonlyMap<string, CountedOfSides>): CountedOfSides {
  const sum = (side: Side): CallsCounted =>
    [...calls.values()].map((one) => one[side]).reduce((all, one) => addCalls(all, one), noCalls);
  return { source: sum('source'), target: sum('target') };
}

/** Step -> all that it made. */
export const madeOf = (calls: ReadonlyMap<string, CountedOfSides>): Readonly<Record<string, CallsOfSides>> =>
  Object.fromEntries(
    [...calls].map(([step, { source, target }]) => [step, { source: source.made, target: target.made }]),
  );
