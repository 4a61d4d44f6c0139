/** One measured figure; `against` and `ratio` where it was measured beside something else in the same run. */
export interface Figure {
  readonly bench: string;
  readonly case: string;
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly against?: string;
  readonly ratio?: number;
}

/** A bench case: yields figures as it measures them. */
export type BenchCase = (options: BenchOptions) => AsyncIterable<Figure>;

export interface BenchOptions {
  /** Share of the full size, for a quick look: 1 is what the committed results were measured with. */
  readonly scale: number;
  /** How often each of several ways is measured, in turns; figures are the medians. */
  readonly runs: number;
}
