import type { AuditReport } from '../reports/index.ts';
import { differencesIn } from './audit-verdict.ts';
import { auditWorld } from './audit-world.ts';
import { checkStructure } from './check-map.ts';
import { objectPlans } from './object-plans.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { quarantinedKeys } from './quarantined-keys.ts';
import { runName } from './run-name.ts';
import { auditDigest, foundRelations } from './run-statements.ts';
import { liveJournal, openWorldJournal } from './world-journal.ts';

export interface LiveAudit {
  readonly report: AuditReport;
  readonly differences: number;
  /** Differences the runbook allows. */
  readonly allowed: number;
}

/**
 * `godwit audit`: both live systems read anew, through the mapping. Needs no warrant: it writes nothing. The verdict and the
 * Merkle roots go into the ledger.
 */
export async function auditLive(
  project: Project,
  onProgress: (progress: { readonly relation: string; readonly rowsRead: number }) => void,
): Promise<LiveAudit> {
  const runbook = readPlannedRunbook(project);
  const run = runName(runbook);
  const move = await checkStructure(project);
  await using journal = await openWorldJournal(project, liveJournal);
  const report = await auditWorld({
    run,
    runbook,
    mapping: move.loaded.mapping,
    plans: objectPlans(move.loaded.mapping, move.source, move.planned, move.checked.lookups),
    source: await project.source(),
    target: await project.target(),
    targetSchema: move.target,
    quarantined: await quarantinedKeys(journal, run),
    mask: (text) => project.seal().blind(text),
    signal: project.signal,
    onProgress,
  });
  const differences = differencesIn(report);
  const ledger = project.ledger();
  const roots = report.relations.map(({ relation, evidence }) => ({ relation, root: evidence.merkleRoot }));
  const evidence = auditDigest(foundRelations(report));
  ledger.append([{ type: 'audit-ended', actor: 'godwit', body: { run, differences, roots, evidence } }]);
  await project.checkpoint();
  return { report, differences, allowed: runbook.stopRules.auditDifferencesMax };
}
