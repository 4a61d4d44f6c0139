import type { AgreedCallLimit, CallsOfSides } from './calls.ts';
import type { Fingerprint } from './fingerprint.ts';
import type { WriteMode } from './mapping.ts';
import type { ApprovalRule, Responsibility, Role } from './policy.ts';
import type { Protection } from './protection.ts';

/**
 * What will happen, as data. Its exact bytes (RFC 8785) are what people sign; its id is `sha256:` of those bytes.
 * Invariants: 1. every step that writes carries its rollback. 2. steps run in order. 3. nothing outside `steps` is done.
 */
export interface Runbook {
  readonly formatVersion: 1;
  readonly project: string;
  /** ISO instants in UTC. */
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly nonce: string;
  readonly mappingDigest: string;
  readonly mappingAuthor: string;
  /** Id of the envelope by which the author signed the mapping. */
  readonly mappingSignature: string;
  /** Digest of the people, their roles and keys: other people need other approvals. */
  readonly policyDigest: string;
  /** Digests of what was known when it was written: schemas, findings, profile, risk, rehearsal and drills, as far as they are there. */
  readonly evidence: readonly { readonly name: string; readonly digest: string }[];
  readonly systems: readonly RunbookSystem[];
  /** Everything that takes part, with its version and its time zone rules: godwit, the runtime, each system. */
  readonly parties: readonly { readonly name: string; readonly version: string; readonly tzdata: string }[];
  readonly objects: readonly RunbookObject[];
  /** Relations of the source that stay behind, as the mapping says. Left out in runbooks made before texts were part of them. */
  readonly leftBehind?: readonly { readonly relation: string; readonly reason: string }[];
  readonly findings: readonly RunbookFinding[];
  readonly options: RunOptions;
  /** Of systems that count calls, as they were when it was made. Left out where none does. */
  readonly callLimits?: readonly AgreedCallLimit[];
  readonly stopRules: StopRules;
  readonly approvals: ApprovalRule;
  readonly responsibility?: Responsibility;
  /** The last way out, as it was drilled; left out where nobody drilled one. */
  readonly restore?: ApprovedRestore;
  readonly pointOfNoReturn: string | null;
  readonly steps: readonly RunbookStep[];
}

/** A backup that was really restored, and how long that took. */
export interface ApprovedRestore {
  /** Id of the drill's signed evidence. */
  readonly evidence: string;
  /** `sha256:` of the backup. */
  readonly backup: string;
  /** ISO instant in UTC. */
  readonly drilledAt: string;
  readonly durationMs: number;
  /** How many times as long it may take when it counts. */
  readonly factor: number;
}

export interface RunbookSystem {
  readonly role: 'source' | 'target' | 'sandbox';
  readonly name: string;
  readonly fingerprint: Fingerprint;
  /** Digest of the mapped relations' structure; a change after agreement stops the work. */
  readonly schemaDigest: string;
}

/** One object of the mapping as it is agreed: counts at planning time and the hash of everything that transforms it. */
export interface RunbookObject {
  readonly object: string;
  readonly source: string;
  readonly target: string;
  readonly mode: WriteMode;
  /** SHA-256 of `rules` in their canonical form (RFC 8785). */
  readonly mappingDigest: string;
  /** The transformation itself, as JSON, a rule a line. Left out in runbooks made before texts were part of them. */
  readonly rules?: string;
  readonly rowsSource: string;
  readonly rowsTargetBefore: string;
}

export interface RunbookFinding {
  readonly id: string;
  readonly code: string;
  readonly severity: 'block' | 'warn' | 'note';
  readonly records: string | null;
  readonly title: string;
  /** Digest of the mapping it was found with: of its object where it has one, else of the whole. */
  readonly mappingDigest: string;
  /** Id of the signed decision that lets it through; null when it needs none. */
  readonly decision: string | null;
}

/** How hard the run may work: agreed, because it decides what others feel of it. */
export interface RunOptions {
  readonly rowsPerSlice: number;
  readonly slicesAtOnceMax: number;
  /** Trying again without success for so long pauses the run. */
  readonly retryBudgetMs: number;
  /** How it spares the systems for others. Left out in runbooks made before there was anything of it. */
  readonly protection?: Protection;
  /** Checkpoints and what going back needs are kept in a file of the project; left out where the target keeps them. */
  readonly checkpoints?: 'beside';
}

/** Decided before the run, signed with it, evaluated by the machine. None can be switched off while it runs. */
export interface StopRules {
  /** Quarantined records allowed for every 10,000 read; above it the run pauses. */
  readonly quarantinedPer10000: number;
  /** Absolute floor below which the budget above is not applied. */
  readonly quarantinedFloor: number;
  readonly auditDifferencesMax: number;
  /** Of these, records whose identity is not as it should be: missing, extra, twice, or under another key. Left out: not asked of its own. */
  readonly idsMax?: number;
  /** Of these, records in which a point in time differs. Left out: not asked of its own. */
  readonly timestampsMax?: number;
  /** A step that takes so many times its rehearsed time, and more than a minute, pauses the run. */
  readonly stepTimeFactor: number;
  /** A step that was never rehearsed pauses the run after so many minutes. Left out: a day. */
  readonly stepMinutesMax?: number;
  /** A drill of the restore may take so many times as long as the one that was approved. Left out: not asked. */
  readonly restoreTimeFactor?: number;
  /** How far the replica that is furthest behind may be. Left out, as the next four: not asked. */
  readonly replicaLagSecondsMax?: PerSystem;
  /** How long a session of others may wait for a lock of this run. */
  readonly lockWaitSecondsMax?: PerSystem;
  /** What a system may write into its log while one step is under way, whoever has it written. */
  readonly logWrittenMibMax?: PerSystem;
  /** What a system may keep of its log. */
  readonly logKeptMibMax?: PerSystem;
  /** How many calls have to be left of a system's quota. */
  readonly apiCallsLeftMin?: PerSystem;
  /** Sums of fields that have to be alike on both sides once their relation is copied. Left out: none. */
  readonly totals?: readonly TotalRule[];
  /** Fields of the target whose values have to lie between bounds. Left out: none. */
  readonly ranges?: readonly RangeRule[];
  /** Fields of the target in which nobody expects data about people. Left out: none. */
  readonly cleanFields?: readonly CleanField[];
  /** Of so many slices one is looked at for the two rules above. Left out: each. */
  readonly lookEverySlices?: number;
  /** The run may write only between these ISO instants in UTC; null: at any time. */
  readonly window: { readonly notBefore: string; readonly notAfter: string } | null;
  /**
   * What becomes of the step in which a rule spoke. `roll-back`: it is taken back, so that the target is as it was before the
   * step. Left out: what is there stays, behind the last whole slice.
   */
  readonly action?: 'roll-back';
}

/** The sum of a field of the target, against what source and mapping say. */
export interface TotalRule {
  readonly relation: string;
  readonly field: string;
  /** How far apart the two may be: a decimal without a sign. */
  readonly differenceMax: string;
}

/** Both bounds are included; null: none. Numbers, or dates and times in canonical form as far as they are given. */
export interface RangeRule {
  readonly relation: string;
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface CleanField {
  readonly relation: string;
  readonly field: string;
}

/** The limit of a rule for each of the two systems that it was agreed for. */
export interface PerSystem {
  readonly source?: number;
  readonly target?: number;
}

export interface RunbookStep {
  /** Unique within the runbook: `03-copy-contacts`. */
  readonly id: string;
  readonly title: string;
  readonly action: Action;
  /** `sha256:` of each statement of the action, in its order. Left out where it has none. */
  readonly digests?: readonly string[];
  /** What it will do, exactly, for people: statements or a sentence with names and counts. */
  readonly shows: readonly string[];
  /** The check that proves it. */
  readonly check: string;
  /** What a person must see before it starts; null when it writes nothing. */
  readonly stopPoint: string | null;
  /**
   * A hard stop: the run is held before it, shows what is there, and goes on with the approver's signature over that. Left out
   * where the stop point passes by itself once its checks hold.
   */
  readonly holds?: HoldReason;
  /** The way back; null where there is nothing to take back. */
  readonly rollback: {
    readonly command: string;
    /** What the command takes back; absent in runbooks of before it was said. */
    readonly takesBack?: 'the whole run';
    /** What of it was this step's part in the rehearsal. */
    readonly rehearsedMs: number | null;
  } | null;
  readonly irreversible: boolean;
  readonly approver: string;
  readonly rehearsedMs: number | null;
  /** About how many calls it takes of systems that count them. Left out where it takes none. */
  readonly calls?: CallsOfSides;
}

/** Why a run is held before a step: it cannot be taken back, or changes records that are there. */
export type HoldReason = 'irreversible' | 'overwriting';

export const holdInWords: Readonly<Record<HoldReason, string>> = {
  irreversible: 'cannot be taken back',
  overwriting: 'changes records that are there',
};

/**
 * One statement that completes a relation whose records are there: they hold what it says because the source, whose records
 * they are, does. Its stages follow each other; within one, statements go side by side.
 */
export interface Completion {
  /**
   * `build`: an index. `attach`: a primary or unique key, over its index where it has one. `reference`: a foreign key, for
   * what comes from now on. `validate`: the same for the records that are there. `settle`: what is said of these, comments for
   * instance; saying it again changes nothing.
   */
  readonly stage: 'build' | 'attach' | 'reference' | 'validate' | 'settle';
  readonly relation: string;
  /** Of the index or constraint: by it one sees that the statement was carried out. */
  readonly name: string;
  /** Further indexes that the same statement builds. */
  readonly others?: readonly string[];
  /** The relation a foreign key points at; null otherwise. */
  readonly references: string | null;
  readonly statement: string;
  /** A foreign key towards records that come after its own: it stands behind the links of its cycle at the earliest. */
  readonly afterLinks?: true;
}

/** What a person signs for before a run, as no machine can see it. */
export const attestedChecks = ['monitoring', 'support', 'automation'] as const;
export type AttestedCheck = (typeof attestedChecks)[number];

/** One of the things that have to be so before a run in production writes anything, and for how long evidence of it counts. */
export type PreCheck =
  /** A backup was restored, and the application reads what was restored. */
  | { readonly kind: 'pre-check'; readonly check: 'restore'; readonly validHours: number }
  /** The runbook was rehearsed with all records of the source, audited, and taken back. */
  | { readonly kind: 'pre-check'; readonly check: 'rehearsal'; readonly validHours: number }
  /** Each step that deletes, merges or overwrites records is approved by who owns them. */
  | {
      readonly kind: 'pre-check';
      readonly check: 'owners';
      readonly steps: readonly { readonly step: string; readonly owner: string }[];
    }
  | { readonly kind: 'pre-check'; readonly check: 'monitoring'; readonly validHours: number }
  /** Support knows what users may notice. */
  | { readonly kind: 'pre-check'; readonly check: 'support'; readonly validHours: number }
  /** What the target does by itself when records are written was looked at; only where it does something. */
  | { readonly kind: 'pre-check'; readonly check: 'automation'; readonly validHours: number };

/** What `engine` or `audit` can be asked to do; `project` carries each to its room. */
export type Action =
  | { readonly kind: 'check-target'; readonly objects: readonly string[] }
  | {
      readonly kind: 'create-relations';
      readonly relations: readonly string[];
      readonly statements: readonly string[];
    }
  | {
      readonly kind: 'copy';
      readonly object: string;
      readonly deferred: readonly string[];
      /** The deferred fields come at once all the same: nothing in the target asks yet what they lead to. */
      readonly linked?: true;
    }
  /** Second pass of a cycle: sets the deferred fields of records that are already there. */
  | {
      readonly kind: 'link';
      readonly object: string;
      readonly fields: readonly string[];
      /**
       * The objects of the cycle, in the order in which they were copied with all their fields. They are copied again, in two
       * passes, if a record of theirs was kept back: only then does a link lead nowhere. Without it the pass is always made.
       */
      readonly cycle?: readonly { readonly object: string; readonly deferred: readonly string[] }[];
    }
  /** Indexes, keys and foreign keys that could wait until the records were there. */
  | {
      readonly kind: 'complete-relations';
      readonly relations: readonly string[];
      readonly completions: readonly Completion[];
    }
  | { readonly kind: 'advance-sequences'; readonly relations: readonly string[] }
  | { readonly kind: 'audit'; readonly objects: readonly string[] }
  | { readonly kind: 'sign-off'; readonly role: Role }
  | PreCheck;
