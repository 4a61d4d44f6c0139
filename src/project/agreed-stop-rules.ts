import { type StopRules, stepMinutesMax } from '../model/index.ts';
import type { Settings } from './settings.ts';
import type { PerSystemSettings } from './stop-rule-settings.ts';

/** Each rule by its key in `godwit.yaml`; one that is missing here could be changed after the approval without being noticed. */
const keys: { readonly [Key in keyof Settings['stop_rules']]: keyof StopRules } = {
  quarantined_per_10000: 'quarantinedPer10000',
  quarantined_floor: 'quarantinedFloor',
  audit_differences: 'auditDifferencesMax',
  ids: 'idsMax',
  timestamps: 'timestampsMax',
  step_time_factor: 'stepTimeFactor',
  step_minutes: 'stepMinutesMax',
  restore_time_factor: 'restoreTimeFactor',
  replica_lag_seconds: 'replicaLagSecondsMax',
  lock_wait_seconds: 'lockWaitSecondsMax',
  log_written_mib: 'logWrittenMibMax',
  log_kept_mib: 'logKeptMibMax',
  api_calls_left: 'apiCallsLeftMin',
  totals: 'totals',
  ranges: 'ranges',
  clean_fields: 'cleanFields',
  look_every_slices: 'lookEverySlices',
  window: 'window',
  action: 'action',
};

export const stopRuleKeys: readonly (readonly [key: string, rule: keyof StopRules])[] = Object.entries(keys);

/** The stop rules of `godwit.yaml`, as a runbook holds them. */
export function agreedStopRules({ stop_rules: rules }: Settings): StopRules {
  return {
    quarantinedPer10000: rules.quarantined_per_10000,
    quarantinedFloor: rules.quarantined_floor,
    auditDifferencesMax: rules.audit_differences,
    stepTimeFactor: rules.step_time_factor,
    window: rules.window && { notBefore: rules.window.from, notAfter: rules.window.to },
    ...(rules.step_minutes === stepMinutesMax ? {} : { stepMinutesMax: rules.step_minutes }),
    ...(rules.ids === null ? {} : { idsMax: rules.ids }),
    ...(rules.timestamps === null ? {} : { timestampsMax: rules.timestamps }),
    ...(rules.restore_time_factor === null ? {} : { restoreTimeFactor: rules.restore_time_factor }),
    ...agreed('replicaLagSecondsMax', rules.replica_lag_seconds),
    ...agreed('lockWaitSecondsMax', rules.lock_wait_seconds),
    ...agreed('logWrittenMibMax', rules.log_written_mib),
    ...agreed('logKeptMibMax', rules.log_kept_mib),
    ...agreed('apiCallsLeftMin', rules.api_calls_left),
    ...(rules.totals === null ? {} : { totals: rules.totals }),
    ...(rules.ranges === null ? {} : { ranges: rules.ranges }),
    ...(rules.clean_fields === null ? {} : { cleanFields: rules.clean_fields }),
    ...(rules.look_every_slices === 1 ? {} : { lookEverySlices: rules.look_every_slices }),
    ...(rules.action === 'roll-back' ? { action: rules.action } : {}),
  };
}

/** Left out where nobody agreed on anything. */
function agreed(rule: keyof StopRules, limits: PerSystemSettings | null): Partial<StopRules> {
  if (limits === null) return {};
  const { source, target } = limits;
  return { [rule]: { ...(source === null ? {} : { source }), ...(target === null ? {} : { target }) } };
}
