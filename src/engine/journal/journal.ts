import type { Position, Slice } from '../../model/index.ts';
import type { EntryPlace, EntryState, EntrySummary, KeptEntry, QuarantineEntry } from './quarantine-entry.ts';

/**
 * Where the plan of a run and its quarantine survive. What was applied is never read from here: the target says that.
 *
 * Invariants, tested by `journal.contract.ts` on every implementation:
 * 1. When a promise of a writing method resolves, its effect survives a kill and a power cut.
 * 2. A plan is there whole or not at all, and never changes once it is there.
 * 3. The entries of a slice are replaced, never doubled, when the slice is written again, and none is lost before that.
 * 4. No key, value, message or range is readable in the file without the user's key.
 * 5. A journal of a newer format is refused, never misread.
 */
export interface Journal extends AsyncDisposable {
  runs(): Promise<readonly JournalRun[]>;
  /** Begins the run, or goes on with it; throws `engine.run-changed` when it was begun with another runbook. */
  beginRun(run: NewRun): Promise<JournalRun>;
  setRunState(run: string, state: RunState, code: string | null): Promise<void>;

  /** In the order in which they were begun. */
  steps(run: string): Promise<readonly JournalStep[]>;
  /** Begins the step, or goes on with it; answers with what was known before. */
  beginStep(run: string, step: NewStep): Promise<{ readonly step: JournalStep; readonly fresh: boolean }>;
  setStepState(run: string, step: string, state: StepState, code: string | null): Promise<void>;

  /** Null until it was saved whole. */
  plan(run: string, step: string): Promise<SlicePlan | null>;
  savePlan(run: string, step: string, plan: SlicePlan): Promise<void>;

  /** Entries of one attempt at a slice; an entry of the same record and step is replaced. */
  quarantine(place: FencedPlace, attempt: string, entries: readonly QuarantineEntry[]): Promise<void>;
  /**
   * Called before the slice is committed: entries and purge counts of the slice are now those of this attempt alone. Not
   * before, because an earlier attempt may have been committed although its answer was lost.
   */
  confirmSlice(place: FencedPlace, attempt: string, purged: readonly PurgedCount[]): Promise<void>;
  purged(run: string): Promise<readonly (PurgedCount & EntryPlace)[]>;
  /** What the records of a slice looked like that did not go to quarantine; the last word on a slice counts. */
  saveDigest(run: string, step: string, slice: number, digest: string): Promise<void>;
  /** By slice; slices of which none was saved are not in it. */
  digests(run: string, step: string): Promise<ReadonlyMap<number, string>>;

  /** Newest run last, then by step, slice and id. */
  entries(filter: EntryFilter): AsyncIterable<EntrySummary>;
  /** With what was sealed; null when there is none of that id. */
  entry(id: string): Promise<KeptEntry | null>;
  settleEntries(ids: readonly string[], state: Exclude<EntryState, 'open'>, by: string): Promise<void>;
  /**
   * Of these records, those with an open entry of one step of the runbook (or of its replays). A record is named by its
   * source key, or by its place where no key could be read.
   */
  openAmong(run: string, origin: string, records: readonly string[]): Promise<ReadonlySet<string>>;
  /** The entries each slice of a replay repeats. */
  saveReplay(run: string, step: string, slices: readonly (readonly string[])[]): Promise<void>;
  replay(run: string, step: string): Promise<readonly (readonly string[])[]>;
}

/** Where many machines work: the token of the claim under which a slice is written. Throws `engine.claim-lost` when another has it by now. */
export interface FencedPlace extends EntryPlace {
  readonly fence?: string | undefined;
}

export type RunState = 'running' | 'paused' | 'stopped' | 'failed' | 'done' | 'undoing' | 'undone';
export type StepState = 'started' | 'paused' | 'stopped' | 'failed' | 'done' | 'undone';

export interface NewRun {
  readonly run: string;
  readonly runbookId: string;
  readonly world: 'live' | 'rehearsal';
}

export interface JournalRun extends NewRun {
  readonly state: RunState;
  /** Code of what stopped it; null while it goes well. */
  readonly code: string | null;
  readonly startedAt: string;
  readonly changedAt: string;
}

export interface NewStep {
  readonly step: string;
  readonly kind: StepKind;
  /** The mapping's object; null for steps that are not about one. */
  readonly object: string | null;
  /** The step of the runbook whose warrant covers it: itself, or for a replay the step it repeats. */
  readonly origin: string;
}

export type StepKind =
  | 'check-target'
  | 'create-relations'
  | 'copy'
  | 'link'
  | 'complete-relations'
  | 'advance-sequences'
  | 'replay'
  | 'repair';

export interface JournalStep extends NewStep {
  /** Of its plan, without the slices; null until that was saved whole. */
  readonly planned: (Omit<SlicePlan, 'slices'> & { readonly slices: number }) | null;
  readonly state: StepState;
  readonly code: string | null;
  readonly startedAt: string;
  readonly changedAt: string;
}

export interface SlicePlan {
  readonly slices: readonly Slice[];
  /** Exact number of source records when it was planned; decimal digits. */
  readonly rowsSource: string;
  readonly position: Position;
}

export interface PurgedCount {
  /** Place of the rule in the mapping, from 0. */
  readonly rule: number;
  readonly reason: string;
  readonly count: number;
}

export interface EntryFilter {
  readonly run?: string;
  readonly object?: string;
  readonly step?: string;
  readonly origin?: string;
  readonly slice?: number;
  readonly code?: string;
  readonly state?: EntryState;
}
