import type { Value } from './value.ts';

/** Which values of its type a field of one certain system cannot hold: a date past the year 9999, NaN, half a character. */
export interface Holds {
  /** Why the field would refuse the value, in words without it; null when it stays as it is. NULL is never asked about. */
  refusal(value: Value): string | null;
  /**
   * There where only the system itself can tell of some values: those that `refusal` is going to be asked about have to be
   * given here first, a batch at a time. Reads nothing and changes nothing.
   */
  ask?(values: readonly Value[]): Promise<void>;
}
