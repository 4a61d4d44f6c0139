import { type Capabilities, capabilitiesOf, type OpenSystem, type Reading } from '../connectors/index.ts';
import type { StopRules } from '../model/index.ts';
import { refused, type SystemSeen } from '../runbook/index.ts';
import type { Project } from './project.ts';
import { WatchedSystem } from './watched-system.ts';

/** Not asked more often than this, and never before twenty times as long has passed as the last answer took. */
const askEveryMs = 2_000;
const restPerAnswer = 20;

type Role = 'source' | 'target';

/** The rules that are read from a running system, and what they read. */
const readings = [
  ['replicaLagSecondsMax', 'replica-lag'],
  ['lockWaitSecondsMax', 'lock-waits'],
  ['logWrittenMibMax', 'log-written'],
  ['logKeptMibMax', 'log-kept'],
  ['apiCallsLeftMin', 'api-calls'],
] as const satisfies readonly (readonly [keyof StopRules, Reading])[];

/** What the agreed rules want to know of a system. */
function wantedOf(rules: StopRules, role: Role): ReadonlySet<Reading> {
  const wanted = readings.filter(([rule]) => rules[rule]?.[role] !== undefined);
  return new Set(wanted.map(([, reading]) => reading));
}

/** Why agreed rules could never speak on these systems, a sentence for each; such rules are refused, not passed over. */
export async function blindRules(
  rules: StopRules,
  systems: Readonly<Record<Role, OpenSystem>>,
): Promise<readonly string[]> {
  const reasons: string[] = [];
  for (const role of ['source', 'target'] as const)
    for (const reading of wantedOf(rules, role)) {
      const reason = await refusal(systems[role], reading);
      if (reason !== null) reasons.push(`the rule about ${reading} of the ${role} cannot be held: ${reason}`);
    }
  return reasons;
}

async function refusal({ kind, watches }: OpenSystem, reading: Reading): Promise<string | null> {
  if (watches) return watches.refuses(reading);
  const { abilities }: Capabilities = capabilitiesOf(kind);
  const reason = abilities[reading];
  return reason === true ? 'it tells nothing of itself' : reason;
}

/** Looks at the two systems while a run is at work, as far as rules were agreed about them. */
export class SystemWatch implements AsyncDisposable {
  readonly #systems: readonly WatchedSystem[];
  readonly #over = new AbortController();
  readonly #looking: readonly Promise<void>[];

  private constructor(project: Project, systems: readonly WatchedSystem[]) {
    this.#systems = systems;
    this.#looking = systems.map(async (system) => this.#keepLooking(project, system));
  }

  /** Looks once before anything is begun. Throws `runbook.rule-blind` where a rule cannot be held. */
  static async open(project: Project, rules: StopRules): Promise<SystemWatch> {
    const { clock, log } = project;
    const roles = (['source', 'target'] as const).filter((role) => wantedOf(rules, role).size > 0);
    const systems: WatchedSystem[] = [];
    for (const role of roles) {
      const open = (): Promise<OpenSystem> => (role === 'source' ? project.source() : project.targetToRead());
      const watched = new WatchedSystem({ role, wanted: wantedOf(rules, role), open, clock, log });
      await watched.look();
      systems.push(watched);
    }
    if (roles.length > 0) {
      const both = { source: await project.source(), target: await project.targetToRead() };
      const blind = await blindRules(rules, both);
      if (blind.length > 0) throw refused(blind.map((what) => ({ code: 'runbook.rule-blind', what })));
    }
    return new SystemWatch(project, systems);
  }

  get seen(): readonly SystemSeen[] {
    return this.#systems.map(({ seen }) => seen);
  }

  /** Asks now: a step that is shorter than the pauses between two looks is looked at all the same. */
  async look(): Promise<void> {
    await Promise.all(this.#systems.map(async (system) => system.look()));
  }

  beginStep(): void {
    for (const system of this.#systems) system.beginStep();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#looking);
  }

  async #keepLooking({ clock, signal: projectSignal }: Project, system: WatchedSystem): Promise<void> {
    const { signal } = this.#over;
    let tookMs = 0;
    for (;;) {
      try {
        await clock.sleep(Math.max(askEveryMs, tookMs * restPerAnswer), signal);
      } catch {
        return;
      }
      const beganMs = clock.elapsedMs();
      try {
        await system.look();
      } catch (error) {
        // Who was asked to stop is answered by no system any more.
        if (projectSignal.aborted) return;
        throw error;
      }
      tookMs = clock.elapsedMs() - beganMs;
    }
  }
}
