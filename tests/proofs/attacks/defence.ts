/** One defence against an attack on approvals, how it is taken away, and the test that has to notice. */
export interface Defence {
  readonly attack: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The file of the test, and words of its name. */
  readonly test: string;
  readonly name: string;
}
