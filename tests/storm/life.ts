import { GodwitError } from '../../src/model/index.ts';
import type { Draw } from './draw.ts';
import { ProcessClock, type WorldTime } from './world-time.ts';

/** What may strike one call over a wire. */
export interface Strikes {
  /** Asked before the effect of a call: `lost` ends the call without it. */
  before(call: Call): Strike;
  /** Asked behind the effect, before the caller hears of it. */
  after(call: Call): Strike;
}

export interface Call {
  /** `target.commit`, `journal.savePlan` */
  readonly name: string;
  readonly side: 'source' | 'target' | 'journal' | 'ledger' | 'engine';
}

/** `kill`: before anything is sent. `kill-sent`: right behind it, so that it is done when nobody waits for it any more. */
export type Strike = 'none' | 'kill' | 'kill-sent' | GodwitError;

export const calm: Strikes = { before: () => 'none', after: () => 'none' };

/**
 * One process: everything it asks of another system takes two turns of time, one for the request and one for the answer. When it
 * is killed it goes no further: no error reaches it, nothing of it is cleaned up, and what it has asked for may still be done.
 */
export class Life {
  readonly clock: ProcessClock;
  readonly #time: WorldTime;
  readonly #draw: Draw;
  readonly #strikes: Strikes;
  readonly #onKill: (() => void)[] = [];
  #alive = true;
  #slowUntilMs = 0;

  constructor(time: WorldTime, draw: Draw, strikes: Strikes) {
    this.#time = time;
    this.#draw = draw;
    this.#strikes = strikes;
    this.clock = new ProcessClock(time, async (delayMs) => this.delay(delayMs));
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Told when it is killed: whoever holds something for it lets go. */
  onKill(told: () => void): void {
    this.#onKill.push(told);
  }

  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const told of this.#onKill) told();
  }

  /** Answers of its systems take their time from now on. */
  slowFor(durationMs: number): void {
    this.#slowUntilMs = this.#time.nowMs + durationMs;
  }

  async delay(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#alive) return;
      this.#time.after(delayMs, () => {
        if (this.#alive) resolve();
      });
    });
  }

  /**
   * One call to another system: request, effect, answer. What was sent is done over there also when this process is gone by
   * then; what it does in its own files is not.
   */
  async call<Result>(call: Call, effect: () => Result): Promise<Result> {
    const strike = this.#strikes.before(call);
    if (strike !== 'none' && strike !== 'kill-sent') await this.#suffer(strike);
    return new Promise((resolve, reject) => {
      if (!this.#alive) return;
      const own = call.side === 'journal' || call.side === 'ledger';
      this.#time.after(this.#latencyMs() + (strike === 'kill-sent' ? this.#lastWordMs() : 0), () => {
        if (own && !this.#alive) return;
        this.#time.note(call.name);
        const answer = attempt(effect, resolve, reject);
        if (!this.#alive) return;
        const lost = this.#strikes.after(call);
        if (lost === 'kill' || lost === 'kill-sent') this.kill();
        this.#time.after(this.#latencyMs(), () => {
          if (!this.#alive) return;
          if (typeof lost === 'object') reject(lost);
          else answer();
        });
      });
      if (strike === 'kill-sent') this.kill();
    });
  }

  async #suffer(strike: 'kill' | GodwitError): Promise<void> {
    if (strike === 'kill') {
      this.kill();
      return new Promise<never>(() => undefined);
    }
    await this.delay(this.#latencyMs());
    throw strike;
  }

  /** How long the last thing that it asked for is under way: a disk or a standby may let a commit wait. */
  #lastWordMs(): number {
    return this.#draw.below(this.#draw.of([20, 2_000, 20_000]));
  }

  #latencyMs(): number {
    const slow = this.#time.nowMs < this.#slowUntilMs;
    return this.#draw.fraction() * (slow ? 5_000 : 4);
  }
}

function attempt<Result>(
  effect: () => Result,
  resolve: (result: Result) => void,
  reject: (error: unknown) => void,
): () => void {
  try {
    const result = effect();
    return () => resolve(result);
  } catch (error) {
    return () => reject(error);
  }
}
