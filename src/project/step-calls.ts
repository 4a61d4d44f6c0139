import type { CallsOfSides } from '../model/index.ts';
import type { Project } from './project.ts';

/** The type of the ledger's entries that say how many calls a step made. */
const callsMade = 'calls-made';

interface CallingStep {
  readonly run: string;
  readonly step: string;
  /** What had left when it began. */
  readonly before: CallsOfSides;
}

/** Tells the ledger how many calls a step has made since it began; nothing where no system counts calls. */
export async function recordCalls(
  project: Project,
  { run, step, before }: CallingStep,
): Promise<{ readonly calls?: CallsOfSides }> {
  const { source, target } = project.callsMade;
  const calls = { source: source - before.source, target: target - before.target };
  if (calls.source + calls.target === 0) return {};
  const body = { run, step, source: String(calls.source), target: String(calls.target) };
  const ledger = project.ledger();
  ledger.append([{ type: callsMade, actor: 'godwit', body }]);
  await ledger.flush();
  return { calls };
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
