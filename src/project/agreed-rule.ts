import type { ApprovalRule, RiskClass } from '../model/index.ts';
import type { Settings } from './settings.ts';

/** The `approvals` section of `godwit.yaml`, as what a runbook is made with. */
export function agreedRule({ approvals }: Settings): ApprovalRule {
  const { role, people, for_risk } = approvals;
  const forRisk = (Object.keys(for_risk) as RiskClass[]).sort().flatMap((risk) => {
    const rule = for_risk[risk];
    return rule ? [{ risk, ...rule }] : [];
  });
  const general = { role, people, authorMayBeOnlyApprover: false } as const;
  return forRisk.length === 0 ? general : { ...general, forRisk };
}
