import type { OpenSystem } from '../connectors/index.ts';
import { digestOf, systemNotary } from '../host/index.ts';
import { parseStrictJson } from '../ledger/index.ts';
import {
  findRelation,
  GodwitError,
  type Policy,
  type Relation,
  type Runbook,
  type Warrant,
  type WriteMode,
} from '../model/index.ts';
import {
  issueRollbackWarrant,
  type RollbackWarrantRequest,
  runbookBytes,
  runbookId,
} from '../runbook/index.ts';
import { runbookEdited } from './changed-since-plan.ts';
import { policyOf, readEnvelopes, readLog } from './decision-files.ts';
import { keptPolicy, keptRuns } from './kept-runbooks.ts';
import type { Project } from './project.ts';
import { runName } from './run-name.ts';
import { daysFrom } from './statement.ts';
import { verifyOwnLedger } from './verify-own-ledger.ts';
import { liveJournal } from './world-journal.ts';

/** What going back needs: the target, and the runbook that was run. Neither the mapping nor the source has to be there. */
export interface WorldToTakeBack {
  readonly run: string;
  readonly runbook: Runbook;
  readonly runbookId: string;
  readonly warrant: Warrant;
  /** The target relations the run wrote to, by object, as they are now. */
  readonly relations: ReadonlyMap<string, { readonly target: Relation; readonly mode: WriteMode }>;
  openSource(): Promise<OpenSystem>;
  openTarget(): Promise<OpenSystem>;
  readonly journal: string;
}

/** Throws with every reason why not; `project.never-run` when this runbook was never started. */
export async function worldToTakeBack(
  project: Project,
  runbook: Runbook,
  operator: string,
): Promise<WorldToTakeBack> {
  const id = runbookId(runbook, digestOf);
  const now = project.clock.now();
  const target = await project.target();
  const warrant = issueRollbackWarrant({
    runbookBytes: runbookBytes(runbook),
    envelopes: readEnvelopes(project),
    policy: parseStrictJson(Buffer.from(keptPolicy(project, runbook))) as Policy,
    today: policyOf(project),
    log: readLog(project),
    ledger: await verifyOwnLedger(project),
    operator,
    now,
    notary: systemNotary,
    observed: { target: await target.fingerprint(), changes: runbookEdited(project, runbook) },
    ...lastStart(project, id),
    expiresAt: daysFrom(now, 1),
  });
  const schema = await target.inspects.inspect();
  return {
    run: runName(runbook),
    runbook,
    runbookId: id,
    warrant,
    relations: new Map(
      runbook.objects.flatMap(({ object, target: name, mode }) => {
        const relation = findRelation(schema, name);
        return relation ? [[object, { target: relation, mode }] as const] : [];
      }),
    ),
    openSource: () => project.source(),
    openTarget: () => project.target(),
    journal: liveJournal,
  };
}

type Start = Pick<RollbackWarrantRequest, 'startedAt' | 'startedBy' | 'agreedThen' | 'changedAt'>;

function lastStart(project: Project, runbook: string): Start {
  let start: Omit<Start, 'changedAt'> | null = null;
  let changedAt: number | null = null;
  let agreed: string | null = null;
  for (const { seq, type, time, actor, body } of project.ledger().entries()) {
    const about = body as { readonly runbook?: string; readonly policy?: string } | undefined;
    if (type === 'policy-agreed' && about?.policy !== undefined) {
      agreed = about.policy;
      changedAt ??= seq;
    }
    if (type !== 'run-started' || about?.runbook !== runbook) continue;
    start = { startedAt: time, startedBy: actor, agreedThen: agreed };
    changedAt = null;
  }
  if (start !== null) return { ...start, changedAt };
  const kept = keptRuns(project);
  throw new GodwitError({
    code: 'project.never-run',
    title: 'This runbook was never run, so there is nothing to take back',
    detail: runbook,
    nextStep:
      kept.length > 0
        ? `To take back what an earlier runbook wrote, name its run: \`godwit rollback --run ${kept.at(-1)}\`.`
        : 'Nothing was run from this project folder; look whether it is the right one.',
    fate: 'never',
  });
}
