import type { ApiLimit, RiskEvidence, RiskInput } from './assessment.ts';
import { recordsInScope } from './in-scope.ts';
import { pointsFor, unknown } from './points.ts';

const secondsPerDay = 86_400;

/** How tightly the other side rations calls, measured against what the move needs. */
export function apiRate(input: RiskInput): readonly RiskEvidence[] {
  const { apis } = input.limits;
  if (apis.length === 0)
    return [{ fact: 'systems behind an API', measured: 'none', points: 0, lowers: null }];
  const records = recordsInScope(input);
  if (records === null)
    return [unknown('records', 50, 'Profile the source, so that calls can be counted against the limits.')];
  return apis.flatMap((api) => evidenceOf(api, records));
}

function evidenceOf(api: ApiLimit, records: number): readonly RiskEvidence[] {
  const calls = Math.ceil(records / Math.max(1, api.recordsPerCall));
  const evidence: RiskEvidence[] = [timeEvidence(api, calls)];
  if (api.callsPerDay !== null) {
    const share = calls / api.callsPerDay;
    evidence.push({
      fact: `${api.system}: calls a day`,
      measured: `${calls} calls needed, ${api.callsPerDay} a day allowed`,
      points: Math.round(Math.min(1, share) * 30),
      lowers: 'Use larger batches or a bulk interface, or ask for a higher quota for the move.',
    });
  }
  if (api.concurrentMax !== null)
    evidence.push({
      fact: `${api.system}: concurrent calls`,
      measured: `${api.concurrentMax} at a time`,
      points: api.concurrentMax < 10 ? 10 : 5,
      lowers: null,
    });
  if (!api.announcesRetry)
    evidence.push({
      fact: `${api.system}: retry`,
      measured: 'does not say when to try again',
      points: 10,
      lowers: 'Rehearse against the stand-in of this system with its real limits.',
    });
  return evidence;
}

function timeEvidence(api: ApiLimit, calls: number): RiskEvidence {
  const perDay = Math.min(
    api.callsPerDay ?? Number.POSITIVE_INFINITY,
    (api.callsPerSecond ?? Number.POSITIVE_INFINITY) * secondsPerDay,
  );
  if (!Number.isFinite(perDay) || perDay <= 0)
    return unknown(`${api.system}: rate`, 30, `State the limits of ${api.system} in godwit.yaml.`);
  const hours = (calls / perDay) * 24;
  return {
    fact: `${api.system}: time at its full rate`,
    measured: `${calls} calls, ${hours.toFixed(1)} hours`,
    points: pointsFor(hours, 24 * 7, 60),
    lowers: 'Move history early in a first pass and only what changed in the last one.',
  };
}
