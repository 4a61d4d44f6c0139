import type { Runbook } from '../model/index.ts';
import type { RestoreSeen } from '../runbook/index.ts';
import type { Project } from './project.ts';
import { newestRestoreDrill } from './restore-evidence.ts';

/**
 * The newest restore drill the ledger speaks of, beside the approved one; nothing where the rule was not agreed. One whose
 * evidence was taken away or changed counts as one that did not pass.
 */
export function drilledRestore(
  project: Project,
  { restore, stopRules }: Runbook,
): { readonly restore?: RestoreSeen } {
  if (!restore || stopRules.restoreTimeFactor === undefined) return {};
  const approvedMs = restore.durationMs;
  const last = lastInLedger(project);
  const drill = newestRestoreDrill(project);
  if (last === null || (drill && drill.evidence === last.evidence)) {
    const {
      durationMs,
      passed,
      at: drilledAt,
    } = drill ?? { ...restore, passed: true, at: restore.drilledAt };
    return { restore: { approvedMs, durationMs, drilledAt, passed } };
  }
  return { restore: { approvedMs, durationMs: 0, drilledAt: last.time, passed: false } };
}

function lastInLedger(project: Project): { readonly evidence: string; readonly time: string } | null {
  let last: { readonly evidence: string; readonly time: string } | null = null;
  for (const { type, time, body } of project.ledger().entries()) {
    const { kind, evidence = '' } = (body ?? {}) as { readonly kind?: string; readonly evidence?: string };
    if (type === 'evidence-recorded' && kind === 'restore-drill') last = { evidence, time };
  }
  return last;
}

/** Why the rule could never speak. */
export function blindRestore({ restore, stopRules }: Runbook): readonly string[] {
  if (restore || stopRules.restoreTimeFactor === undefined) return [];
  return ['the rule about the restore cannot be held: no restore drill that passed is part of this plan'];
}
