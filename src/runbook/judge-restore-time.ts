import type { ApprovedRestore, StopRules } from '../model/index.ts';
import type { Refusal } from './refusal.ts';

/** What a plan knows of the way back by a backup. */
export interface RestoreFacts extends ApprovedRestore {
  /** How long the systems may be closed; null where nobody has said so. */
  readonly allowedMs: number | null;
}

/**
 * A plan whose last way out takes longer than it may is no plan. The drill's time, times the agreed factor, has to fit into the
 * allowed outage and into the window, whichever of them is there.
 */
export function judgeRestoreTime(
  { drilledAt, ...times }: RestoreFacts,
  window: StopRules['window'],
): readonly Refusal[] {
  return tooLong(times, window, 'restoring the backup', `the drill of ${drilledAt}`).map((what) => ({
    code: 'runbook.restore-too-slow',
    what,
  }));
}

/** What a plan knows of taking the run back. */
export interface WayBackFacts {
  /** How long the whole way back took in the rehearsal. */
  readonly durationMs: number;
  /** ISO instant in UTC. */
  readonly rehearsedAt: string;
  /** In an emergency it may take so many times as long. */
  readonly factor: number;
  /** How long the systems may be closed; null where nobody has said so. */
  readonly allowedMs: number | null;
}

/** The same of the way back that was walked: who cannot be back in time has no way back. */
export function judgeWayBackTime(
  { rehearsedAt, ...times }: WayBackFacts,
  window: StopRules['window'],
): readonly Refusal[] {
  return tooLong(times, window, 'taking the run back', `the rehearsal of ${rehearsedAt}`).map((what) => ({
    code: 'runbook.way-back-too-slow',
    what,
  }));
}

/** A sentence for each limit that is shorter than what is needed. */
function tooLong(
  {
    durationMs,
    factor,
    allowedMs,
  }: { readonly durationMs: number; readonly factor: number; readonly allowedMs: number | null },
  window: StopRules['window'],
  work: string,
  occasion: string,
): readonly string[] {
  const neededMs = durationMs * factor;
  const times = factor === 1 ? '' : `, ${factor} times that is ${durationInWords(neededMs)}`;
  const took = `${work} took ${durationInWords(durationMs)} in ${occasion}${times}`;
  const limits = [
    ...(allowedMs === null ? [] : [{ what: 'the allowed outage is', ms: allowedMs }]),
    ...(window === null
      ? []
      : [{ what: 'the window is', ms: Date.parse(window.notAfter) - Date.parse(window.notBefore) }]),
  ];
  return limits
    .filter(({ ms }) => neededMs > ms)
    .map(({ what, ms }) => `${took}; ${what} ${durationInWords(ms)}`);
}

/** `2 h`, `1 h 5 min`, `20 min`, `14.2 s`. */
export function durationInWords(ms: number): string {
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1).replace(/\.0$/, '')} s`;
  const minutes = Math.ceil(ms / 60_000);
  const parts = [
    ...(minutes >= 60 ? [`${Math.floor(minutes / 60)} h`] : []),
    ...(minutes % 60 === 0 ? [] : [`${minutes % 60} min`]),
  ];
  return parts.join(' ');
}
