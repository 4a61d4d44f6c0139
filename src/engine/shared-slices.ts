import { bringClaimed } from './bring-claimed.ts';
import type { Claim, NewOffer, OfferTally } from './journal/work-board.ts';
import type { LookupCache } from './resolve-lookups.ts';
import { retried } from './run-step.ts';
import type { Session } from './session.ts';
import type { SliceSupply, SuppliedSlice, Waiting } from './slice-supply.ts';
import type { SliceInput, SliceWork } from './slice-work.ts';
import type { Team } from './team.ts';

/** How long one waits before asking again for what others hold. */
const askAgainMs = 300;

/**
 * The slices of a step on the board, for everybody who works on the run; the process that leads takes its part like any other.
 *
 * Invariants: 1. nothing is offered that the target holds already. 2. while anybody works on a slice of the step it is not over.
 * 3. how others read the source is told anew whenever this process reads it anew.
 */
export class SharedSlices implements SliceSupply {
  readonly #session: Session;
  readonly #team: Team;
  readonly #work: SliceWork;
  readonly #lookups: LookupCache;
  readonly #inputs: ReadonlyMap<number, SliceInput>;
  readonly #atOnceMax: number;
  #offered: number | null = null;
  #offering: Promise<void> = Promise.resolve();

  constructor(
    session: Session,
    team: Team,
    work: SliceWork,
    lookups: LookupCache,
    { inputs, atOnceMax }: { readonly inputs: readonly SliceInput[]; readonly atOnceMax: number },
  ) {
    this.#session = session;
    this.#team = team;
    this.#work = work;
    this.#lookups = lookups;
    this.#inputs = new Map(inputs.map((input) => [input.number, input]));
    this.#atOnceMax = atOnceMax;
  }

  async next(waiting: Waiting): Promise<SuppliedSlice | null> {
    for (;;) {
      await waiting.look();
      if (waiting.over()) return null;
      const claim = await this.#retried(async () => this.#claim());
      if (claim === null) {
        waiting.over();
        return null;
      }
      if (claim !== 'none yet') return this.#supplied(claim);
      await this.#session.clock.sleep(askAgainMs, this.#session.signal).catch(() => undefined);
    }
  }

  async brought(): ReturnType<SliceSupply['brought']> {
    const tally = await this.#retried(async () => this.#tally());
    return tally && { slices: tally.done, counts: tally.counts };
  }

  async end(): Promise<void> {
    const { clock } = this.#session;
    const { board, lead } = this.#team;
    await board.close(lead, this.#session.run, this.#work.step);
    while ((await this.#tally()).held > 0) await clock.sleep(askAgainMs);
  }

  /** Null when nothing is left to be taken, now or later. */
  async #claim(): Promise<Claim | 'none yet' | null> {
    this.#offering = this.#offering.then(
      async () => this.#offer(),
      async () => this.#offer(),
    );
    await this.#offering;
    const { board, worker } = this.#team;
    const { run } = this.#session;
    const claim = await board.claim(worker, { run, step: this.#work.step, atOnceMax: this.#atOnceMax });
    if (claim !== null) return claim;
    const { open, held, abandoned, failed } = await this.#tally();
    return open + held + abandoned + failed === 0 ? null : 'none yet';
  }

  /** Through the view that this process reads; again when its connections were opened again. */
  async #offer(): Promise<void> {
    const { connections, run, runbookId } = this.#session;
    if (this.#offered === connections.generation) return;
    const { generation } = connections;
    const snapshot = await connections.snapshot();
    const offer: NewOffer = {
      run,
      step: this.#work.step,
      runbookId,
      version: this.#team.version,
      view: snapshot.view ?? null,
      position: snapshot.position,
      atOnceMax: this.#atOnceMax,
      slices: this.#offered === null ? [...this.#inputs.keys()] : null,
    };
    await this.#team.board.offer(this.#team.lead, offer);
    this.#offered = generation;
  }

  #supplied(claim: Claim): SuppliedSlice {
    const { board } = this.#team;
    const input = this.#inputs.get(claim.slice);
    if (!input) throw new RangeError(`slice ${claim.slice} was never offered`);
    const [work, lookups] = [this.#work, this.#lookups];
    return {
      input,
      bring: async () => bringClaimed(this.#session, { board, claim, work, input, lookups }),
      giveBack: async () => {
        await board.settle(claim, { kind: 'given-back' });
      },
    };
  }

  async #tally(): Promise<OfferTally> {
    return await this.#team.board.tally(this.#session.run, this.#work.step);
  }

  /** Null when the run was asked to stop while the board was away. */
  async #retried<Result>(work: () => Promise<Result>): Promise<Result | null> {
    const done = await retried(this.#session, work);
    return done.kind === 'done' ? done.result : null;
  }
}
