import { helpStep, type Offer, type Seat, seatLock, type WorkBoard } from '../engine/index.ts';
import { isGodwitError, type RunbookStep } from '../model/index.ts';
import { journalNotShared, otherRunbook, otherVersion } from './faults.ts';
import { openBoard, takeSeat } from './hold-project.ts';
import { liveWorld } from './live-world.ts';
import type { Project } from './project.ts';
import { openWorldSession } from './run-world.ts';
import { version } from './version.ts';
import type { World } from './world.ts';
import { openWorldJournal } from './world-journal.ts';

/** Told what a worker does, as it does it. */
export interface WorkerWatcher {
  readonly onJoined: (worker: { readonly worker: string; readonly version: string }) => void;
  readonly onSlice: (slice: { readonly step: string; readonly slice: number }) => void;
  /** Why it takes nothing now, a sentence without a full stop. */
  readonly onWait: (why: string) => void;
}

export interface WorkerReport {
  readonly worker: string;
  readonly slices: number;
}

/** How often a worker looks whether there is something to take. */
const lookMs = 500;

/** A worker gives up on a system sooner than the process that leads: others take what it cannot bring. */
const retryBudgetMs = 20_000;

/**
 * `godwit worker`: takes slices of the run that another process leads, until it is asked to stop. It has nothing from the others
 * but which slice is next: what may be written it finds out by itself, from the same folder, decisions and ledger.
 */
export async function workAlong(
  project: Project,
  operator: string,
  watcher: WorkerWatcher,
): Promise<WorkerReport> {
  const board = await openBoard(project);
  if (board === null) throw journalNotShared();
  await project.deriveKeys();
  await using seat = await takeSeat(project, board, 'godwit worker');
  watcher.onJoined(seat.worker);
  const worker = new Worker(project, operator, watcher, board, seat);
  await worker.work();
  return { worker: seat.worker.worker, slices: worker.slices };
}

class Worker {
  readonly #project: Project;
  readonly #operator: string;
  readonly #watcher: WorkerWatcher;
  readonly #board: WorkBoard;
  readonly #seat: Seat;
  #world: World | null = null;
  slices = 0;

  constructor(project: Project, operator: string, watcher: WorkerWatcher, board: WorkBoard, seat: Seat) {
    this.#project = project;
    this.#operator = operator;
    this.#watcher = watcher;
    this.#board = board;
    this.#seat = seat;
  }

  async work(): Promise<void> {
    const { signal, clock } = this.#project;
    while (!signal.aborted) {
      const [offer] = await this.#board.offers();
      if (offer === undefined) this.#watcher.onWait('nothing is offered');
      else await this.#tryToHelp(offer);
      await clock.sleep(lookMs, signal).catch(() => undefined);
    }
  }

  /** A step that this worker can take no part in is one it waits out. */
  async #tryToHelp(offer: Offer): Promise<void> {
    try {
      await this.#help(offer);
    } catch (error) {
      if (!isGodwitError(error) || !(error.fate === 'later' || waitsFor.has(error.code))) throw error;
      this.#watcher.onWait(`${error.title}: ${error.detail}`);
    }
  }

  async #help(offer: Offer): Promise<void> {
    const { world, step } = await this.#worldOf(offer);
    await using journal = await openWorldJournal(this.#project, world.journal);
    await using session = await openWorldSession(
      this.#project,
      world,
      { journal, lock: seatLock(this.#seat, 'godwit worker') },
      { onProgress: () => undefined, view: offer.view, retryBudgetMs },
    );
    const { clock, signal } = this.#project;
    while (!signal.aborted && (await this.#isOffered(offer))) {
      const { open, abandoned } = await this.#board.tally(offer.run, offer.step);
      if (open + abandoned > 0)
        await helpStep(session, step, world.plans, {
          board: this.#board,
          worker: this.#seat.worker.worker,
          offer,
          onSlice: ({ slice }) => {
            this.slices += 1;
            this.#watcher.onSlice({ step: offer.step, slice });
          },
        });
      await clock.sleep(lookMs, signal).catch(() => undefined);
    }
  }

  async #isOffered({ run, step, view }: Offer): Promise<boolean> {
    const offers = await this.#board.offers();
    return offers.some((one) => one.run === run && one.step === step && one.view === view);
  }

  /** Approvals, policy, ledger and both systems are looked at by this process itself; without a warrant it takes nothing. */
  async #worldOf(offer: Offer): Promise<{ readonly world: World; readonly step: RunbookStep }> {
    if (offer.version !== version) throw otherVersion(version, offer.version);
    if (this.#world?.run !== offer.run) {
      await this.#project.refreshLedger();
      this.#world = await liveWorld(this.#project, this.#operator, 'run');
      await this.#tellLedger(this.#world);
    }
    const world = this.#world;
    const step = world.runbook.steps.find(({ id }) => id === offer.step);
    if (world.runbookId !== offer.runbookId || world.run !== offer.run || !step)
      throw otherRunbook(world.runbookId, offer.runbookId);
    return { world, step };
  }

  async #tellLedger({ run, runbookId, warrant }: World): Promise<void> {
    const { worker, host } = this.#seat.worker;
    const ledger = this.#project.ledger();
    const { approvals } = warrant.content;
    ledger.append([
      {
        type: 'worker-joined',
        actor: this.#operator,
        body: { run, runbook: runbookId, worker, host, version, approvals },
      },
    ]);
    await ledger.flush();
  }
}

/** What passes by itself, besides what may go well later: the step ends, or the one who leads reads the source anew. */
const waitsFor: ReadonlySet<string> = new Set([
  'engine.view-differs',
  'engine.retries-exhausted',
  'postgres.snapshot-lost',
]);
