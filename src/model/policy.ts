/**
 * Who may decide what, and how many of them it takes: the sections `people` and `approvals` of `godwit.yaml`. What counts is the
 * key a person signs with, never a login.
 */
export interface Policy {
  readonly people: readonly Person[];
  /** How many of them have to agree, to a runbook and to another policy. */
  readonly approvals?: ApprovalRule;
  /** Who may run a runbook that lacks approvals. Left out: nobody. */
  readonly breakGlass?: BreakGlassRule;
}

export interface Person {
  readonly name: string;
  readonly roles: readonly Role[];
  /** Public keys, `ed25519:<base64>` each. Several keys of one person are one person. */
  readonly keys: readonly string[];
  /** Keys that were lost or stolen: nothing they ever signed counts any more. */
  readonly revoked?: readonly string[];
  /** When single keys count. A key that is not named here counts at any time. */
  readonly windows?: readonly KeyWindow[];
}

/** What is signed with a key counts when it was signed, and came into the ledger, between these ISO instants in UTC. */
export interface KeyWindow {
  readonly key: string;
  /** Null: from the beginning. */
  readonly notBefore: string | null;
  /** The first instant at which it counts no more; null: it does not end. */
  readonly notAfter: string | null;
}

/** A person with this role may let a runbook run alone, once, for a reason; others look at it within so many hours. */
export interface BreakGlassRule {
  readonly role: Role;
  readonly reviewHours: number;
}

/** How many different people must approve, in which role. Who wrote the mapping, or runs it, is not counted. */
export interface ApprovalRule {
  readonly role: Role;
  readonly people: number;
  readonly authorMayBeOnlyApprover: false;
  /** What is needed besides, for what the runbook does. */
  readonly forRisk?: readonly RiskRule[];
}

export interface RiskRule {
  readonly risk: RiskClass;
  readonly role: Role;
  readonly people: number;
}

/** A step cannot be taken back; records that are there are overwritten; a loss was accepted. */
export type RiskClass = 'irreversible' | 'overwriting' | 'losing';

/** Who answers, who does it, who is asked, who is told: for people; what counts are roles and keys. */
export interface Responsibility {
  /** Exactly one person: several who answer are nobody who answers. */
  readonly accountable: string;
  readonly responsible: readonly string[];
  readonly consulted: readonly string[];
  readonly informed: readonly string[];
}

/**
 * `author` writes mappings, `approver` lets a runbook run, `owner` answers for the data (accepts a loss, signs the result),
 * `operator` starts, stops and continues runs.
 */
export type Role = 'author' | 'approver' | 'owner' | 'operator';
