import type { Person, Policy } from '../model/index.ts';
import { approvalRules, riskInWords } from './approval-rules.ts';

/** Every person and every rule of a policy, a line each. */
export function policyInWords({ people, approvals, breakGlass }: Policy): readonly string[] {
  return [
    ...people.flatMap(personInWords),
    ...(approvals ? approvalRules(approvals) : []).map(({ role, people: needed, risk }) => {
      const when = risk === null ? 'a runbook' : `a runbook that ${riskInWords[risk]}`;
      return `- ${when} is approved by ${needed} with the role ${role}`;
    }),
    breakGlass
      ? `- one with the role ${breakGlass.role} may run without these approvals, to be reviewed within ${breakGlass.reviewHours} hours`
      : '- nobody may run without these approvals',
  ];
}

function personInWords({ name, roles, keys, revoked = [], windows = [] }: Person): readonly string[] {
  const time = (key: string): string => {
    const { notBefore = null, notAfter = null } = windows.find((one) => one.key === key) ?? {};
    return `${notBefore === null ? '' : ` from ${notBefore}`}${notAfter === null ? '' : ` until ${notAfter}`}`;
  };
  return [
    `- ${name}: ${roles.join(', ') || 'without a role'}`,
    ...keys.map((key) => `  key ${key}${time(key)}`),
    ...revoked.map((key) => `  revoked ${key}`),
  ];
}
