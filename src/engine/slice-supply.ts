import type { SliceResult } from '../connectors/index.ts';
import type { SliceCounts } from '../model/index.ts';
import type { LookupCache } from './resolve-lookups.ts';
import { retried } from './run-step.ts';
import type { Session } from './session.ts';
import type { SliceInput, SliceWork } from './slice-work.ts';
import { writeSlice } from './write-slice.ts';

/** A slice that is this process's to bring now. */
export interface SuppliedSlice {
  readonly input: SliceInput;
  bring(): Promise<
    { readonly kind: 'done'; readonly result: SliceResult } | { readonly kind: 'stopped' | 'lost' }
  >;
  /** Leaves it to whoever comes next. */
  giveBack(): Promise<void>;
}

/** Whoever waits for a slice. */
export interface Waiting {
  /** None is wanted any more. */
  over(): boolean;
  /** Looks at what others brought meanwhile. */
  look(): Promise<void>;
}

/** Where the slices of a step come from: the list of one process, or the board of many. */
export interface SliceSupply {
  /** The next one; null when there will be none. Waits while others hold what they may give back. */
  next(waiting: Waiting): Promise<SuppliedSlice | null>;
  /** What all of them brought together since the supply began; null where this process is the only one. */
  brought(): Promise<{ readonly slices: number; readonly counts: SliceCounts } | null>;
  /** After the last one: nobody brings another. Resolves when nobody is at work on any. */
  end(): Promise<void>;
}

/** All slices for this process, in order. */
export class SliceList implements SliceSupply {
  readonly #session: Session;
  readonly #work: SliceWork;
  readonly #lookups: LookupCache;
  readonly #inputs: readonly SliceInput[];
  #next = 0;

  constructor(session: Session, work: SliceWork, lookups: LookupCache, inputs: readonly SliceInput[]) {
    this.#session = session;
    this.#work = work;
    this.#lookups = lookups;
    this.#inputs = inputs;
  }

  async next(waiting: Waiting): Promise<SuppliedSlice | null> {
    const input = this.#inputs[this.#next];
    if (input === undefined || waiting.over()) return null;
    this.#next += 1;
    return {
      input,
      bring: async () =>
        retried(this.#session, async () => writeSlice(this.#session, this.#work, input, this.#lookups)),
      giveBack: async () => undefined,
    };
  }

  async brought(): Promise<null> {
    return null;
  }

  async end(): Promise<void> {}
}
