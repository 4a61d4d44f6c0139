/**
 * Where the records of a file start: every record while there are few, every second, fourth, ... once there are many, so
 * that it never holds more than 65,536 places. Built in one pass, used for counting, splitting and going straight to a slice.
 */
export interface RecordPlace {
  readonly line: number;
  readonly offset: number;
  /** How many records are before it. */
  readonly before: number;
}

const placesMax = 65_536;

export class RecordIndex {
  readonly #lines = new Float64Array(placesMax);
  readonly #offsets = new Float64Array(placesMax);
  #places = 0;
  #stride = 1;
  records = 0;

  add(line: number, offset: number): void {
    if (this.records % this.#stride === 0) {
      if (this.#places === placesMax) this.#thin();
      if (this.records % this.#stride === 0) {
        this.#lines[this.#places] = line;
        this.#offsets[this.#places] = offset;
        this.#places += 1;
      }
    }
    this.records += 1;
  }

  /** The last known place on or before that line; undefined when the file has no record there. */
  placeBefore(line: number): RecordPlace | undefined {
    let low = 0;
    let high = this.#places;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#lines[middle] as number) <= line) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? undefined : this.#place(low - 1);
  }

  /** Places about that many records apart, the first of all included. */
  *everyRecords(count: number): Generator<RecordPlace> {
    const step = Math.max(1, Math.round(count / this.#stride));
    for (let at = 0; at < this.#places; at += step) yield this.#place(at);
  }

  #place(at: number): RecordPlace {
    return {
      line: this.#lines[at] as number,
      offset: this.#offsets[at] as number,
      before: at * this.#stride,
    };
  }

  #thin(): void {
    for (let at = 0; at * 2 < this.#places; at += 1) {
      this.#lines[at] = this.#lines[at * 2] as number;
      this.#offsets[at] = this.#offsets[at * 2] as number;
    }
    this.#places = Math.ceil(this.#places / 2);
    this.#stride *= 2;
  }
}
