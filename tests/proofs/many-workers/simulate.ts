import type { Claim, NewOffer } from '../../../src/engine/journal/work-board.ts';
import { SimulatedBoard } from '../../workers/simulated-board.ts';
import { VirtualTime } from './virtual-time.ts';

/**
 * Many workers, one board and one target, in a time of their own. The board keeps the contract of the port; what its operations
 * cost, and how many the database carries out side by side, was measured. Workers are killed and frozen; a frozen one wakes up with the
 * slice still in its hands. The target knows checkpoints and fences, and nothing else.
 */
export interface SimulationOptions {
  readonly workers: number;
  readonly slices: number;
  readonly sliceMs: number;
  readonly leaseMs: number;
  readonly beatMs: number;
  /** Of the slices taken: how many end with a kill of their worker, how many with its being frozen. */
  readonly killShare: number;
  readonly freezeShare: number;
  readonly costs: BoardCosts;
  /** Off only to see that the checks notice it. */
  readonly fenced?: boolean;
  readonly random: () => number;
}

/** Milliseconds of the database's time for one operation, and how many it carries out at the same time. */
export interface BoardCosts {
  readonly claimMs: number;
  readonly settleMs: number;
  readonly beatMs: number;
  readonly tallyMs: number;
  readonly atOnce: number;
}

export interface SimulationResult {
  readonly workers: number;
  readonly sliceMs: number;
  readonly tookMs: number;
  /** What it would take without a board, failures and their leases: 1 is as good as that. */
  readonly efficiency: number;
  /** Of its time, how much the board was at work. */
  readonly boardBusy: number;
  /** How long an operation took from asking to answer, the slowest hundredth. */
  readonly answerP99Ms: number;
  readonly kills: number;
  readonly freezes: number;
  /** From the kill or the freeze until another had the slice. */
  readonly takeoverMaxMs: number;
  /** Slices taken from a worker that was at work: its beats came too late. */
  readonly takenFromLiving: number;
  /** Commits that the target refused, of workers that had lost their slice. */
  readonly refusedByTarget: number;
  readonly slicesLost: number;
  readonly slicesTwice: number;
}

const offer: NewOffer = {
  run: 'run',
  step: 'step',
  runbookId: 'r',
  version: '1.0.0',
  view: null,
  position: 'p',
  atOnceMax: null,
  slices: [],
};

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  return new Simulation(options).run();
}

class Simulation {
  readonly #options: SimulationOptions;
  readonly #time = new VirtualTime();
  readonly #board: SimulatedBoard;
  readonly #target = new SimulatedTarget();
  readonly #freeAtMs: number[];
  readonly #answersMs: number[] = [];
  /** Slice -> since when nobody is at it. */
  readonly #struck = new Map<number, number>();
  readonly #unwell = new Set<string>();
  #busyMs = 0;
  #names = 0;
  #over = false;
  readonly #tally = { kills: 0, freezes: 0, takeoverMaxMs: 0, takenFromLiving: 0, refusedByTarget: 0 };

  constructor(options: SimulationOptions) {
    this.#options = options;
    this.#board = new SimulatedBoard(() => this.#time.nowMs, options.leaseMs);
    this.#freeAtMs = Array.from({ length: Math.max(1, Math.round(options.costs.atOnce)) }, () => 0);
  }

  async run(): Promise<SimulationResult> {
    const { workers, slices, sliceMs } = this.#options;
    await this.#board.join(this.#seat('lead'));
    const leading = await this.#board.lead('lead', 'run');
    if (!leading.leads) throw new Error('nobody else is there');
    await this.#board.offer(leading.token, {
      ...offer,
      slices: Array.from({ length: slices }, (_none, at) => at),
    });
    const all = [this.#lead(), this.#beats('lead', () => true)];
    for (let at = 0; at < workers; at += 1) all.push(this.#worker());
    await this.#time.pass(() => this.#over);
    const idealMs = (slices * sliceMs) / workers;
    const tookMs = Math.round(this.#time.nowMs);
    const answers = this.#answersMs.sort((a, b) => a - b);
    return {
      workers,
      sliceMs,
      tookMs,
      efficiency: rounded(idealMs / tookMs),
      boardBusy: rounded(this.#busyMs / (tookMs * this.#freeAtMs.length)),
      answerP99Ms: rounded(answers[Math.floor(answers.length * 0.99)] ?? 0),
      ...this.#tally,
      takeoverMaxMs: Math.round(this.#tally.takeoverMaxMs),
      slicesLost: slices - this.#target.slices,
      slicesTwice: this.#target.twice,
    };
  }

  #seat(worker: string): Parameters<SimulatedBoard['join']>[0] {
    return { worker, host: 'h', pid: 1, version: '1.0.0', purpose: 'p' };
  }

  /** An operation waits until the database has a place for it, and is carried out when its time is over. */
  async #ask<Answer>(costMs: number, work: () => Promise<Answer>): Promise<Answer> {
    const { nowMs } = this.#time;
    const place = this.#freeAtMs.indexOf(Math.min(...this.#freeAtMs));
    const doneMs = Math.max(nowMs, this.#freeAtMs[place] ?? 0) + costMs;
    this.#freeAtMs[place] = doneMs;
    this.#busyMs += costMs;
    await this.#time.sleep(doneMs - nowMs);
    this.#answersMs.push(doneMs - nowMs);
    return await work();
  }

  async #lead(): Promise<void> {
    for (;;) {
      const { open, held, abandoned } = await this.#ask(this.#options.costs.tallyMs, async () =>
        this.#board.tally('run', 'step'),
      );
      if (open + held + abandoned === 0) break;
      await this.#time.sleep(300);
    }
    this.#over = true;
  }

  async #beats(worker: string, isThere: () => boolean): Promise<void> {
    const { beatMs, costs } = this.#options;
    await this.#time.sleep(this.#options.random() * beatMs);
    while (!this.#over && isThere()) {
      if (!this.#unwell.has(worker)) await this.#ask(costs.beatMs, async () => this.#board.beat(worker));
      await this.#time.sleep(beatMs);
    }
  }

  /** From joining to the end of everything, or to its own; then another comes. */
  async #worker(): Promise<void> {
    this.#names += 1;
    const worker = `worker ${this.#names}`;
    const { costs, random } = this.#options;
    await this.#ask(costs.beatMs, async () => this.#board.join(this.#seat(worker)));
    let there = true;
    void this.#beats(worker, () => there);
    while (!this.#over && there) {
      const claim = await this.#ask(costs.claimMs, async () => this.#board.claim(worker, offer));
      if (claim === null) await this.#time.sleep(500 * (0.5 + random()));
      else there = await this.#bring(worker, claim);
    }
    if (!this.#over) {
      await this.#time.sleep(2_000);
      await this.#worker();
    }
  }

  /** False when it was killed with the slice. */
  async #bring(worker: string, claim: Claim): Promise<boolean> {
    const { killShare, freezeShare, random, costs } = this.#options;
    this.#seeTakeover(claim);
    if (claim.again && this.#options.fenced !== false) this.#target.raise(claim);
    const tookMs = this.#options.sliceMs * (0.5 + random());
    const draw = random();
    const struckMs = tookMs * random();
    if (draw < killShare + freezeShare) {
      await this.#time.sleep(struckMs);
      this.#struck.set(claim.slice, this.#time.nowMs);
      if (draw < killShare) {
        this.#tally.kills += 1;
        return false;
      }
      await this.#freeze(worker);
    }
    await this.#time.sleep(draw < killShare + freezeShare ? tookMs - struckMs : tookMs);
    if (!this.#target.commit(claim)) {
      this.#tally.refusedByTarget += 1;
      return true;
    }
    const counts = { rowsRead: 1, rowsWritten: 1, rowsQuarantined: 0, rowsPurged: 0 };
    const settled = await this.#ask(costs.settleMs, async () =>
      this.#board.settle(claim, { kind: 'done', counts }),
    );
    if (settled) this.#struck.delete(claim.slice);
    return true;
  }

  async #freeze(worker: string): Promise<void> {
    this.#tally.freezes += 1;
    this.#unwell.add(worker);
    await this.#time.sleep(1_000 + this.#options.random() * 30_000);
    this.#unwell.delete(worker);
  }

  #seeTakeover({ slice, again }: Claim): void {
    if (!again) return;
    const sinceMs = this.#struck.get(slice);
    if (sinceMs === undefined) this.#tally.takenFromLiving += 1;
    else this.#tally.takeoverMaxMs = Math.max(this.#tally.takeoverMaxMs, this.#time.nowMs - sinceMs);
    this.#struck.delete(slice);
  }
}

/** Checkpoints and fences, as `connectors/postgres/fence.ts` has them. */
class SimulatedTarget {
  readonly #fences = new Map<number, number>();
  readonly #checkpoints = new Map<number, number>();
  twice = 0;

  get slices(): number {
    return this.#checkpoints.size;
  }

  raise({ slice, token }: Claim): void {
    this.#fences.set(slice, Math.max(this.#fences.get(slice) ?? 0, Number(token)));
  }

  /** False when it was refused. A slice that is there already is not written again. */
  commit({ slice, token }: Claim): boolean {
    if (Number(token) < (this.#fences.get(slice) ?? 0)) return false;
    const before = this.#checkpoints.get(slice);
    // Whoever has a token that was not the latest when another committed should have been refused.
    if (before !== undefined && before > Number(token)) this.twice += 1;
    this.#checkpoints.set(slice, before ?? Number(token));
    return true;
  }
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;
