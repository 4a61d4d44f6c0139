/** Who may decide what: the `people` section of `godwit.yaml`. What counts is the key a person signs with, never a login. */
export interface Policy {
  readonly people: readonly Person[];
}

export interface Person {
  readonly name: string;
  readonly roles: readonly Role[];
  /** Public keys, `ed25519:<base64>` each. Several keys of one person are one person. */
  readonly keys: readonly string[];
  /** Keys that were lost or stolen: nothing they ever signed counts any more. */
  readonly revoked?: readonly string[];
}

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
