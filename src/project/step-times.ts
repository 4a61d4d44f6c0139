import type { Project } from './project.ts';

/** Signs of life of one step: from when, and until when it is known to have been at work; instants in milliseconds. */
interface Stretch {
  readonly step: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/**
 * How long each step of a run has taken, in milliseconds: the time in which a process was at it, taken together. Read from the
 * ledger; of a process that was killed it is known until its last sign of life.
 */
export function stepTimes(project: Project, run: string): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  const close = (stretch: Stretch | null): null => {
    if (stretch) times.set(stretch.step, (times.get(stretch.step) ?? 0) + stretch.untilMs - stretch.sinceMs);
    return null;
  };
  let open: Stretch | null = null as Stretch | null;
  for (const { type, time, body } of project.ledger().entries()) {
    const told = body as { readonly run?: string; readonly step?: string } | undefined;
    if (told?.run !== run || told.step === undefined || !/^(?:engine|step)-/.test(type)) continue;
    const [step, atMs] = [told.step, Date.parse(time)];
    const begins: boolean = type === 'step-began' || (type === 'engine-step-started' && open?.step !== step);
    if (begins) {
      close(open);
      open = { step, sinceMs: atMs, untilMs: atMs };
    } else if (open?.step === step) open = { ...open, untilMs: atMs };
    if (type === 'engine-step-ended' || type === 'step-ended') open = close(open);
  }
  close(open);
  return times;
}
