import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

interface Part {
  readonly part: string;
  /** Since the part before it was found, or since the proof was begun or went on. */
  readonly minutes: number;
  readonly found: unknown;
}

/**
 * What a proof has found so far, a line of JSON for each part: one that was cut goes on behind what its file holds. The file's
 * first line is the seed, which all parts are drawn from. A line that a cut left half written is as if it never was.
 */
export class Progress {
  readonly seed: number;
  readonly #path: string | null;
  readonly #found = new Map<string, unknown>();
  #lastMs = performance.now();
  /** Spent on everything that was found. */
  minutes = 0;

  /**
   * @param path null to keep nothing
   * @param seed of a proof that is begun; one that goes on has its own, and throws a `RangeError` where another was asked for
   */
  constructor(path: string | null, { seed, asked }: { readonly seed: number; readonly asked: boolean }) {
    this.#path = path;
    const text = path !== null && existsSync(path) ? readFileSync(path, 'utf8') : '';
    // Behind the last end of a line is what a cut left.
    const [first, ...parts] = text.split('\n').slice(0, -1);
    this.seed = first === undefined ? seed : (JSON.parse(first) as { readonly seed: number }).seed;
    if (asked && this.seed !== seed)
      throw new RangeError(`${path} was begun with seed ${this.seed}: remove it to begin with ${seed}`);
    for (const line of parts) {
      const { part, minutes, found } = JSON.parse(line) as Part;
      this.#found.set(part, found);
      this.minutes += minutes;
    }
    if (path === null) return;
    if (first === undefined) rmSync(path, { force: true });
    else writeFileSync(path, [first, ...parts, ''].join('\n'));
  }

  has(part: string): boolean {
    return this.#found.has(part);
  }

  /** What was found of that part; undefined where it is still to be done. */
  found(part: string): unknown {
    return this.#found.get(part);
  }

  keep(part: string, found: unknown): void {
    const minutes = (performance.now() - this.#lastMs) / 60_000;
    this.#lastMs = performance.now();
    this.minutes += minutes;
    this.#found.set(part, found);
    if (this.#path === null) return;
    if (!existsSync(this.#path)) this.#begin(this.#path);
    appendFileSync(this.#path, `${JSON.stringify({ part, minutes, found } satisfies Part)}\n`);
  }

  /** What was found of it before, or what comes of doing it now. */
  async once<Found>(part: string, work: () => Promise<Found>): Promise<Found> {
    if (!this.has(part)) this.keep(part, await work());
    return this.#found.get(part) as Found;
  }

  /** Only with the first part: of a proof that keeps none there is no file. */
  #begin(path: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify({ seed: this.seed })}\n`);
  }

  /** The proof is done: the next one begins anew. */
  end(): void {
    if (this.#path !== null) rmSync(this.#path, { force: true });
  }
}
