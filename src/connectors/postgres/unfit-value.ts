/** A value that cannot be carried without altering it; becomes a bad record when read, a refused one when written. */
export class UnfitValue extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'UnfitValue';
    this.code = code;
  }
}
