import type { SliceCounts } from '../../model/index.ts';

/**
 * Where the processes that work on one run meet: who is there, who leads, which slices are offered, who holds which. It hands
 * out work, and no right to write: that is the warrant, which every process gets for itself.
 *
 * A worker has a seat with a lease that its beats prolong. Somebody whose lease has run out keeps what they hold until another takes
 * it over; then the claim has another token, and whatever still speaks with the old one is refused: by the board, by the
 * journal, and by the target in the transaction of the slice.
 *
 * Invariants, tested by `work-board.contract.ts`: 1. at most one leads. 2. a slice has at most one claim whose token is the latest,
 * and tokens only rise, whatever the clocks of the machines say: leases are counted by the board's own clock. 3. nothing is
 * claimed but what the one who leads now offers, while their lease lasts. 4. never more slices of an offer are held than its
 * limit. 5. a worker of an older version than one that led is refused.
 */
export interface WorkBoard {
  /** Throws `engine.worker-outdated`. */
  join(worker: NewWorker): Promise<void>;
  /** Prolongs the lease, and says what is still held; null when the seat is gone. */
  beat(worker: string): Promise<Beat | null>;
  /** What it held can be taken at once. */
  leave(worker: string): Promise<void>;
  /** Who is there, and who was, by the time they came. */
  workers(): Promise<readonly SeenWorker[]>;

  /** Makes this worker the one who leads, or says who does. */
  lead(worker: string, purpose: string): Promise<Leading>;
  /** A token higher than all before. Throws `engine.lead-lost` unless `lead` is that of the one who leads. */
  nextToken(lead: string): Promise<string>;
  /** Offers these slices of a step, or offers them again. Throws `engine.lead-lost`. */
  offer(lead: string, offer: NewOffer): Promise<void>;
  /** From here on nobody takes a slice of the step. Throws `engine.lead-lost`. */
  close(lead: string, run: string, step: string): Promise<void>;
  /** What is offered now. */
  offers(): Promise<readonly Offer[]>;

  /** The next slice of an offer; null when there is none to take, or no room. */
  claim(worker: string, offer: Pick<Offer, 'run' | 'step' | 'atOnceMax'>): Promise<Claim | null>;
  /** False when another has it by now. */
  settle(claim: Claim, outcome: SliceOutcome): Promise<boolean>;
  /** Of an offer, open or closed. */
  tally(run: string, step: string): Promise<OfferTally>;
}

export interface NewWorker {
  readonly worker: string;
  readonly host: string;
  readonly pid: number;
  /** Of godwit. */
  readonly version: string;
  /** What it does, for people: `godwit run`. */
  readonly purpose: string;
}

export interface Beat {
  /** The token of its lead; null when it does not lead. */
  readonly lead: string | null;
  /** Tokens of the claims that are its own still. */
  readonly held: readonly string[];
}

export interface SeenWorker extends NewWorker {
  /** ISO instants in UTC. */
  readonly joinedAt: string;
  readonly seenAt: string;
  /** `here`; `silent`: its lease has run out; `gone`: it left. */
  readonly state: 'here' | 'silent' | 'gone';
  readonly leads: boolean;
  readonly slicesDone: number;
  /** What it holds: `03-copy-contact 17`. */
  readonly holds: readonly string[];
}

export type Leading =
  | { readonly leads: true; readonly token: string }
  | { readonly leads: false; readonly by: SeenWorker };

export interface NewOffer {
  readonly run: string;
  readonly step: string;
  readonly runbookId: string;
  /** Of godwit: only workers of the same one take slices. */
  readonly version: string;
  /** How others read the source as the one who leads does; null where each opens a view of its own. */
  readonly view: string | null;
  /** Of the view the one who leads reads through. */
  readonly position: string;
  /** How many slices may be held together, whoever holds them; null where nothing limits it. */
  readonly atOnceMax: number | null;
  /** Null where the same slices are offered on; else all others of the step are forgotten. */
  readonly slices: readonly number[] | null;
}

export type Offer = Omit<NewOffer, 'slices'>;

/** The right to bring one slice, until its token is not the latest any more. */
export interface Claim {
  readonly run: string;
  readonly step: string;
  readonly slice: number;
  readonly worker: string;
  /** Decimal digits; later claims have higher ones. */
  readonly token: string;
  /** Somebody held it before, and may not know yet that they lost it. */
  readonly again: boolean;
}

export type SliceOutcome =
  | { readonly kind: 'done'; readonly counts: SliceCounts }
  /** It is offered again. */
  | { readonly kind: 'given-back' }
  /** It failed with this code: only the one who leads takes it again. */
  | { readonly kind: 'failed'; readonly code: string };

export interface OfferTally {
  readonly open: number;
  /** Held by somebody whose lease lasts. */
  readonly held: number;
  /** Held by somebody whose lease has run out. */
  readonly abandoned: number;
  readonly failed: number;
  readonly done: number;
  /** Of the slices done since it was offered first. */
  readonly counts: SliceCounts;
}

/** By the numbers of `1.2.3`; what follows them (`-rc.1`) comes before the same without it. */
export function isOlderVersion(version: string, than: string): boolean {
  const [one, other] = [partsOf(version), partsOf(than)];
  for (const [at, part] of one.numbers.entries()) {
    const difference = part - (other.numbers[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return one.before && !other.before;
}

function partsOf(version: string): { readonly numbers: readonly number[]; readonly before: boolean } {
  const [numbers = '', ...rest] = version.split('-');
  return { numbers: numbers.split('.').map(Number), before: rest.length > 0 };
}
