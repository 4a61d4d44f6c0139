import { type GodwitError, isGodwitError } from '../model/index.ts';
import { completeMoved } from './complete-early.ts';
import type { EngineEvent } from './engine-event.ts';
import { runUndone, runUnknown } from './faults.ts';
import type { NewStep, RunState, StepState } from './journal/journal.ts';
import { retryLater } from './retry-later.ts';
import type { Session } from './session.ts';
import type { Stall } from './stall-watch.ts';
import { plainReport, type StepReport, stoppedReport } from './step-report.ts';

/** What a step does, told whether it is begun for the first time. */
export type StepWork = (fresh: boolean) => Promise<StepReport>;

/**
 * The frame around every step: the warrant is asked, the intent is recorded, the work is done, state and outcome are kept.
 *
 * A step is `started`; it becomes `done`, `paused` (a stop rule, or a failure a person must decide on), `stopped` (asked
 * to) or `failed`; from all but `done` it can be started again. The run follows its step, except that `done` of a step
 * leaves the run `running`.
 */
export async function runStep(session: Session, step: NewStep, work: StepWork): Promise<StepReport> {
  await assertRunAlive(session);
  const begun = await session.journal.beginStep(session.run, step);
  session.connections.watch(async (snapshot) => completeMoved(session, snapshot));
  try {
    const permitted = await retried(session, async () =>
      (await session.connections.target()).permit(step.origin),
    );
    if (permitted.kind === 'stopped') return stoppedReport(step.step);
    await enter(session, step.step, 'started', 'running', null);
    await session.record(event(session, step, 'engine.step-started', { resumed: !begun.fresh }));
    const report = await work(begun.fresh);
    await leave(session, step, report);
    return report;
  } catch (error) {
    // Anything else than a GodwitError is a defect or a kill: nothing more is written, as if the process were gone.
    if (isGodwitError(error)) await keepFailure(session, step, error);
    throw error;
  }
}

/** A step that is done in one go, repeated while the other side is away; `repeated` says that an earlier try may have done it. */
export async function runPlainStep(
  session: Session,
  step: NewStep,
  work: (repeated: boolean) => Promise<readonly string[]>,
): Promise<StepReport> {
  return runStep(session, step, async (fresh) => {
    let repeated = !fresh;
    const done = await retried(session, async () => {
      const before = repeated;
      repeated = true;
      return work(before);
    });
    return done.kind === 'stopped' ? stoppedReport(step.step) : plainReport(step.step, done.result);
  });
}

/** Repeats work that fails because the other side is away, with new connections. */
export async function retried<Result>(
  session: Session,
  work: () => Promise<Result>,
): Promise<{ readonly kind: 'done'; readonly result: Result } | { readonly kind: 'stopped' }> {
  let generation = session.connections.generation;
  const { clock, random, log, signal } = session;
  const renew = async (): Promise<void> => session.connections.renew(generation);
  const cause = (): Stall | null => session.stalls.cause;
  const context = { clock, random, log, signal, limits: session.limits.retry, renew, cause };
  return session.stalls.during(async () =>
    retryLater(context, async () => {
      generation = session.connections.generation;
      return work();
    }),
  );
}

async function assertRunAlive(session: Session): Promise<void> {
  const run = (await session.journal.runs()).find((known) => known.run === session.run);
  if (!run) throw runUnknown(session.run);
  if (run.state === 'undoing' || run.state === 'undone') throw runUndone(session.run, run.state);
}

async function enter(
  session: Session,
  step: string,
  stepState: StepState,
  runState: RunState,
  code: string | null,
): Promise<void> {
  await session.journal.setStepState(session.run, step, stepState, code);
  await session.journal.setRunState(session.run, runState, code);
}

async function leave(session: Session, step: NewStep, report: StepReport): Promise<void> {
  session.crash('between-slices-and-step');
  const code = report.paused?.code ?? null;
  await enter(
    session,
    step.step,
    report.outcome,
    report.outcome === 'done' ? 'running' : report.outcome,
    code,
  );
  await session.record(
    event(session, step, 'engine.step-ended', {
      outcome: report.outcome,
      code,
      ...report.counts,
      slicesApplied: report.slicesApplied,
      slicesPlanned: report.slicesPlanned,
    }),
  );
}

async function keepFailure(session: Session, step: NewStep, failure: GodwitError): Promise<void> {
  const state = failure.fate === 'never' ? 'failed' : 'paused';
  try {
    await enter(session, step.step, state, state, failure.code);
    await session.record(event(session, step, 'engine.step-ended', { outcome: state, code: failure.code }));
  } catch (error) {
    // The failure itself is what the caller must hear of.
    session.log.warn('a failed step could not be recorded', { step: step.step, reason: String(error) });
  }
}

function event(
  session: Session,
  step: NewStep,
  type: EngineEvent['type'],
  body: EngineEvent['body'],
): EngineEvent {
  return {
    type,
    run: session.run,
    step: step.step,
    body: { kind: step.kind, object: step.object, runbook: session.runbookId, ...body },
  };
}
