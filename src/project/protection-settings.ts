import { z } from 'zod';
import type { PacedBy, Protection, ReadBudget } from '../model/index.ts';
import { whole } from './setting-values.ts';

/** What `protection.source` and `protection.target` of `godwit.yaml` say, settled. Null: not limited. */
export interface ProtectionSettings {
  readonly source: PacedSettings & {
    /** Null: as `defaultRead` has it. */
    readonly read_mib_per_second: number | 'unlimited' | null;
    readonly read_time_percent: number | null;
    readonly read_budget: 'always' | 'shared' | null;
  };
  readonly target: PacedSettings & { readonly lock_timeout_seconds: number | null };
}

interface PacedSettings {
  readonly replica_lag_seconds: number | null;
  readonly log_mib_per_second: number | null;
  readonly log_kept_mib: number | null;
}

/**
 * Where nobody says otherwise: a source that serves others is read slowly enough for them not to feel it, any other as fast
 * as it goes. Measured by `npm run bench -- protection`.
 */
const defaultRead: ReadBudget = { mibPerSecondMax: 8, holds: 'shared' };

const limit = (accepted: string, most = 1_000_000_000): z.ZodType<number | null, string | null | undefined> =>
  whole(accepted, 1, most).nullish().default(null);

const paced = {
  replica_lag_seconds: limit('a whole number of seconds'),
  log_mib_per_second: limit('a whole number of MiB'),
  log_kept_mib: limit('a whole number of MiB'),
};

const pacedKeys = 'replica_lag_seconds, log_mib_per_second, log_kept_mib';
const acceptedRate = 'a whole number of MiB, or unlimited';

export const protectedSource: z.ZodType<ProtectionSettings['source']> = z.strictObject(
  {
    read_mib_per_second: z
      .union([z.literal('unlimited'), whole(acceptedRate, 1, 1_000_000)], { error: acceptedRate })
      .nullish()
      .default(null),
    read_time_percent: limit('a number from 1 to 100', 100),
    read_budget: z.enum(['always', 'shared'], { error: 'always or shared' }).nullish().default(null),
    ...paced,
  },
  { error: `read_mib_per_second, read_time_percent, read_budget, ${pacedKeys}` },
);

export const protectedTarget: z.ZodType<ProtectionSettings['target']> = z.strictObject(
  { lock_timeout_seconds: limit('a number of seconds from 1 to 3600', 3_600), ...paced },
  { error: `lock_timeout_seconds, ${pacedKeys}` },
);

/** As a runbook holds it, and as it is kept to. */
export function protectionOf({ source, target }: ProtectionSettings): Protection {
  const read = readBudgetOf(source);
  return {
    source: { ...(read && { read }), ...pacedOf(source) },
    target: {
      ...(target.lock_timeout_seconds !== null && { lockTimeoutSeconds: target.lock_timeout_seconds }),
      ...pacedOf(target),
    },
  };
}

/** A budget that somebody wrote down holds always, if he does not say otherwise. */
function readBudgetOf(source: ProtectionSettings['source']): ReadBudget | null {
  const { read_mib_per_second: mib, read_time_percent: percent, read_budget: holds } = source;
  if (mib === null && percent === null) return { ...defaultRead, ...(holds && { holds }) };
  if (mib === 'unlimited' && percent === null) return null;
  return {
    ...(typeof mib === 'number' && { mibPerSecondMax: mib }),
    ...(percent !== null && { timePercentMax: percent }),
    holds: holds ?? 'always',
  };
}

function pacedOf(said: PacedSettings): PacedBy {
  return {
    ...(said.replica_lag_seconds !== null && { replicaLagSecondsMax: said.replica_lag_seconds }),
    ...(said.log_mib_per_second !== null && { logMibPerSecondMax: said.log_mib_per_second }),
    ...(said.log_kept_mib !== null && { logKeptMibMax: said.log_kept_mib }),
  };
}
