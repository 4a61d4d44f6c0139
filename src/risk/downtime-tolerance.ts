import type { RiskEvidence, RiskInput } from './assessment.ts';
import { recordsInScope } from './in-scope.ts';
import { unknown } from './points.ts';

/** Does the move, and the way back, fit into the time the systems may stand still? */
export function downtimeTolerance(input: RiskInput): readonly RiskEvidence[] {
  const allowed = input.limits.downtimeAllowedMinutes;
  if (allowed === null)
    return [
      unknown(
        'allowed downtime',
        60,
        'Agree how long the systems may stand still, and write it into godwit.yaml.',
      ),
    ];
  return [moveEvidence(input, allowed), restoreEvidence(input, allowed)];
}

function moveEvidence(input: RiskInput, allowed: number): RiskEvidence {
  const records = recordsInScope(input);
  const rate = input.limits.recordsPerSecond;
  if (records === null || rate === null || rate <= 0)
    return unknown('time of the move', 40, 'Rehearse: the rehearsal measures how long the move takes.');
  const minutes = records / rate / 60;
  return {
    fact: 'time of the move',
    measured: `${records} records at ${rate} a second: ${inMinutes(minutes)} of ${inMinutes(allowed)} allowed`,
    points: Math.round(60 * Math.min(1, minutes / Math.max(allowed, 1 / 60))),
    lowers: 'Copy before the outage and follow the changes, so that the outage holds only the switch.',
  };
}

/** A way back that takes longer than the outage is none. */
function restoreEvidence(input: RiskInput, allowed: number): RiskEvidence {
  const restore = input.limits.restoreMinutes;
  if (restore === null)
    return unknown(
      'time of a restore',
      20,
      'Restore a backup once and measure it: the way back has to fit as well.',
    );
  return {
    fact: 'time of a restore',
    measured: `${inMinutes(restore)} of ${inMinutes(allowed)} allowed`,
    points: restore > allowed ? 40 : Math.round((25 * restore) / Math.max(allowed, 1 / 60)),
    lowers: 'Make the restore faster, or agree on a longer outage.',
  };
}

function inMinutes(minutes: number): string {
  if (minutes >= 120) return `${(minutes / 60).toFixed(1)} hours`;
  return minutes < 1 ? `${Math.ceil(minutes * 60)} s` : `${minutes.toFixed(minutes < 10 ? 1 : 0)} minutes`;
}
