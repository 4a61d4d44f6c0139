import {
  executeStep,
  finishRun,
  openSession,
  type ProjectLock,
  type Session,
} from '../../src/engine/index.ts';
import { silentLog } from '../../src/host/index.ts';
import { GodwitError, isGodwitError, Warrant } from '../../src/model/index.ts';
import { digestText } from './digest-text.ts';
import { Life } from './life.ts';
import { fingerprintOf, simulatedConnector } from './simulated-connector.ts';
import { JournalFull, SimulatedJournal } from './simulated-journal.ts';
import { lastStep, type StormWorld } from './storm-world.ts';
import type { Upheaval } from './weather.ts';

export const run = 'run-1';
const runbookId = 'sha256:storm';

/** How one process ended. */
export type LifeEnd = 'done' | 'killed' | 'ended';

/** A process at work on the run: it does its work, is killed, or ends with an error that a person answers by starting another. */
export async function live(
  world: StormWorld,
  work: (session: Session) => Promise<LifeEnd>,
): Promise<LifeEnd> {
  const life = new Life(world.time, world.draw.branch(), world.weather);
  const stopping = new AbortController();
  const killed = new Promise<LifeEnd>((resolve) => life.onKill(() => resolve('killed')));
  world.weather.upheaval = upheavalOf(world, life, stopping);
  const worked = workOn(world, life, stopping.signal, work);
  const stuck = new Promise<never>((_resolve, reject) =>
    world.time.whenStuck(() => reject(new Error('it waits for something that never comes'))),
  );
  // A process that is gone may still fail: there is nobody to hear it.
  worked.catch(() => undefined);
  stuck.catch(() => undefined);
  const end = await Promise.race([worked, killed, stuck]);
  world.time.whenStuck(null);
  world.weather.upheaval = null;
  return end;
}

async function workOn(
  world: StormWorld,
  life: Life,
  signal: AbortSignal,
  work: (session: Session) => Promise<LifeEnd>,
): Promise<LifeEnd> {
  try {
    await using session = await openWorldSession(world, life, signal);
    return await work(session);
  } catch (error) {
    if (life.alive && isExpected(error)) return 'ended';
    throw error;
  }
}

/** What a person answers by starting godwit again: the rest is a defect. */
function isExpected(error: unknown): boolean {
  return error instanceof JournalFull || (isGodwitError(error) && error.fate !== 'never');
}

async function openWorldSession(world: StormWorld, life: Life, signal: AbortSignal): Promise<Session> {
  const { time, source, target } = world;
  const context = { clock: life.clock, random: world.draw, log: silentLog, seal: null, signal };
  const record = async (event: (typeof world.ledger)[number]): Promise<void> => {
    await life.call({ name: 'ledger.record', side: 'ledger' }, () => world.ledger.push(event));
  };
  return openSession({
    run,
    runbookId,
    journal: new SimulatedJournal(world.journal, life),
    systems: {
      source: async () =>
        simulatedConnector.open(
          { database: source, life, time },
          { ...context, name: 'old', role: 'source' },
        ),
      target: async () =>
        simulatedConnector.open(
          { database: target, life, time },
          { ...context, name: 'new', role: 'target' },
        ),
    },
    lock: { holder: { pid: 1, host: 'storm', startedAt: '', purpose: 'storm' } } as unknown as ProjectLock,
    warrant: warrantFor(world),
    clock: life.clock,
    random: world.draw,
    log: silentLog,
    signal,
    record,
    judge: () => 'go',
    onProgress: () => undefined,
    mask: digestText,
    limits: world.limits,
    crash: (point) => {
      if (!world.weather.at(point)) return;
      life.kill();
      throw new KilledHere(point);
    },
  });
}

/** Ends the work at a named place; nothing that a dead process still does has an effect. */
class KilledHere extends Error {}

function warrantFor({ target, steps }: StormWorld): Warrant {
  return Warrant.issue({
    runbookId,
    world: 'live',
    target: fingerprintOf(target),
    steps: steps.map(({ id }) => id),
    expiresAt: '2100-01-01T00:00:00Z',
    approvals: [],
  });
}

/** Every step of the runbook that is not done yet, as the project does. */
export async function migrate(session: Session, world: StormWorld): Promise<LifeEnd> {
  const plans = world.plans();
  const done = new Set(
    (await session.journal.steps(run)).flatMap(({ step, state }) => (state === 'done' ? [step] : [])),
  );
  for (const [at, step] of world.steps.entries()) {
    if (!done.has(step.id)) {
      const { outcome } = await executeStep(session, step, plans, world.steps[at + 1] ?? null);
      if (outcome !== 'done') return 'ended';
    }
    if (step.id === lastStep) await finishRun(session, step.id);
  }
  return 'done';
}

function upheavalOf(world: StormWorld, life: Life, stopping: AbortController): Upheaval {
  const { draw, target, journal, time, history } = world;
  return {
    kill: () => life.kill(),
    fillTarget: () => {
      target.fullIs = draw.chance(0.5) ? 'later' : 'pause';
      target.recordsMax = 0;
      time.after(draw.below(20_000), () => {
        target.recordsMax = Number.POSITIVE_INFINITY;
      });
    },
    fillJournal: () => {
      journal.full = true;
      time.after(draw.below(10_000), () => {
        journal.full = false;
      });
    },
    slow: () => life.slowFor(draw.below(60_000)),
    jumpClock: () => {
      life.clock.skewMs += (draw.fraction() - 0.5) * 20 * 24 * 3_600_000;
    },
    stop: () =>
      stopping.abort(
        new GodwitError({
          code: 'storm.stop',
          title: 'Asked to stop',
          nextStep: 'Start again.',
          fate: 'pause',
        }),
      ),
    moveSource: () => history.move(),
  };
}
