import type { StopRules } from '../model/index.ts';
import type { Settings } from './settings.ts';

/** Each rule by its key in `godwit.yaml`; one that is missing here could be changed after the approval without being noticed. */
const keys: { readonly [Key in keyof Settings['stop_rules']]: keyof StopRules } = {
  quarantined_per_10000: 'quarantinedPer10000',
  quarantined_floor: 'quarantinedFloor',
  audit_differences: 'auditDifferencesMax',
  ids: 'idsMax',
  timestamps: 'timestampsMax',
  step_time_factor: 'stepTimeFactor',
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
    ...(rules.ids === null ? {} : { idsMax: rules.ids }),
    ...(rules.timestamps === null ? {} : { timestampsMax: rules.timestamps }),
    ...(rules.action === 'roll-back' ? { action: rules.action } : {}),
  };
}
