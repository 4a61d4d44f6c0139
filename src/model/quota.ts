/**
 * How a vendor counts what is used of a quota.
 * `rolling`: within the last so many milliseconds. `fixed`: within windows side by side, whose phase the vendor tells.
 * `utc-hour`: since the full hour. `midnight`: since midnight in the account's zone (IANA name). `at-once`: under way together.
 */
export type QuotaRule =
  | { readonly kind: 'rolling' | 'fixed'; readonly windowMs: number }
  | { readonly kind: 'utc-hour' | 'at-once' }
  | { readonly kind: 'midnight'; readonly zone: string };

/** So many units within a window. One name is one quota, whoever asks: `acme-crm/ten-seconds`. */
export interface Quota {
  readonly name: string;
  readonly rule: QuotaRule;
  /** In units; what the vendor itself says of its limit takes its place. */
  readonly limit: number;
  /** The part of it that is ours, above 0 and at most 1; all of it unless told. */
  readonly share?: number;
}

/** What a call costs of one quota. */
export interface QuotaCharge {
  readonly quota: Quota;
  /** Units, at least 1. */
  readonly cost: number;
  /** Of an `at-once` quota: stays held after the answer for so long, or until it is released; a job that is queued. */
  readonly holdMs?: number;
}

/** What one answer says of a quota. */
export interface QuotaSighting {
  readonly quota: string;
  readonly limit?: number;
  /** Units left for everybody after this call, by the vendor's count. */
  readonly remaining?: number;
  /** Milliseconds until the vendor's window ends. */
  readonly resetInMs?: number;
  /** The call was refused because of it. */
  readonly refused?: boolean;
  /** No use to ask again before so many milliseconds. */
  readonly retryInMs?: number;
}

/** Whether a set of charges was taken; if not, which quota is in the way and for about how long. */
export type QuotaGrant =
  | {
      readonly granted: true;
      readonly id: string;
      /** How far apart such calls are when they are spread evenly over the window, in milliseconds; 0 where that is of no use. */
      readonly evenMs: number;
    }
  | {
      readonly granted: false;
      readonly quota: string;
      readonly waitMs: number;
      readonly spent: SpentQuota;
    };

/** A quota that is in the way: the first three in its units. */
export interface SpentQuota {
  readonly used: number;
  /** Left to others, as far as they were seen. */
  readonly foreign: number;
  /** What may be used by us. */
  readonly limit: number;
  readonly rule: QuotaRule;
}

/** Calls that wait, for people. */
export interface CallWait {
  /** What is used up; null where the system itself refuses them and nobody knows more. */
  readonly spent: SpentQuota | null;
  /** ISO instant at which calls go again or look again, as far as known, in the time of `clock`. */
  readonly until: string;
  /** How long that is from now, in the machine's milliseconds. */
  readonly machineMs: number;
  /** Whose time the system lives in, and how many times as fast as the machine's it runs. */
  readonly clock: 'machine' | 'practice';
  readonly speed: number;
}

/** How an attempt ended, for the book. */
export interface QuotaSettlement {
  /** False only where the vendor can never have seen it. */
  readonly reached: boolean;
  readonly sightings: readonly QuotaSighting[];
  /** The vendor's own clock, milliseconds since 1970; null where it does not say. */
  readonly vendorMs: number | null;
  /** Under which words the attempt is counted: `bulk upload`, `answered`. */
  readonly label: string;
  readonly outcome: string;
}

export interface QuotaUse {
  /** Units of ours in the current window, those under way included. */
  readonly used: number;
  readonly foreign: number;
  /** What may be used by us, as far as known: the vendor's limit, or the declared one, times the share. */
  readonly limit: number;
  /** When used units come back: milliseconds from now, and how many; empty for `at-once`. */
  readonly comingBack: readonly { readonly inMs: number; readonly units: number }[];
  /** Milliseconds until the window ends and the one behind it; null where none ends for all at once. */
  readonly endsInMs: number | null;
}

/** A line of the count of attempts. */
export interface CountedAttempts {
  readonly label: string;
  readonly outcome: string;
  readonly attempts: number;
}

/**
 * Where charges are kept. All times are the book's own, which never runs backwards; only differences leave it.
 *
 * Invariants: 1. charges are taken together or not at all, whoever else asks at the same time. 2. what was taken survives the
 * end of the process. 3. never more than the limit within any window, wherever between sending and answer the vendor counts.
 */
export interface QuotaBook {
  /**
   * @param answerMs the longest time after which the vendor has counted the attempt, should nobody settle it
   * Throws where a cost is more than its whole quota.
   */
  reserve(charges: readonly QuotaCharge[], answerMs: number): Promise<QuotaGrant>;
  settle(id: string, settlement: QuotaSettlement): Promise<void>;
  /** Gives back what `holdMs` still holds. */
  release(id: string): Promise<void>;
  use(quota: Quota): Promise<QuotaUse>;
  /** All attempts ever settled in this book, by label and outcome. */
  attempts(): Promise<readonly CountedAttempts[]>;
}
