import type { ObjectNumbers } from '../engine/index.ts';
import {
  type Answer,
  counted,
  type Figure,
  groupDigits,
  type Share,
  type Tone,
  type Verdict,
} from './document.ts';

/** Everything the answer rests on; null is what is not known yet. */
export interface Standing {
  readonly next: string;
  /** Findings that block and that nobody decided on. */
  readonly blocking: number | null;
  readonly planned: boolean;
  /** How many reasons there are why the runbook may not run now. */
  readonly refusals: number;
  readonly run: RunStanding | null;
  readonly rowsSource: string | null;
  readonly riskScore: number | null;
}

export interface RunStanding {
  readonly state: 'under-way' | 'held' | 'undoing' | 'undone' | 'done';
  /** Where it was held; null otherwise. */
  readonly heldAt: string | null;
  readonly numbers: readonly ObjectNumbers[];
  /** Open entries in quarantine. */
  readonly quarantined: number;
  /** Found by the audit; null when there was none. */
  readonly differences: number | null;
  readonly signedBy: readonly string[];
}

export function answerOf(standing: Standing): Answer {
  const { run, next } = standing;
  if (run === null)
    return { verdict: beforeRun(standing), next, figures: figuresBefore(standing), shares: [] };
  return {
    verdict: afterRun(run),
    next,
    figures: figuresAfter(run),
    shares: run.state === 'undone' ? [] : sharesOf(run),
  };
}

function beforeRun({ blocking, planned, refusals }: Standing): Verdict {
  if (planned && refusals === 0) return { tone: 'good', text: 'Agreed, and ready to run' };
  if (planned) return { tone: 'warn', text: 'Planned; it may not run yet' };
  if (blocking === null) return { tone: 'plain', text: 'Nothing was mapped yet' };
  return blocking > 0
    ? {
        tone: 'bad',
        text: `Not ready: ${counted(blocking, 'finding')} must be mended, or decided by a person, first`,
      }
    : { tone: 'warn', text: 'Nothing stands in the way; there is no runbook yet' };
}

function afterRun({ state, heldAt, differences, numbers, quarantined, signedBy }: RunStanding): Verdict {
  const lost = numbers.filter(({ unexplained }) => unexplained !== '0').length;
  const waiting = quarantined > 0 ? `; ${counted(quarantined, 'record')} in quarantine` : '';
  switch (state) {
    case 'undone':
      return { tone: 'plain', text: 'Taken back: nothing of the run is in the target' };
    case 'undoing':
      return { tone: 'bad', text: 'Being taken back: a part of the run is still in the target' };
    case 'held':
      return {
        tone: 'bad',
        text: `Held${heldAt === null ? '' : ` at ${heldAt}`}: a person has to look at it`,
      };
    case 'under-way':
      return { tone: 'warn', text: `Under way${waiting}` };
    case 'done':
      break;
  }
  if (differences === null) return { tone: 'warn', text: `Moved, not audited${waiting}` };
  if (differences > 0)
    return { tone: 'bad', text: `Moved, not proven: the audit found ${counted(differences, 'difference')}` };
  if (lost > 0)
    return {
      tone: 'bad',
      text: `Moved, not proven: ${counted(lost, 'object')} with records that are not accounted for`,
    };
  return signedBy.length > 0
    ? { tone: 'good', text: `Moved, proven, and signed by ${signedBy.join(', ')}${waiting}` }
    : { tone: 'warn', text: `Moved and proven; the owner has not signed${waiting}` };
}

function figuresBefore({ rowsSource, blocking, riskScore }: Standing): readonly Figure[] {
  return [
    ...(rowsSource === null ? [] : [figure('records in the source', rowsSource)]),
    ...(blocking === null ? [] : [figure('findings that block', blocking, 'bad')]),
    ...(riskScore === null ? [] : [figure('risk, of 100', riskScore)]),
  ];
}

function figuresAfter(run: RunStanding): readonly Figure[] {
  return [
    figure(`records read for ${counted(run.numbers.length, 'object')}`, String(sumsOf(run).source)),
    ...(run.state === 'undone' ? [figure('in the target', 0)] : figuresMoved(run)),
    ...(run.differences === null ? [] : [figure('differences', run.differences, 'bad')]),
  ];
}

function figuresMoved(run: RunStanding): readonly Figure[] {
  const { written, purged } = sumsOf(run);
  return [
    figure('arrived', written),
    figure('in quarantine', run.quarantined, 'warn'),
    figure('left behind on purpose', purged),
  ];
}

/** @param tone of a figure that is not 0 */
function figure(name: string, value: number | string, tone: Tone = 'plain'): Figure {
  return { name, value: groupDigits(String(value)), tone: Number(value) === 0 ? 'plain' : tone };
}

function sumsOf({ numbers }: RunStanding): { source: bigint; written: number; kept: number; purged: number } {
  return {
    source: numbers.reduce((sum, { rowsSource }) => sum + BigInt(rowsSource), 0n),
    written: numbers.reduce((sum, { rowsWritten }) => sum + rowsWritten, 0),
    kept: numbers.reduce((sum, { rowsQuarantined }) => sum + rowsQuarantined, 0),
    purged: numbers.reduce((sum, { rowsPurged }) => sum + rowsPurged, 0),
  };
}

function sharesOf(run: RunStanding): readonly Share[] {
  const { source, written, kept, purged } = sumsOf(run);
  const rest = Number(source) - written - kept - purged;
  const shares: readonly Share[] = [
    { name: 'arrived', tone: 'good', records: written },
    { name: 'in quarantine', tone: 'warn', records: kept },
    { name: 'left behind on purpose', tone: 'plain', records: purged },
    { name: 'not accounted for', tone: 'bad', records: Math.max(0, rest) },
  ];
  return shares.filter(({ records }) => records > 0);
}
