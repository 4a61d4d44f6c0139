import { readFileSync } from 'node:fs';
import { holderOfLock, lastStop, tellStop } from '../engine/index.ts';
import { digestOf, systemNotary } from '../host/index.ts';
import { GodwitError, type Runbook } from '../model/index.ts';
import {
  decisionsOf,
  type Refusal,
  type RunStop,
  readDecisions,
  runbookId,
  type StopsVerdict,
  standingStops,
} from '../runbook/index.ts';
import { brokenFor } from './break-glass.ts';
import { policyOf, readEnvelopes, readLog } from './decision-files.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { runName } from './run-name.ts';
import { stopInWords } from './run-statements.ts';
import { writeWholeFile } from './write-whole-file.ts';

/** What holds this runbook's run, and what was signed for. */
export function runStops(project: Project, runbook: Runbook): StopsVerdict {
  const { decisions } = readDecisions(
    readEnvelopes(project),
    policyOf(project),
    systemNotary.verify,
    readLog(project),
  );
  return standingStops({
    runbook,
    runbookId: runbookId(runbook, digestOf),
    entries: project.ledger().entries(),
    overrides: decisionsOf('stop-override', decisions),
    log: readLog(project),
    brokenBy: brokenFor(project, runbook),
    now: project.clock.now(),
  });
}

/** Why a stopped run may not go on: each stop with the person who decides on it. */
export function heldBy(project: Project, runbook: Runbook): readonly Refusal[] {
  const { standing, passedOver } = runStops(project, runbook);
  if (standing.length === 0) return [];
  const notes = passedOver.map((what) => ({ code: 'runbook.held' as const, what }));
  return [...standing.map((stop) => ({ code: 'runbook.held' as const, what: stopInWords(stop) })), ...notes];
}

/**
 * `godwit stop`: anybody on the team, with or without a key, also while another process runs. The ledger keeps who and why;
 * the run ends at the next safe place and goes on only with the signature of the person the runbook names. Throws
 * `project.run-over`.
 */
export async function stopRun(
  project: Project,
  person: string,
  reason: string,
): Promise<{ readonly run: string; readonly stop: RunStop }> {
  const runbook = readPlannedRunbook(project);
  if (!project.settings.people.some(({ name }) => name === person)) throw notOnTeam(project, person);
  const run = runName(runbook);
  const end = endOf(project, runbook);
  if (end !== null) throw runOver(run, end);
  const ledger = project.ledger();
  const body = { run, runbook: runbookId(runbook, digestOf), reason };
  ledger.append([{ type: 'stop-asked', actor: person, body }]);
  await ledger.flush();
  // What a running process looks for; the ledger is what counts.
  await markStop(project);
  const stop = runStops(project, runbook).standing.findLast(({ rule }) => rule === 'runbook.stop-person');
  if (!stop) throw new RangeError('a stop that was asked for does not stand');
  return { run, stop };
}

/** How the run came to its end, by the ledger alone, which needs no passphrase; null while there is something to stop. */
function endOf(project: Project, runbook: Runbook): string | null {
  if (holderOfLock(project.statePath('lock.sqlite')) !== null) return null;
  if (readLog(project).closed.has(runbookId(runbook, digestOf))) return 'it was taken back';
  let end: string | null = null;
  for (const { type, time, body } of project.ledger().entries()) {
    const about = body as { readonly run?: string; readonly outcome?: string } | undefined;
    if (about?.run !== runName(runbook)) continue;
    if (type === 'run-started') end = null;
    if (type === 'run-ended' && about.outcome === 'done') end = `its last step was done at ${time}`;
  }
  return end;
}

function runOver(run: string, end: string): GodwitError {
  return new GodwitError({
    code: 'project.run-over',
    title: 'This run is over: nothing runs that could be stopped',
    detail: `${run}: ${end}`,
    nextStep: '`godwit status` says where it stands; `godwit rollback` takes back what is in the target.',
    fate: 'never',
  });
}

/** For the processes of this folder, and for those of other machines. */
async function markStop(project: Project): Promise<void> {
  const mark = `${project.random.uuid()}\n`;
  const database = project.sharedDatabase();
  // First for all: a process of this folder would take what is new here alone for older than what is told there.
  if (database !== null) await tellStop(database, project.ledgerOrigin, mark);
  writeWholeFile(stopMark(project), mark);
}

/** What was asked on another machine comes into this folder: the ledger's lines first, then the mark that one looks for. */
export async function bringStop(project: Project): Promise<void> {
  const database = project.sharedDatabase();
  if (database === null) return;
  const mark = await lastStop(database, project.ledgerOrigin);
  if (mark === null || mark === lastStopMark(project)) return;
  await project.refreshLedger();
  writeWholeFile(stopMark(project), mark);
}

/** Changes with every `godwit stop`; null before the first. */
export function lastStopMark(project: Project): string | null {
  try {
    return readFileSync(stopMark(project), 'utf8');
  } catch {
    return null;
  }
}

const stopMark = (project: Project): string => project.statePath('stop-asked');

function notOnTeam({ settings }: Project, person: string): GodwitError {
  return new GodwitError({
    code: 'project.person-unknown',
    title: 'Nobody of this name is in godwit.yaml',
    detail: `${person}; there are ${settings.people.map(({ name }) => name).join(', ') || 'no people yet'}`,
    nextStep: 'Say who you are with --as <name>, as godwit.yaml writes it.',
    fate: 'never',
  });
}
