import type { Difference, RelationAudit } from '../audit/index.ts';
import { repairStep, type StepReport } from '../engine/index.ts';
import type { RecordKey } from '../model/index.ts';
import { auditLive } from './audit-live.ts';
import { liveWorld } from './live-world.ts';
import type { Project } from './project.ts';
import { addToRun } from './work-on-run.ts';

export interface RepairResult {
  readonly repaired: readonly StepReport[];
  /** Records that no source record gives: a repair never deletes. */
  readonly extra: readonly { readonly relation: string; readonly key: string }[];
  readonly differencesBefore: number;
}

/**
 * `godwit repair`: audits, and puts every changed or missing record back to what the source and the approved mapping say. Needs
 * the same approvals as the run. Extra records are named and left alone: deleting is a decision of its own.
 */
export async function repairLive(project: Project, operator: string): Promise<RepairResult> {
  const world = await liveWorld(project, operator);
  const { report, differences } = await auditLive(project, () => undefined);
  const wrong = wrongRecords(report.relations);
  const repaired: StepReport[] = [];
  await addToRun(project, world, 'godwit repair', async ({ session }) => {
    for (const step of world.runbook.steps) {
      const plan = step.action.kind === 'copy' ? world.plans.get(step.action.object) : undefined;
      const sourceKeys = plan ? (wrong.get(plan.object) ?? []) : [];
      if (plan && sourceKeys.length > 0) repaired.push(await repairStep(session, { step, plan, sourceKeys }));
    }
  });
  return { repaired, extra: extraRecords(report.relations), differencesBefore: differences };
}

/** Source keys of records that are changed, swapped, moved or missing, by object. */
function wrongRecords(relations: readonly RelationAudit[]): ReadonlyMap<string, readonly RecordKey[]> {
  const wrong = new Map<string, RecordKey[]>();
  for (const difference of relations.flatMap(({ differences }) => differences)) {
    if (needsPerson(difference)) continue;
    const keys = wrong.get(difference.object) ?? [];
    if (!keys.includes(difference.sourceKey)) keys.push(difference.sourceKey);
    wrong.set(difference.object, keys);
  }
  return wrong;
}

/** No source record says what to write in its place, or what stands there cannot be read and so not be put back. */
function needsPerson(
  difference: Difference,
): difference is Extract<Difference, { kind: 'extra' | 'duplicated' | 'unreadable' }> {
  return ['extra', 'duplicated', 'unreadable'].includes(difference.kind);
}

function extraRecords(relations: readonly RelationAudit[]): RepairResult['extra'] {
  return relations.flatMap(({ relation, differences }) =>
    differences.flatMap((difference) => {
      if (needsPerson(difference)) return [{ relation, key: difference.key }];
      return difference.kind === 'moved' ? [{ relation, key: difference.to }] : [];
    }),
  );
}
