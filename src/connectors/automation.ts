/** What a system does by itself when records are written, besides keeping them. */
export interface Automation {
  /** What is kept silent with the calls of a run, each in words. */
  readonly silenced: readonly string[];
  /** What only people can switch off there, each in words. */
  readonly forPeople: readonly string[];
}
