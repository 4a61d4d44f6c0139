import type { OpenSystem } from '../connectors/index.ts';
import { systemNotary } from '../host/index.ts';
import { type Finding, findRelation, type Runbook } from '../model/index.ts';
import type { AcceptedFinding } from '../reports/index.ts';
import { buildRunbook, type RunbookInput, refused, runbookFile, runbookId } from '../runbook/index.ts';
import { acceptedFindings } from './accepted-findings.ts';
import { requireAgreedPolicy } from './agreed-policy.ts';
import { agreedRule } from './agreed-rule.ts';
import { agreedStopRules } from './agreed-stop-rules.ts';
import { type CheckedMove, checkMap, type MapReport } from './check-map.ts';
import { checkpointsOf } from './checkpoints-place.ts';
import { policyOf, readEnvelopes, readLog } from './decision-files.ts';
import { blindRestore } from './drilled-restore.ts';
import { earlierRuns } from './earlier-runs.ts';
import { readProfileFacts } from './facts-files.ts';
import { blindFields } from './field-watch.ts';
import { keepStructure } from './kept-structures.ts';
import { mappedSources, mappedTargets, sourceDigest, targetDigest } from './mapped-structure.ts';
import { describeParties } from './parties.ts';
import { plannedCreation, relationsToCreate } from './planned-creation.ts';
import { plannedEvidence } from './planned-evidence.ts';
import { askedBefore } from './pre-checks.ts';
import { predictedCalls } from './predicted-calls.ts';
import type { Project } from './project.ts';
import { protectionOf } from './protection-settings.ts';
import { plannedWayBack } from './rehearsal-evidence.ts';
import { readRehearsalTimes } from './rehearsal-times.ts';
import { plannedRestore } from './restore-evidence.ts';
import { runName } from './run-name.ts';
import { daysFrom } from './statement.ts';
import { blindTotals } from './sum-totals.ts';
import { blindRules } from './system-watch.ts';
import { liveJournal, openWorldJournal } from './world-journal.ts';
import { writeWholeFile } from './write-whole-file.ts';

export interface PlanResult {
  readonly runbook: Runbook;
  readonly id: string;
  readonly file: string;
  readonly findings: readonly Finding[];
  /** Signed decisions on findings that would block, by the finding's id. */
  readonly accepted: ReadonlyMap<string, AcceptedFinding>;
  /** Runs of earlier runbooks whose records are in the target. */
  readonly earlier: readonly string[];
}

/**
 * `godwit plan`: checks the mapping and every record anew, counts both sides, and writes the runbook. Refused while a finding
 * blocks that nobody decided, or while the mapping lacks its author's signature.
 */
export async function planRun(
  project: Project,
  onProgress: (progress: { readonly object: string; readonly rowsRead: number }) => void,
): Promise<PlanResult> {
  const move = await checkMap(project, { showValues: false, onProgress });
  requireAgreedPolicy(project);
  const source = await project.source();
  const target = await project.targetToRead();
  refuseBlind(await blindRules(agreedStopRules(project.settings), { source, target }));
  const runbook = buildRunbook(await runbookInput(project, move, source, target));
  const { mapping } = move.loaded;
  refuseBlind([
    ...blindRestore(runbook),
    ...blindTotals(runbook, move.planned, mapping),
    ...blindFields(runbook.stopRules, move.planned, (relation, name) =>
      mapping.objects.some(
        (object) => object.target === relation && object.fields.some(({ field }) => field === name),
      ),
    ),
  ]);
  for (const { role, schemaDigest } of runbook.systems)
    if (role === 'source') keepStructure(project, schemaDigest, move.source, mappedSources(move));
    else if (role === 'target')
      keepStructure(project, schemaDigest, move.target, mappedTargets(move, relationsToCreate(move)));
  const file = project.folder.runbook;
  writeWholeFile(file, runbookFile(runbook));
  const id = runbookId(runbook, systemNotary.digest);
  const ledger = project.ledger();
  ledger.append([
    {
      type: 'runbook-planned',
      actor: 'godwit',
      body: { runbook: id, mapping: runbook.mappingDigest, steps: runbook.steps.length },
    },
  ]);
  await project.checkpoint();
  return {
    runbook,
    id,
    file,
    findings: move.findings,
    accepted: acceptedFindings(project, runbook),
    earlier: await runsBefore(project, runbook),
  };
}

/** A rule that could never speak is refused here, before anybody signs and relies on it. */
function refuseBlind(reasons: readonly string[]): void {
  if (reasons.length > 0) throw refused(reasons.map((what) => ({ code: 'runbook.rule-blind', what })));
}

async function runsBefore(project: Project, runbook: Runbook): Promise<readonly string[]> {
  await using journal = await openWorldJournal(project, liveJournal);
  return earlierRuns(await journal.runs(), runName(runbook));
}

async function runbookInput(
  project: Project,
  move: MapReport,
  source: OpenSystem,
  target: OpenSystem,
): Promise<RunbookInput> {
  const { settings } = project;
  const now = project.clock.now();
  const creates = withoutObjects(
    plannedCreation({ ...move, profile: readProfileFacts(project) }, target.creates),
  );
  const counts = await countBothSides(move, source, target);
  const person = (role: 'approver' | 'owner'): string =>
    settings.people.find(({ roles }) => roles.includes(role))?.name ?? '';
  return {
    project: settings.project,
    now,
    expiresAt: daysFrom(now, settings.run.valid_days),
    nonce: project.random.uuid(),
    mapping: move.loaded.mapping,
    envelopes: readEnvelopes(project),
    policy: policyOf(project),
    log: readLog(project),
    source: { name: 'source', fingerprint: await source.fingerprint(), schemaDigest: sourceDigest(move) },
    target: {
      name: 'target',
      fingerprint: await target.fingerprint(),
      schemaDigest: targetDigest(move, relationsToCreate(move)),
    },
    targetCanUpdate: target.writes !== null,
    relations: move.planned.relations,
    dependencies: move.checked.dependencies,
    creates,
    counts,
    ...(await predictedCalls(move, counts, { source, target, rowsPerSlice: settings.run.rows_per_slice })),
    parties: await describeParties(source, target),
    evidence: plannedEvidence(project, move),
    findings: move.findings,
    options: {
      rowsPerSlice: settings.run.rows_per_slice,
      slicesAtOnceMax: settings.run.slices_at_once,
      retryBudgetMs: 600_000,
      protection: protectionOf(settings.protection),
      ...(checkpointsOf(settings) === 'beside' && { checkpoints: 'beside' }),
    },
    stopRules: agreedStopRules(settings),
    approvals: agreedRule(settings),
    responsible: { approver: person('approver'), owner: person('owner') },
    ...(settings.responsibility ? { responsibility: settings.responsibility } : {}),
    ...plannedRestore(project),
    ...plannedWayBack(project, move.loaded.digest),
    preChecks: askedBefore(settings, target.automation),
    ...(target.automation ? { automation: target.automation } : {}),
    rehearsed: readRehearsalTimes(project, move.loaded.digest),
    notary: systemNotary,
  };
}

/** What comes along is told by findings: the runbook shows the statements themselves. */
function withoutObjects(creation: ReturnType<typeof plannedCreation>): RunbookInput['creates'] {
  if (creation === null) return null;
  const { objects: _told, ...planned } = creation;
  return planned;
}

async function countBothSides(
  move: CheckedMove,
  source: OpenSystem,
  target: OpenSystem,
): Promise<RunbookInput['counts']> {
  await using from = await source.reads.snapshot();
  await using to = await target.reads.snapshot();
  const counts = new Map<string, { rowsSource: string; rowsTargetBefore: string }>();
  for (const object of move.loaded.mapping.objects) {
    const relation = findRelation(move.source, object.source);
    const there = findRelation(move.target, object.target);
    if (!relation) continue;
    counts.set(object.name, {
      rowsSource: await from.count(relation),
      rowsTargetBefore: there ? await to.count(there) : '0',
    });
  }
  return counts;
}
