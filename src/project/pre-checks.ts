import type { Automation } from '../connectors/index.ts';
import { digestOf, systemNotary } from '../host/index.ts';
import type { PreCheck, Runbook } from '../model/index.ts';
import { judgePreChecks, type PreCheckState, type Refusal, runbookId } from '../runbook/index.ts';
import { policyOf, readEnvelopes, readLog } from './decision-files.ts';
import { evidenceOf } from './evidence-files.ts';
import { isHere } from './is-here.ts';
import { readPlannedRunbook } from './planned-runbook.ts';
import type { Project } from './project.ts';
import { newestRehearsal } from './rehearsal-evidence.ts';
import { newestRestoreDrill } from './restore-evidence.ts';
import type { Settings, SystemSettings } from './settings.ts';

/** A target on this machine is practice unless `godwit.yaml` says otherwise; any other is production. */
export function environmentOf({ environment, systems: { target } }: Settings): 'production' | 'practice' {
  if (environment !== null) return environment;
  const host = hostOf(target);
  return host === null || isHere(host) ? 'practice' : 'production';
}

/** Null for what lies in folders of this machine. */
function hostOf(target: SystemSettings): string | null {
  if ('host' in target) return target.host;
  if ('api' in target) return new URL(target.api).hostname;
  return 'instance' in target ? new URL(target.instance).hostname : null;
}

/** What was switched off may be switched on again by anybody the next day. */
const automationHours = 24;

/**
 * What a runbook asks for before it writes; nothing for practice.
 *
 * @param automation what the target does by itself; undefined where it does nothing
 */
export function askedBefore(settings: Settings, automation: Automation | undefined): readonly PreCheck[] {
  if (environmentOf(settings) === 'practice') return [];
  const { valid_days, monitoring } = settings.drills;
  const validHours = valid_days * 24;
  return [
    { kind: 'pre-check', check: 'restore', validHours },
    { kind: 'pre-check', check: 'rehearsal', validHours },
    { kind: 'pre-check', check: 'owners', steps: [] },
    { kind: 'pre-check', check: 'monitoring', validHours: monitoring?.valid_hours ?? 24 },
    { kind: 'pre-check', check: 'support', validHours },
    ...(automation === undefined
      ? []
      : [{ kind: 'pre-check', check: 'automation', validHours: automationHours } as const]),
  ];
}

/** How the checks of a runbook stand now; none where it asks for none. */
export function preChecks(project: Project, runbook: Runbook): readonly PreCheckState[] {
  if (!runbook.steps.some(({ action }) => action.kind === 'pre-check')) return [];
  const restore = newestRestoreDrill(project);
  const [probe] = evidenceOf(project, 'monitoring');
  return judgePreChecks({
    runbook,
    runbookId: runbookId(runbook, digestOf),
    envelopes: readEnvelopes(project),
    policy: policyOf(project),
    log: readLog(project),
    notary: systemNotary,
    now: project.clock.now(),
    restore: restore && {
      ...restore,
      id: restore.evidence,
      appReads: restore.checks.filter(({ name }) => name.startsWith('app-read:')).length,
    },
    rehearsal: newestRehearsal(project),
    monitoring: probe ? { id: probe.id, at: probe.evidence.time, passed: probe.evidence.passed } : null,
  });
}

/**
 * What an approval of the runbook leads to: the run, or what has to come before it. A drill whose time the runbook does not
 * hold comes first, since the plan that takes it in makes the approval void.
 */
export function nextAfterApproval(project: Project): string {
  const runbook = readPlannedRunbook(project);
  const lacking = preChecks(project, runbook).filter(({ held }) => !held);
  const verbs = (of: typeof lacking): string => of.map(({ verb }) => verb).join(', ');
  const drill = lacking.filter(({ check }) => check === 'restore' && runbook.restore === undefined);
  if (drill.length > 0)
    return `${verbs(drill)}, then \`godwit plan\` and its approval: this runbook lacks the time of a restore; before \`godwit run\` also ${verbs(lacking.filter((one) => !drill.includes(one)))}`;
  return lacking.length === 0 ? '`godwit run`' : `before \`godwit run\`: ${verbs(lacking)}`;
}

/** Each check that lacks its evidence, with the command that provides it. */
export function preChecksMissing(project: Project, runbook: Runbook): readonly Refusal[] {
  return preChecks(project, runbook)
    .filter(({ held }) => !held)
    .map(({ title, what, verb }) => ({
      code: 'runbook.pre-check-missing',
      what: `${title}: ${what}; ${verb}`,
    }));
}
