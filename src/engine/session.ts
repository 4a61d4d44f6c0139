import type { Clock, Log, Random } from '../host/index.ts';
import type { Completion, SliceCounts, Warrant } from '../model/index.ts';
import { BuildsUnderWay } from './builds-under-way.ts';
import { Connections, type SystemsDoor } from './connections.ts';
import { type CrashHook, noCrash } from './crash-points.ts';
import type { RecordEvent } from './engine-event.ts';
import type { Journal } from './journal/journal.ts';
import type { ProjectLock } from './journal/project-lock.ts';
import { defaultLimits, type EngineLimits } from './limits.ts';
import { PlanUnderWay } from './plan-under-way.ts';
import type { Progress } from './progress.ts';
import { type Stall, StallWatch } from './stall-watch.ts';
import type { StructureWatch } from './structure-watch.ts';
import type { Team } from './team.ts';
import type { ValueWatch } from './value-watch.ts';

/** What has been seen of a step so far; the counts are the target's. */
export interface Observed {
  readonly run: string;
  readonly step: string;
  readonly object: string;
  readonly counts: SliceCounts;
  readonly slicesApplied: number;
  readonly slicesPlanned: number;
  /** Since this process began the step. */
  readonly elapsedMs: number;
}

export type Verdict = 'go' | { readonly pause: string; readonly reason: string };

/** The stop rules: asked before the first slice, between slices and after the last one. `pause` is the rule's code. */
export type Judge = (observed: Observed) => Verdict | Promise<Verdict>;

/** Statements that complete relations, and the step of the runbook that does them at the latest. */
export interface LaterWork {
  readonly step: string;
  readonly completions: readonly Completion[];
  /** By relation, the steps of the runbook that write records into it. */
  readonly writers: ReadonlyMap<string, readonly string[]>;
}

export interface SessionOptions {
  readonly run: string;
  readonly runbookId: string;
  readonly journal: Journal;
  readonly systems: SystemsDoor;
  /** The project's lock, held for as long as the session lasts. */
  readonly lock: ProjectLock;
  /** Without it there is no session, and without a session nothing can be written. */
  readonly warrant: Warrant;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Aborting it stops the run behind the slice under way. */
  readonly signal: AbortSignal;
  readonly record: RecordEvent;
  readonly judge: Judge;
  /** Who looks at values before they travel; null where nobody does. */
  readonly values?: ValueWatch | null;
  /** Who holds the target's structure against what was agreed while records are written; null where nobody does. */
  readonly structure?: StructureWatch | null;
  /** What the runbook leaves for when the records are there; null when nothing. */
  readonly later?: LaterWork | null;
  /** Of the process that leads others; null, or left out, where it works alone or is led. */
  readonly team?: Team | null;
  /** How the one who leads reads the source; null, or left out, for whoever reads by themselves. */
  readonly view?: string | null;
  readonly onProgress: (progress: Progress) => void;
  /** Told what holds the work up, as far as the systems tell. */
  readonly onStall?: (stall: Stall) => void;
  /** Keyed digest for `mask()`, hexadecimal. */
  readonly mask: (text: string) => string;
  readonly limits?: Partial<EngineLimits>;
  readonly crash?: CrashHook;
}

/** One process at work on one run. */
export interface Session extends AsyncDisposable {
  readonly run: string;
  readonly runbookId: string;
  readonly journal: Journal;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly record: RecordEvent;
  readonly judge: Judge;
  readonly values: ValueWatch | null;
  readonly structure: StructureWatch | null;
  readonly later: LaterWork | null;
  readonly team: Team | null;
  /** What of it is being built beside the steps. */
  readonly builds: BuildsUnderWay;
  /** What holds up work that takes long. */
  readonly stalls: StallWatch;
  /** Of the copy behind the one that travels. */
  readonly nextPlan: PlanUnderWay;
  readonly onProgress: (progress: Progress) => void;
  readonly mask: (text: string) => string;
  readonly limits: EngineLimits;
  readonly crash: CrashHook;
}

/** Begins the run in the journal, or goes on with it. The journal stays the caller's; the connections are the session's. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { run, runbookId, journal, systems, warrant, clock, log } = options;
  await journal.beginRun({ run, runbookId, world: warrant.content.world });
  const connections = new Connections(systems, warrant, clock, log, {
    view: () => options.view ?? null,
    fence: () => options.team?.fence ?? null,
  });
  const limits = { ...defaultLimits, ...options.limits };
  const stalls = new StallWatch({
    clock,
    log,
    look: async (role, wanted) => connections.look(role, wanted),
    everyMs: limits.stallLookEveryMs,
    onStall: options.onStall ?? (() => undefined),
  });
  const builds = new BuildsUnderWay();
  const nextPlan = new PlanUnderWay();
  return {
    ...options,
    connections,
    stalls,
    builds,
    nextPlan,
    later: options.later ?? null,
    team: options.team ?? null,
    values: options.values ?? null,
    structure: options.structure ?? null,
    limits,
    crash: options.crash ?? noCrash,
    [Symbol.asyncDispose]: async () => {
      // Whoever ends before the step that completes relations waits for no build: it is cut, and nothing of it stays.
      builds.stop();
      await connections[Symbol.asyncDispose]();
      await builds.end().catch(() => undefined);
      await nextPlan.end();
    },
  };
}
