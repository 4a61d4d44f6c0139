import type { Moment } from './moment.ts';

/** What a text says of a moment, before a zone or a type makes something of it. */
export interface ReadMoment {
  /** As written: 23:59:60 and 24:00:00 still belong to it. */
  readonly day: number;
  /** As written, without regard to a zone. */
  readonly local: Moment;
  /** Seconds east of UTC that the text itself says; UTC when it says nothing. */
  readonly offset: () => number;
}
