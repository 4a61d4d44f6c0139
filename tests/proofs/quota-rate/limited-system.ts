import {
  jsonAnswer,
  type PracticeAnswer,
  type PracticeRequest,
  type PracticeSystem,
} from '../../../src/practice/practice-message.ts';
import { PracticeState } from '../../../src/practice/practice-state.ts';
import { RollingWindow } from '../../../src/practice/rolling-window.ts';
import { seededDraw } from '../../../src/practice/seeded-draw.ts';

const windowMs = 10_000;
const dayLimit = 1_000_000;

export interface LimitedSystemOptions {
  /** Calls in any 10 seconds, of all clients together. */
  readonly limit: number;
  /** The part of the limit that another client takes; 0 where there is none. */
  readonly others: number;
  /**
   * `spread`: that client spreads its calls, each gap between half and one and a half times the mean. `random`: its gaps are
   * exponential, as of many users who know nothing of each other; then even who knows everything is surprised now and then.
   */
  readonly manner: 'spread' | 'random';
  readonly seed: number;
}

/**
 * A system with HubSpot's limit of ten seconds: its headers, its 429, and another client that uses the same limit. Keeps what
 * it was sent, so that it can be asked whether anything was lost or came twice.
 */
export class LimitedSystem implements PracticeSystem {
  readonly orders: PracticeSystem['orders'] = {};
  readonly #options: LimitedSystemOptions;
  readonly #state = new PracticeState(':memory:', 'limited');
  readonly #window = new RollingWindow({ state: this.#state, name: 'ten seconds', windowMs, parts: 1_000 });
  readonly #kept = new Map<string, number>();
  #otherAtMs: number | null = null;
  #otherCalls = 0;
  #firstMs: number | null = null;
  #lastMs = 0;
  accepted = 0;
  refused = 0;
  othersAccepted = 0;

  constructor(options: LimitedSystemOptions) {
    this.#options = options;
  }

  /** Between the first call and the last, in the practice world's milliseconds. */
  get tookMs(): number {
    return this.#lastMs - (this.#firstMs ?? 0);
  }

  /** How often each record came. */
  get kept(): ReadonlyMap<string, number> {
    return this.#kept;
  }

  answer(request: PracticeRequest): PracticeAnswer {
    const { nowMs } = request;
    this.#letOthersCall(nowMs);
    this.#firstMs ??= nowMs;
    this.#lastMs = nowMs;
    const { limit } = this.#options;
    if (this.#window.used(nowMs) >= limit) {
      this.refused += 1;
      const message = 'You have reached your ten_secondly_rolling limit.';
      const body = {
        status: 'error',
        message,
        errorType: 'RATE_LIMIT',
        correlationId: 'c',
        policyName: 'TEN_SECONDLY_ROLLING',
        requestId: 'r',
      };
      return jsonAnswer(429, body);
    }
    this.#window.take(nowMs, 1);
    this.accepted += 1;
    const { record } = JSON.parse(request.body.toString('utf8')) as { record: string };
    this.#kept.set(record, (this.#kept.get(record) ?? 0) + 1);
    return jsonAnswer(
      200,
      { id: record },
      {
        'X-HubSpot-RateLimit-Max': String(limit),
        'X-HubSpot-RateLimit-Remaining': String(Math.max(0, limit - this.#window.used(nowMs))),
        'X-HubSpot-RateLimit-Interval-Milliseconds': String(windowMs),
        'X-HubSpot-RateLimit-Daily': String(dayLimit),
        'X-HubSpot-RateLimit-Daily-Remaining': String(dayLimit - this.accepted - this.othersAccepted),
      },
    );
  }

  order(name: string): unknown {
    return name === 'state' ? { accepted: this.accepted, refused: this.refused } : null;
  }

  settle(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.dispose](): void {
    this.#state[Symbol.dispose]();
  }

  /** What the other client did up to now. */
  #letOthersCall(nowMs: number): void {
    const { limit, others, manner, seed } = this.#options;
    if (others === 0) return;
    const meanMs = windowMs / (limit * others);
    this.#otherAtMs ??= nowMs;
    while (this.#otherAtMs <= nowMs) {
      if (this.#window.used(this.#otherAtMs) < limit) {
        this.#window.take(this.#otherAtMs, 1);
        this.othersAccepted += 1;
      }
      this.#otherCalls += 1;
      const drawn = seededDraw(seed, this.#otherCalls);
      this.#otherAtMs += meanMs * (manner === 'random' ? -Math.log(1 - drawn) : 0.5 + drawn);
    }
  }
}
