/** Something a person should know before going on. `block` stops the plan until it is mended or a person signs a decision. */
export interface Finding {
  /** Stable: `<room>.<what>`; has a page under `docs/errors/`. */
  readonly code: string;
  readonly severity: 'block' | 'warn' | 'note';
  readonly title: string;
  readonly detail: string;
  readonly where: FindingPlace;
  /** How many records it concerns, exact, in decimal digits; null when it is not about records. */
  readonly records: string | null;
  /** A few of them, masked unless the user asked otherwise. */
  readonly examples: readonly FindingExample[];
  readonly fix: string;
  /** May a signed decision let it through, with these records quarantined or the loss accepted? */
  readonly waivable: boolean;
}

export interface FindingPlace {
  readonly object?: string;
  readonly system?: 'source' | 'target';
  readonly relation?: string;
  readonly field?: string;
  readonly file?: string;
  readonly line?: number;
}

export interface FindingExample {
  readonly key: string;
  readonly value: string;
}

/** Names a finding across runs: what it is, where, and how many records; not its wording. */
export function findingId(finding: Finding): string {
  const { object = '', system = '', relation = '', field = '' } = finding.where;
  return [finding.code, object, system, relation, field].join('|');
}
