import type { Row } from '../model/index.ts';

/** Who looks at values before they travel. Nothing is read for it where it wants nothing. */
export interface ValueWatch {
  /** Null where nobody wants to see this slice. */
  look(slice: WatchedSlice): ValueLook | null;
}

export interface WatchedSlice {
  /** The target's. */
  readonly relation: string;
  /** Target fields, in the order of the values of each row. */
  readonly fields: readonly string[];
  readonly slice: number;
}

/** One look at one slice; it counts once it is done, so that it may be begun again. */
export interface ValueLook {
  see(row: Row): void;
  done(): void;
}
