/** What is wrong with a bundle, and on which of its lines; docs/reference/proof-bundle.md tells each code. */
export interface BundleProblem {
  readonly code:
    | 'unreadable'
    | 'trust'
    | 'checkpoint'
    | 'witness'
    | 'entry'
    | 'history'
    | 'policy'
    | 'runbook'
    | 'envelope'
    | 'approval';
  /** Counted from 1. */
  readonly line: number;
  readonly what: string;
}

/** A run that the bundle shows, as it was approved. */
export interface ProvenRun {
  readonly run: string;
  readonly runbook: string;
  readonly startedBy: string;
  /** Number of the entry that says so. */
  readonly entry: number;
  readonly approvedBy: readonly string[];
  /** Who let it run without the approvals it lacked; null where it had them. */
  readonly brokenBy: string | null;
  /** Who looked at that afterwards. */
  readonly reviewedBy: readonly string[];
  /** How many have to. */
  readonly reviewersNeeded: number;
}

export interface BundleVerdict {
  /** False as soon as one thing is wrong. */
  readonly holds: boolean;
  readonly problems: readonly BundleProblem[];
  readonly project: string | null;
  /** Entries under the newest checkpoint, and how many of them the bundle shows. */
  readonly size: number;
  readonly entries: number;
  /** Bodies kept elsewhere of which these entries say that they were erased. */
  readonly bodiesErased: number;
  /** Who signed the newest checkpoint beside the runner. */
  readonly witnesses: readonly string[];
  readonly runs: readonly ProvenRun[];
  /** What is shown, a sentence each; empty when something is wrong. */
  readonly proven: readonly string[];
  readonly notProven: readonly string[];
}
