import { z } from 'zod';
import type { WayBackFacts } from '../runbook/index.ts';
import { evidenceOf, keepEvidence } from './evidence-files.ts';
import type { Project } from './project.ts';
import type { RehearsalFacts } from './rehearsal-times.ts';

/** A rehearsal as the five checks before production look at it. */
export interface KeptRehearsal {
  readonly id: string;
  readonly at: string;
  readonly passed: boolean;
  readonly mapping: string;
  readonly full: boolean;
  readonly records: number;
  /** The way back was walked too. */
  readonly wayBack: boolean;
}

const form = z.object({
  mapping: z.string(),
  volume: z.enum(['sample', 'full']),
  records: z.number(),
  wayBack: z.unknown(),
  rollbackMs: z.number().nullish().default(null),
});

/** What was rehearsed and taken back, signed. Its content is that of `facts/rehearsal.yaml`, with what was found afterwards. */
export async function keepRehearsal(
  project: Project,
  facts: RehearsalFacts,
  way: WayBack | null,
): Promise<{ readonly file: string; readonly id: string }> {
  const { formatVersion: _format, at: _at, ...content } = facts;
  const passed = facts.auditEqual && facts.rollbackClean && way?.clean === true;
  return await keepEvidence(project, { kind: 'rehearsal', passed, content: { ...content, wayBack: way } });
}

/** What the sandbox held after the undo, beside what it held before the run. */
export interface WayBack {
  readonly clean: boolean;
  readonly relations: readonly {
    readonly relation: string;
    /** How many records it held. */
    readonly before: string;
    readonly now: string;
    /** Every record is what it was before the run, by a digest over all of them. */
    readonly sameRecords: boolean;
  }[];
  /** What of the structure is not as it was before the run. */
  readonly structure: readonly string[];
}

/** The newest rehearsal the ledger knows of; null when there was none. */
export function newestRehearsal(project: Project): KeptRehearsal | null {
  const [newest] = evidenceOf(project, 'rehearsal');
  const read = newest && form.safeParse(newest.evidence.content);
  if (!newest || !read?.success) return null;
  const { mapping, volume, records, wayBack } = read.data;
  const { time: at, passed } = newest.evidence;
  return { id: newest.id, at, passed, mapping, full: volume === 'full', records, wayBack: wayBack != null };
}

/**
 * The whole way back as a plan takes it: of the newest full rehearsal of this very mapping, whether or not it went well; nothing
 * where none came so far.
 */
export function plannedWayBack(project: Project, mapping: string): { readonly wayBack?: WayBackFacts } {
  const { downtime, drills } = project.settings;
  const allowedMs = downtime.allowed_minutes === null ? null : downtime.allowed_minutes * 60_000;
  for (const { evidence } of evidenceOf(project, 'rehearsal')) {
    const read = form.safeParse(evidence.content);
    if (!read.success || read.data.volume !== 'full' || read.data.mapping !== mapping) continue;
    const { rollbackMs } = read.data;
    if (rollbackMs === null) continue;
    const factor = drills.rollback?.time_factor ?? 1;
    return { wayBack: { durationMs: rollbackMs, rehearsedAt: evidence.time, factor, allowedMs } };
  }
  return {};
}
