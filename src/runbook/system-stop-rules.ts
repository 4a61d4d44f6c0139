import type { PerSystem, StopRules } from '../model/index.ts';
import type { StopCode, StopReason } from './stop-reason.ts';

/** What one of the two systems said of itself; a part that was not asked for is left out. */
export interface SystemSeen {
  readonly role: 'source' | 'target';
  /** The replica that is furthest behind. */
  readonly replicaLag?: { readonly name: string; readonly ms: number };
  readonly lockWait?: { readonly sessions: number; readonly ms: number };
  /** Bytes written into the log since the step began; decimal digits. */
  readonly logWritten?: string;
  /** Bytes of log that are held back; decimal digits. */
  readonly logKept?: string;
  /** Calls that are left; decimal digits. */
  readonly apiCallsLeft?: string;
  /** For so long it has not said anything. */
  readonly silentMs?: number;
}

/** A system may be silent for so long before a rule that looks at it counts as broken. */
const silenceMaxMs = 60_000;

/** The agreed rules about a system's own state, on what it said of itself. */
export function systemReasons(rules: StopRules, seen: SystemSeen): readonly StopReason[] {
  return [
    silent(seen),
    lag(rules, seen),
    lockWait(rules, seen),
    written(rules, seen),
    kept(rules, seen),
    calls(rules, seen),
  ].filter((reason) => reason !== null);
}

function silent({ role, silentMs = 0 }: SystemSeen): StopReason | null {
  if (silentMs <= silenceMaxMs) return null;
  const reason = `the ${role} has said nothing of itself for ${Math.ceil(silentMs / 1000)} s, so the rules about it see nothing`;
  return { code: 'runbook.stop-unseen', about: role, reason, observed: null };
}

function lag({ replicaLagSecondsMax }: StopRules, { role, replicaLag }: SystemSeen): StopReason | null {
  const max = limitOf(replicaLagSecondsMax, role);
  if (max === null || !replicaLag || replicaLag.ms <= max * 1000) return null;
  const { name, ms } = replicaLag;
  const reason = `${name} is ${seconds(ms)} s behind (replica of the ${role}); agreed are ${max} s`;
  return stop('runbook.stop-replica-lag', role, reason, seconds(ms));
}

function lockWait(
  { lockWaitSecondsMax }: StopRules,
  { role, lockWait: seen }: SystemSeen,
): StopReason | null {
  const max = limitOf(lockWaitSecondsMax, role);
  if (max === null || !seen || seen.ms <= max * 1000) return null;
  const who = seen.sessions === 1 ? '1 session of others waits' : `${seen.sessions} sessions of others wait`;
  const reason = `${who} for locks of this run on the ${role}, for ${seconds(seen.ms)} s now; agreed are ${max} s`;
  return stop('runbook.stop-lock-wait', role, reason, seconds(seen.ms));
}

function written({ logWrittenMibMax }: StopRules, { role, logWritten }: SystemSeen): StopReason | null {
  const max = limitOf(logWrittenMibMax, role);
  if (max === null || logWritten === undefined || BigInt(logWritten) <= BigInt(max) * mib) return null;
  const reason = `the ${role} has written ${logWritten} bytes into its log since the step began; agreed are ${max} MiB`;
  return stop('runbook.stop-log-written', role, reason, logWritten);
}

function kept({ logKeptMibMax }: StopRules, { role, logKept }: SystemSeen): StopReason | null {
  const max = limitOf(logKeptMibMax, role);
  if (max === null || logKept === undefined || BigInt(logKept) <= BigInt(max) * mib) return null;
  const reason = `the ${role} keeps ${logKept} bytes of its log; agreed are ${max} MiB`;
  return stop('runbook.stop-log-kept', role, reason, logKept);
}

/** What is signed has to grow with the harm: it is how many calls are missing. */
function calls({ apiCallsLeftMin }: StopRules, { role, apiCallsLeft }: SystemSeen): StopReason | null {
  const min = limitOf(apiCallsLeftMin, role);
  if (min === null || apiCallsLeft === undefined || BigInt(apiCallsLeft) >= BigInt(min)) return null;
  const reason = `${apiCallsLeft} calls are left of what the ${role} allows; agreed is to leave ${min}`;
  return stop('runbook.stop-api-calls', role, reason, String(BigInt(min) - BigInt(apiCallsLeft)));
}

function stop(code: StopCode, about: string, reason: string, observed: string): StopReason {
  return { code, about, reason, observed };
}

const limitOf = (limits: PerSystem | undefined, role: 'source' | 'target'): number | null =>
  limits?.[role] ?? null;
const mib = 1_048_576n;
const seconds = (ms: number): string => (ms / 1000).toFixed(1);
