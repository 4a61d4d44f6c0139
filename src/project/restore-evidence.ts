import { z } from 'zod';
import type { Evidence } from '../ledger/index.ts';
import type { RestoreCheck } from '../rehearsal/index.ts';
import type { RestoreFacts } from '../runbook/index.ts';
import { evidenceOf } from './evidence-files.ts';
import type { Project } from './project.ts';

/** What a restore drill did and saw. */
export interface RestoreDrill {
  /** The system the backup is of. */
  readonly of: 'source' | 'target';
  /** The backup's file name, without its folder. */
  readonly backup: string;
  /** `sha256:` of the backup. */
  readonly digest: string;
  readonly bytes: number;
  readonly way: string;
  readonly client: string;
  readonly server: string;
  readonly scratch: string;
  /** The restoring alone, without the checks behind it. */
  readonly durationMs: number;
  readonly checksMs: number;
  readonly checks: readonly RestoreCheck[];
}

export interface KeptRestoreDrill extends RestoreDrill {
  /** Id of the signed evidence. */
  readonly evidence: string;
  /** ISO instant in UTC. */
  readonly at: string;
  readonly passed: boolean;
}

const form: z.ZodType<RestoreDrill> = z.strictObject({
  of: z.enum(['source', 'target']),
  backup: z.string(),
  digest: z.string(),
  bytes: z.number(),
  way: z.string(),
  client: z.string(),
  server: z.string(),
  scratch: z.string(),
  durationMs: z.number(),
  checksMs: z.number(),
  checks: z.array(
    z.strictObject({
      name: z.string(),
      outcome: z.enum(['ok', 'failed', 'not-looked-at']),
      detail: z.string(),
    }),
  ),
});

/**
 * The newest restore drill that the ledger knows of, passed or not; null when there was none. What the stop rule about a
 * restore that is slower than approved asks: its `durationMs` beside `runbook.restore`.
 */
export function newestRestoreDrill(project: Project): KeptRestoreDrill | null {
  const [newest] = evidenceOf(project, 'restore-drill');
  return newest ? drillOf(newest.id, newest.evidence) : null;
}

/** The last restore drill as a plan takes it; nothing where there was none that passed. */
export function plannedRestore(project: Project): { readonly restore?: RestoreFacts } {
  const { downtime, drills } = project.settings;
  const drill = newestRestoreDrill(project);
  if (drills.restore === null || !drill?.passed) return {};
  const { evidence, digest: backup, at: drilledAt, durationMs } = drill;
  const allowedMs = downtime.allowed_minutes === null ? null : downtime.allowed_minutes * 60_000;
  const factor = drills.restore.time_factor;
  return { restore: { evidence, backup, drilledAt, durationMs, factor, allowedMs } };
}

function drillOf(evidence: string, { content, time, passed }: Evidence): KeptRestoreDrill | null {
  const read = form.safeParse(content);
  return read.success ? { ...read.data, evidence, at: time, passed } : null;
}
