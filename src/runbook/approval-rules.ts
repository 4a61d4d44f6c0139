import type { ApprovalRule, RiskClass, Role, Runbook } from '../model/index.ts';

/** One thing that has to be kept before a runbook runs: so many people with a role. */
export interface NeededPeople {
  readonly role: Role;
  readonly people: number;
  /** Why it is asked for; null for what every runbook needs. */
  readonly risk: RiskClass | null;
}

/** Every rule of a runbook, the general one first. */
export function approvalRules({ role, people, forRisk = [] }: ApprovalRule): readonly NeededPeople[] {
  return [{ role, people, risk: null }, ...forRisk];
}

export const riskInWords: Readonly<Record<RiskClass, string>> = {
  irreversible: 'has a step that cannot be taken back',
  overwriting: 'overwrites records that are there',
  losing: 'leaves records behind, or changes them, by a decision',
};

/** What a runbook does to records that asks for more care. Read from its own content: nobody has to be believed. */
function risksOf({
  steps,
  objects,
  findings,
}: Pick<Runbook, 'steps' | 'objects' | 'findings'>): readonly RiskClass[] {
  const risks: RiskClass[] = [];
  if (steps.some(({ irreversible }) => irreversible)) risks.push('irreversible');
  if (objects.some(({ mode }) => mode === 'upsert')) risks.push('overwriting');
  if (findings.some(({ decision }) => decision !== null)) risks.push('losing');
  return risks;
}

/** The rules that apply to a runbook, of all that were agreed. */
export function rulesFor(
  { forRisk = [], ...general }: ApprovalRule,
  content: Pick<Runbook, 'steps' | 'objects' | 'findings'>,
): ApprovalRule {
  const risks = risksOf(content);
  const applying = forRisk.filter(({ risk }) => risks.includes(risk));
  return applying.length === 0 ? general : { ...general, forRisk: applying };
}
