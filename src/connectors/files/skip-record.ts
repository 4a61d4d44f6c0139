import type { ScanUnits } from './record-shape.ts';
import type { CsvGrammar } from './scan-csv.ts';

/**
 * Finds the end of a record that is too large to hold, part by part. The parts are looked at in order, each once; state is
 * a handful of numbers, whatever the record's size.
 */
export interface Skipping {
  /** Looks at the next part: `past` is where in it the record ended. */
  look(units: ScanUnits, to: number): SkipOutcome;
  /** Units of the record up to and with its first line end; null until that was seen. */
  readonly firstLineUnits: number | null;
  /** Units looked at before the last part. */
  readonly unitsBefore: number;
  readonly inQuotes: boolean;
  readonly lines: number;
}

export type SkipRecord = () => Skipping;

export interface SkipOutcome {
  readonly ended: boolean;
  readonly past: number;
  readonly lines: number;
}

/** @param grammar null for JSON Lines, where a line end always ends the record */
export function skipping(grammar: CsvGrammar | null): SkipRecord {
  return () => new RecordSkipper(grammar);
}

type State = 'field-start' | 'bare' | 'quoted' | 'escaped' | 'behind-quote' | 'broken';

class RecordSkipper implements Skipping {
  readonly #quote: number;
  readonly #escape: number;
  readonly #delimiter: number;
  readonly #tail: number;
  readonly #lineEnd: number;
  #state: State = 'field-start';
  #tailLeft = 0;
  #seen = 0;
  firstLineUnits: number | null = null;
  unitsBefore = 0;
  lines = 0;

  constructor(grammar: CsvGrammar | null) {
    this.#quote = grammar?.quote?.charCodeAt(0) ?? -1;
    this.#escape = grammar?.escape.charCodeAt(0) ?? -1;
    this.#delimiter = grammar?.delimiter.charCodeAt(0) ?? -1;
    this.#tail = (grammar?.delimiter.length ?? 1) - 1;
    this.#lineEnd = grammar?.carriageReturnEnds === true ? 13 : 10;
  }

  get inQuotes(): boolean {
    return this.#state === 'quoted' || this.#state === 'escaped';
  }

  look(units: ScanUnits, to: number): SkipOutcome {
    this.unitsBefore = this.#seen;
    for (let at = 0; at < to; at += 1) {
      if (units[at] === this.#lineEnd && this.#endsLine(at)) {
        return { ended: true, past: at + 1, lines: this.lines };
      }
      this.#advance(units[at] as number);
    }
    this.#seen += to;
    return { ended: false, past: to, lines: this.lines };
  }

  #endsLine(at: number): boolean {
    this.lines += 1;
    this.firstLineUnits ??= this.#seen + at + 1;
    return !this.inQuotes;
  }

  #advance(unit: number): void {
    switch (this.#state) {
      case 'field-start':
        if (this.#tailLeft > 0) this.#tailLeft -= 1;
        else if (unit === this.#quote) this.#state = 'quoted';
        else this.#bare(unit);
        return;
      case 'bare':
        this.#bare(unit);
        return;
      case 'quoted':
        if (unit === this.#escape && unit !== this.#quote) this.#state = 'escaped';
        else if (unit === this.#quote) this.#state = 'behind-quote';
        return;
      case 'escaped':
        this.#state = 'quoted';
        return;
      case 'behind-quote':
        if (unit === this.#quote && this.#escape === this.#quote) this.#state = 'quoted';
        else if (unit === this.#delimiter) this.#bare(unit);
        else this.#state = 'broken';
        return;
      case 'broken':
        return;
    }
  }

  #bare(unit: number): void {
    if (unit === this.#delimiter) {
      this.#state = 'field-start';
      this.#tailLeft = this.#tail;
    } else this.#state = 'bare';
  }
}
