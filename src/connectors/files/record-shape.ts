/** Bytes of a one-byte encoding or UTF-8, or the 16-bit units of UTF-16. */
export type ScanUnits = Uint8Array | Uint16Array;

export type ShapeProblem = 'stray-quote' | 'text-behind-quote' | 'stray-line-end' | 'unclosed-quote';

/**
 * Where one record and its fields lie in a buffer. One object is used for record after record: nothing is made in the hot
 * loop. Fields are kept as positions; making text of them is the reader's affair.
 */
export class RecordShape {
  start = 0;
  /** Behind the line end. */
  past = 0;
  /** Units of the line end: 0 where the file stops without one. */
  lineEndUnits = 0;
  /** Line ends inside and behind the record. */
  lines = 0;
  fields = 0;
  /** Some unit is beyond ASCII. */
  high = false;
  nul = false;
  ended = false;
  problem: ShapeProblem | null = null;
  problemAt = 0;
  starts: Int32Array = new Int32Array(64);
  ends: Int32Array = new Int32Array(64);
  /** 0 bare, 1 quoted, 2 quoted with escapes in it. */
  quoting: Uint8Array = new Uint8Array(64);

  begin(start: number): void {
    this.start = start;
    this.past = start;
    this.lineEndUnits = 0;
    this.lines = 0;
    this.fields = 0;
    this.high = false;
    this.nul = false;
    this.ended = false;
    this.problem = null;
  }

  field(start: number, end: number, quoted: boolean, escapes: boolean): void {
    const at = this.fields;
    if (at === this.starts.length) this.#grow();
    this.starts[at] = start;
    this.ends[at] = end;
    this.quoting[at] = quoted ? (escapes ? 2 : 1) : 0;
    this.fields = at + 1;
  }

  end(past: number, lineEndUnits: number): number {
    this.past = past;
    this.lineEndUnits = lineEndUnits;
    this.ended = true;
    return past;
  }

  #grow(): void {
    const double = this.starts.length * 2;
    const starts = new Int32Array(double);
    const ends = new Int32Array(double);
    const quoting = new Uint8Array(double);
    starts.set(this.starts);
    ends.set(this.ends);
    quoting.set(this.quoting);
    this.starts = starts;
    this.ends = ends;
    this.quoting = quoting;
  }
}
