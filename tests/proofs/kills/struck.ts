import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  PracticeAnswer,
  PracticeRequest,
  PracticeSystem,
} from '../../../src/practice/practice-message.ts';

/** Between which calls of a life its kill falls. */
export interface Reach {
  readonly callsLeast: number;
  /** A life that has ended before the call that was drawn was the last one. */
  callsMost(livesBefore: number): number;
}

/** A practice system that kills who calls it. */
export class Struck implements PracticeSystem {
  readonly orders: PracticeSystem['orders'];
  readonly #system: PracticeSystem;
  readonly #reach: Reach;
  #child: ChildProcess | null = null;
  #random: () => number = () => 0;
  #left = 0;
  where = '';

  constructor(system: PracticeSystem, reach: Reach) {
    this.#system = system;
    this.#reach = reach;
    this.orders = system.orders;
  }

  /** Kills the child at a call drawn at random. */
  aim(child: ChildProcess, livesBefore: number, random: () => number): void {
    const { callsLeast } = this.#reach;
    this.#child = child;
    this.#random = random;
    this.#left = callsLeast + Math.floor(random() * (this.#reach.callsMost(livesBefore) - callsLeast));
    this.where = `call ${this.#left}`;
  }

  answer(request: PracticeRequest): PracticeAnswer {
    this.#left -= 1;
    const child = this.#left === 0 ? this.#child : null;
    if (child === null) return this.#system.answer(request);
    const moment = Math.floor(this.#random() * 3);
    const laterMs = Math.floor(this.#random() * 20);
    this.where +=
      [', before it was worked on', ', before it was answered', `, ${laterMs} ms later`][moment] ?? '';
    if (moment === 0) child.kill('SIGKILL');
    const answer = this.#system.answer(request);
    if (moment === 1) child.kill('SIGKILL');
    if (moment === 2) void delay(laterMs).then(() => child.kill('SIGKILL'));
    return answer;
  }

  order(name: string, content: unknown): unknown {
    return this.#system.order(name, content);
  }

  settle(): Promise<void> {
    return this.#system.settle();
  }

  [Symbol.dispose](): void {
    this.#system[Symbol.dispose]();
  }
}
