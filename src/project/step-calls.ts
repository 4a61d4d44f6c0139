import type { CallsOfSides } from '../model/index.ts';
import type { Project } from './project.ts';

/** The type of the ledger's entries that say how many calls a step made. */
export const callsMade = 'calls-made';

/** Calls between two looks at what left so far; null where none did. */
export function callsBetween(before: CallsOfSides, after: CallsOfSides): CallsOfSides | null {
  const made = { source: after.source - before.source, target: after.target - before.target };
  return made.source + made.target === 0 ? null : made;
}

/** How many calls each step of a run has made, by all processes that were at it and came to an end of it. Read from the ledger. */
export function stepCalls(project: Project, run: string): ReadonlyMap<string, CallsOfSides> {
  const calls = new Map<string, CallsOfSides>();
  for (const { type, body } of project.ledger().entries()) {
    const told = body as Readonly<Record<string, unknown>> | undefined;
    if (type !== callsMade || told?.['run'] !== run || typeof told['step'] !== 'string') continue;
    const before = calls.get(told['step']) ?? { source: 0, target: 0 };
    calls.set(told['step'], {
      source: before.source + Number(told['source'] ?? 0),
      target: before.target + Number(told['target'] ?? 0),
    });
  }
  return calls;
}
