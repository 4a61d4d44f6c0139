import type { Notary } from '../host/index.ts';
import type { Envelope } from '../ledger/index.ts';
import type {
  AgreedCallLimit,
  ApprovalRule,
  CallsOfSides,
  Completion,
  Finding,
  Fingerprint,
  Mapping,
  Policy,
  PreCheck,
  Relation,
  Responsibility,
  Runbook,
  RunOptions,
  StopRules,
} from '../model/index.ts';
import type { DecisionLog } from './decision-log.ts';
import type { RestoreFacts, WayBackFacts } from './judge-restore-time.ts';
import type { ObjectDependency } from './object-dependency.ts';
import type { TargetAutomation } from './steps/step-kind.ts';

/** Everything a runbook is made from: what is known, what was signed, what was agreed. */
export interface RunbookInput {
  readonly project: string;
  /** ISO instants in UTC with milliseconds. */
  readonly now: string;
  readonly expiresAt: string;
  /** At least 16 random characters, so that two plans of the same content are two. */
  readonly nonce: string;
  readonly mapping: Mapping;
  /** Whatever was signed: mapping signatures, decisions on findings. */
  readonly envelopes: readonly Envelope[];
  readonly policy: Policy;
  readonly log: DecisionLog;
  readonly source: SystemFacts;
  readonly target: SystemFacts;
  /** False for a target whose records cannot be changed once written. */
  readonly targetCanUpdate: boolean;
  /** The target's relations as they are, or as they will be created. */
  readonly relations: readonly Relation[];
  readonly dependencies: readonly ObjectDependency[];
  readonly creates: PlannedCreation | null;
  readonly counts: ReadonlyMap<string, { readonly rowsSource: string; readonly rowsTargetBefore: string }>;
  readonly parties: Runbook['parties'];
  readonly evidence: Runbook['evidence'];
  readonly findings: readonly Finding[];
  readonly options: RunOptions;
  readonly stopRules: StopRules;
  readonly approvals: ApprovalRule;
  /** Who lets each writing step go on, and who signs the result; by name. */
  readonly responsible: { readonly approver: string; readonly owner: string };
  readonly responsibility?: Responsibility;
  /** What has to be so before anything is written; left out where nothing is asked. */
  readonly preChecks?: readonly PreCheck[];
  /** What the target does by itself when records are written; left out where it does nothing. */
  readonly automation?: TargetAutomation;
  /** The last restore drill; left out where there was none. */
  readonly restore?: RestoreFacts;
  /** The whole way back as the last full rehearsal of this mapping walked it; left out where there was none. */
  readonly wayBack?: WayBackFacts;
  /** Step id -> measured times of the rehearsal. */
  readonly rehearsed: ReadonlyMap<
    string,
    { readonly durationMs: number; readonly rollbackMs: number | null }
  >;
  /**
   * About how many calls it takes of systems that count them to look at the target, to bring each object, and to audit all; left out
   * where none does.
   */
  readonly calls?: {
    readonly checking: CallsOfSides;
    readonly objects: ReadonlyMap<string, CallsOfSides>;
    readonly audit: CallsOfSides;
    readonly limits: readonly AgreedCallLimit[];
  };
  readonly notary: Notary;
}

export interface SystemFacts {
  readonly name: string;
  readonly fingerprint: Fingerprint;
  /** By `structureDigest`. */
  readonly schemaDigest: string;
}

/** Relations that the runbook makes: before the records come, and what waits until they are there. */
export interface PlannedCreation {
  readonly relations: readonly string[];
  readonly statements: readonly string[];
  readonly completions: readonly Completion[];
  /** Cycles whose foreign keys wait, so that their links come with the records; objects in the order of the copies. */
  readonly cycles: readonly (readonly string[])[];
}
