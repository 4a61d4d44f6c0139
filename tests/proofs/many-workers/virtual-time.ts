import { setImmediate } from 'node:timers/promises';

interface Waiting {
  readonly atMs: number;
  readonly order: number;
  readonly wake: () => void;
}

/** A time that passes only when everybody waits: whoever waits shortest is woken first, those of one moment in their order. */
export class VirtualTime {
  readonly #waiting: Waiting[] = [];
  #order = 0;
  nowMs = 0;

  sleep(durationMs: number): Promise<void> {
    return new Promise((wake) => {
      this.#order += 1;
      this.#push({ atMs: this.nowMs + Math.max(0, durationMs), order: this.#order, wake });
    });
  }

  /** Until `over`, or nobody waits any more. */
  async pass(over: () => boolean): Promise<void> {
    await setImmediate();
    while (!over()) {
      const next = this.#pop();
      if (next === undefined) return;
      this.nowMs = next.atMs;
      next.wake();
      await setImmediate();
    }
  }

  #push(one: Waiting): void {
    const heap = this.#waiting;
    heap.push(one);
    for (let at = heap.length - 1; at > 0; ) {
      const above = (at - 1) >> 1;
      if (!this.#before(at, above)) return;
      this.#swap(at, above);
      at = above;
    }
  }

  #pop(): Waiting | undefined {
    const heap = this.#waiting;
    const [first] = heap;
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && this.#before(left, least)) least = left;
      if (right < heap.length && this.#before(right, least)) least = right;
      if (least === at) return first;
      this.#swap(at, least);
      at = least;
    }
  }

  #before(a: number, b: number): boolean {
    const [one, other] = [this.#waiting[a], this.#waiting[b]];
    if (!one || !other) return false;
    return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#waiting[a], this.#waiting[b]];
    if (!one || !other) return;
    this.#waiting[a] = other;
    this.#waiting[b] = one;
  }
}
