/** A value that cannot be carried without altering it; becomes a bad record when read, a refused one when written. */
export class UnfitValue extends Error {
  readonly code: string;
  /** The field whose value it is, where that is known. */
  readonly field: string | null;

  constructor(code: string, message: string, field: string | null = null) {
    super(message);
    this.name = 'UnfitValue';
    this.code = code;
    this.field = field;
  }
}
