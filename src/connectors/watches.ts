/**
 * What a system tells of its own state while a run is at work, beside its records. Asked over a connection of its own, a few
 * small queries at a time; whoever asks decides how often.
 */
export interface Watches {
  /** Why this reading cannot be had here and now, a sentence for people without a full stop; null where it can. */
  refuses(reading: Reading): Promise<string | null>;
  /** The readings that are wanted. Throws with `fate: 'later'` while the system is away. */
  read(wanted: ReadonlySet<Reading>): Promise<Vitals>;
}

export type Reading =
  | 'replica-lag'
  | 'lock-waits'
  | 'log-written'
  | 'log-kept'
  | 'api-calls'
  | 'others-at-work'
  | 'lock-holders';

/** One part for each reading that was wanted. */
export interface Vitals {
  /** Who follows this system, or whom it follows; `lagMs` is null while that one does not follow. */
  readonly replicas?: readonly { readonly name: string; readonly lagMs: number | null }[];
  /** Sessions of others that wait for locks of godwit's own sessions, and how long the longest of them has waited. */
  readonly lockWaits?: { readonly sessions: number; readonly longestMs: number };
  /** Bytes the system has ever written into its log; decimal digits. Only differences mean something. */
  readonly logBytes?: string;
  /** Bytes of log that it holds back for somebody; decimal digits. */
  readonly logKeptBytes?: string;
  /** Calls that are left of what the system allows in its period; decimal digits. */
  readonly apiCallsLeft?: string;
  readonly others?: OthersAtWork;
  /** Sessions of others that hold what godwit's own sessions wait for, the longest wait first. */
  readonly lockHolders?: readonly LockHeld[];
}

/** Who else works on the server. */
export interface OthersAtWork {
  /** Sessions of others that did something within the last two seconds. */
  readonly sessions: number;
  /** Sessions of which this role may not see what they do. */
  readonly hidden: number;
  /** What the server has ever done, for all; decimal digits. Only differences mean something. */
  readonly statements: string;
}

export interface LockHeld {
  /** By which the server's own views and commands know the session. */
  readonly session: string;
  /** What it calls itself; empty where it does not say, or may not be seen. */
  readonly application: string;
  readonly user: string;
  /** What it does, in the server's words: `idle in transaction`. */
  readonly state: string;
  /** How long its transaction lasts; null where that may not be seen. */
  readonly inTransactionMs: number | null;
  /** How long godwit has waited for it. */
  readonly waitedMs: number;
  /** What is waited for, where it is a relation as a whole. */
  readonly relation: string | null;
}
