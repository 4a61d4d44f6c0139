/** How hard a run may lean on the two systems: agreed with the runbook, because others feel it. */
export interface Protection {
  readonly source: SourceProtection;
  readonly target: TargetProtection;
}

/** Whatever is left out is not limited. */
export interface SourceProtection extends PacedBy {
  readonly read?: ReadBudget;
}

export interface ReadBudget {
  readonly mibPerSecondMax?: number;
  /** Per cent of the time in which the source may be busy with reading for godwit. */
  readonly timePercentMax?: number;
  /** `shared`: only while others work on the source, as far as it tells. */
  readonly holds: 'always' | 'shared';
}

export interface TargetProtection extends PacedBy {
  /** How long a statement waits for a lock of others before it lets go and tries again. */
  readonly lockTimeoutSeconds?: number;
}

/** Reading rests while the system is over one of these; so do the writes behind it. */
export interface PacedBy {
  /** How far a replica may be behind. */
  readonly replicaLagSecondsMax?: number;
  /** What the system may write into its log, whoever has it written. */
  readonly logMibPerSecondMax?: number;
  /** What it may keep of its log for others. */
  readonly logKeptMibMax?: number;
}
