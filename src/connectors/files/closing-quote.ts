const lineFeed = 10;

/** So far it looks for a quote itself; for what is farther away a search of the machine's own is faster. */
const nearBytes = 16;

/** Finds where quoted text ends in bytes in which a quote inside is written twice, and counts the lines in it. */
export class ClosingQuote {
  readonly #quote: number;
  #units: Uint8Array = new Uint8Array(0);
  #bytes: Buffer = Buffer.alloc(0);
  /** The first line feed that was not counted yet. */
  #line = -1;
  /** Of the last text: whether a quote is in it. */
  doubled = false;

  constructor(quote: number) {
    this.#quote = quote;
  }

  /**
   * @param from behind the opening quote
   * @returns where the closing one is; -1 when none is before `to`. One directly before `to` may be half of two.
   */
  find(units: Uint8Array, from: number, to: number): number {
    if (units !== this.#units) this.#look(units);
    const quote = this.#quote;
    this.doubled = false;
    for (let at = from; at < to; at += 2) {
      const near = Math.min(at + nearBytes, to);
      while (at < near && units[at] !== quote) at += 1;
      if (at === near) at = this.#bytes.indexOf(quote, at);
      if (at < 0 || at >= to) return -1;
      if (at + 1 >= to || units[at + 1] !== quote) return at;
      this.doubled = true;
    }
    return -1;
  }

  /** The line feeds of the text that was just found. */
  lines(from: number, end: number): number {
    if (this.#line < from) this.#line = this.#lineFrom(from);
    let lines = 0;
    for (; this.#line < end; lines += 1) this.#line = this.#lineFrom(this.#line + 1);
    return lines;
  }

  #look(units: Uint8Array): void {
    this.#units = units;
    this.#bytes = Buffer.from(units.buffer, units.byteOffset, units.length);
    this.#line = -1;
  }

  #lineFrom(from: number): number {
    const found = this.#bytes.indexOf(lineFeed, from);
    return found < 0 ? this.#bytes.length : found;
  }
}
