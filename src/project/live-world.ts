import { digestOf, systemNotary } from '../host/index.ts';
import { findingId, GodwitError, type Runbook } from '../model/index.ts';
import {
  issueWarrant,
  judgeWarrant,
  runbookBytes,
  runbookId,
  type WarrantRequest,
  type WarrantVerdict,
} from '../runbook/index.ts';
import { limitsChanged, mappingChanges, runbookEdited } from './changed-since-plan.ts';
import { type CheckedMove, checkStructure } from './check-map.ts';
import { createdNames } from './created-relations.ts';
import { policyOf, readEnvelopes, readLog } from './decision-files.ts';
import { changesSince } from './kept-structures.ts';
import { mappedSources, mappedTargets, sourceDigest, targetDigest } from './mapped-structure.ts';
import { objectPlans } from './object-plans.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import { preChecksMissing } from './pre-checks.ts';
import type { BothSystems, Project } from './project.ts';
import { runName } from './run-name.ts';
import { heldBy } from './run-stops.ts';
import { verifyOwnLedger } from './verify-own-ledger.ts';
import type { World } from './world.ts';
import { liveJournal } from './world-journal.ts';

/** Limits guard the run; going back, repairing and replaying are not refused because one was changed since. */
export type Purpose = 'run' | 'after-run';

/** The live systems under the approved runbook. Throws with every reason why it may not run. */
export async function liveWorld(
  project: Project,
  operator: string,
  purpose: Purpose = 'after-run',
): Promise<World> {
  const systems = project.bothToRead();
  const runbook = readPlannedRunbook(project);
  const move = await checkStructure(project, systems);
  const warrant = issueWarrant(await warrantRequest(project, runbook, move, { operator, purpose, systems }));
  return worldOf(project, runbook, move, warrant);
}

/** How an approved runbook stands to the systems as they are now. */
export interface LiveJudgement {
  /** Would a warrant be issued now, and if not, what is missing? */
  readonly verdict: WarrantVerdict;
  /** Relations of the source that came since it was agreed: neither the mapping nor a decision says what becomes of them. */
  readonly undecided: readonly string[];
}

export async function judgeLive(project: Project, operator: string): Promise<LiveJudgement> {
  const runbook = readPlannedRunbook(project);
  const systems = project.bothToRead();
  const move = await checkStructure(project, systems);
  const request = await warrantRequest(project, runbook, move, { operator, purpose: 'run', systems });
  return { verdict: judgeWarrant(request), undecided: undecidedOf(move, runbook) };
}

function undecidedOf({ findings }: CheckedMove, runbook: Runbook): readonly string[] {
  const agreed = new Set(runbook.findings.map(({ id }) => id));
  return findings.flatMap((finding) =>
    finding.code === 'mapping.unmapped-relation' && !agreed.has(findingId(finding))
      ? [finding.where.relation ?? '']
      : [],
  );
}

function worldOf(project: Project, runbook: Runbook, move: CheckedMove, warrant: World['warrant']): World {
  const id = runbookId(runbook, digestOf);
  return {
    run: runName(runbook),
    runbook,
    runbookId: id,
    move,
    targetSchema: move.planned,
    plans: objectPlans(move.loaded.mapping, move.source, move.planned, move.checked.lookups),
    warrant,
    openSource: () => project.source(),
    openTarget: () => project.target(),
    journal: liveJournal,
  };
}

interface Asked {
  readonly operator: string;
  readonly purpose: Purpose;
  readonly systems: BothSystems;
}

async function warrantRequest(
  project: Project,
  runbook: Runbook,
  move: CheckedMove,
  { operator, purpose, systems }: Asked,
): Promise<WarrantRequest> {
  const [source, target] = [await systems.source, await systems.target];
  return {
    runbookBytes: runbookBytes(runbook),
    envelopes: readEnvelopes(project),
    policy: policyOf(project),
    log: readLog(project),
    ledger: await verifyOwnLedger(project),
    operator,
    now: project.clock.now(),
    notary: systemNotary,
    observed: {
      source: await source.fingerprint(),
      target: await target.fingerprint(),
      sourceStructure: sourceDigest(move),
      targetStructure: targetDigest(move, createdNames(runbook)),
      structureChanges: structureChangesSince(project, runbook, move),
      mappingDigest: move.loaded.digest,
      mappingChanges: mappingChanges(move.loaded.mapping, runbook),
      changes: [
        ...runbookEdited(project, runbook),
        ...(purpose === 'run'
          ? [
              ...heldBy(project, runbook),
              ...limitsChanged(project, runbook),
              ...preChecksMissing(project, runbook),
            ]
          : []),
      ],
    },
  };
}

function structureChangesSince(
  project: Project,
  runbook: Runbook,
  move: CheckedMove,
): { readonly source: readonly string[]; readonly target: readonly string[] } {
  const digest = (role: 'source' | 'target'): string =>
    runbook.systems.find((system) => system.role === role)?.schemaDigest ?? '';
  return {
    source: changesSince(project, digest('source'), move.source, mappedSources(move)),
    target: changesSince(project, digest('target'), move.target, mappedTargets(move, createdNames(runbook))),
  };
}

/** The person who runs: named, or the only one with the role. Throws `project.operator-needed`. */
export function operatorOf(project: Project, named: string | undefined): string {
  if (named !== undefined) return named;
  const operators = project.settings.people.filter(({ roles }) => roles.includes('operator'));
  const [only] = operators;
  if (operators.length === 1 && only) return only.name;
  throw new GodwitError({
    code: 'project.operator-needed',
    title: operators.length === 0 ? 'Nobody in godwit.yaml may run' : 'More than one person may run',
    detail:
      operators.length === 0
        ? 'no person has the role operator'
        : operators.map(({ name }) => name).join(', '),
    nextStep:
      operators.length === 0
        ? 'Give a person the role operator in godwit.yaml.'
        : 'Say who you are with --as <name>.',
    fate: 'never',
  });
}
