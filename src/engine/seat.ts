import type { Clock, Log } from '../host/index.ts';
import type { NewWorker, WorkBoard } from './journal/work-board.ts';

export interface SeatOptions {
  readonly board: WorkBoard;
  readonly worker: NewWorker;
  readonly clock: Clock;
  readonly log: Log;
  /** How often the lease is prolonged: several times within it. */
  readonly beatMs: number;
}

/** What a process is among those that work on one project: it joins, says that it is there, and leaves. */
export class Seat implements AsyncDisposable {
  readonly board: WorkBoard;
  readonly worker: NewWorker;
  readonly #options: SeatOptions;
  readonly #over = new AbortController();
  readonly #leadLost = new AbortController();
  #leads = false;
  #beating: Promise<void> = Promise.resolve();

  private constructor(options: SeatOptions) {
    this.#options = options;
    this.board = options.board;
    this.worker = options.worker;
  }

  /** Throws `engine.worker-outdated`. */
  static async take(options: SeatOptions): Promise<Seat> {
    const seat = new Seat(options);
    await options.board.join(options.worker);
    seat.#beating = seat.#beat();
    return seat;
  }

  /** Aborted when another process leads what this one led. */
  get leadLost(): AbortSignal {
    return this.#leadLost.signal;
  }

  /** From here on the beats look whether it still leads. */
  keepLead(): void {
    this.#leads = true;
  }

  async #beat(): Promise<void> {
    const { board, worker, clock, log, beatMs } = this.#options;
    while (!this.#over.signal.aborted) {
      try {
        const beat = await board.beat(worker.worker);
        if (this.#leads && beat?.lead === null) this.#leadLost.abort();
      } catch (error) {
        // The lease may run out; then others take over, and whatever this process still does is refused.
        log.warn('the board does not hear that this process is there', { reason: String(error) });
      }
      await clock.sleep(beatMs, this.#over.signal).catch(() => undefined);
    }
  }

  /** Whoever waits for what it held need not wait for its lease. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#beating;
    const { board, worker, log } = this.#options;
    await board.leave(worker.worker).catch((error: unknown) => {
      log.warn('the board does not hear that this process leaves', { reason: String(error) });
    });
  }
}
