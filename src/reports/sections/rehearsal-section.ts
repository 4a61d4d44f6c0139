import type { CallsOfSides } from '../../model/index.ts';
import { counted, groupDigits, type Section } from '../document.ts';
import { seconds } from '../duration-text.ts';

/** What the last rehearsal measured. */
export interface RehearsalReportFacts {
  readonly volume: 'sample' | 'full';
  readonly at: string;
  readonly records: number;
  readonly recordsPerSecond: number | null;
  readonly auditEqual: boolean;
  readonly rollbackClean: boolean;
  /** The whole way back; null when it was not walked. */
  readonly rollbackMs: number | null;
  readonly steps: readonly {
    readonly step: string;
    readonly durationMs: number;
    readonly rollbackMs: number | null;
    readonly calls?: CallsOfSides;
  }[];
}

export function rehearsalSection(facts: RehearsalReportFacts): Section {
  const clean = facts.auditEqual && facts.rollbackClean;
  const counting = facts.steps.some(({ calls }) => calls !== undefined);
  const what = facts.volume === 'full' ? 'every record' : 'a sample';
  return {
    id: 'rehearsal',
    title: 'Rehearsal',
    verdict: clean
      ? { tone: 'good', text: `${what} moved in a sandbox, audited equal, and taken back` }
      : {
          tone: 'bad',
          text: `${what} in a sandbox: ${facts.auditEqual ? '' : 'the audit found differences; '}${facts.rollbackClean ? '' : 'not everything could be taken back'}`,
        },
    blocks: [
      {
        kind: 'facts',
        facts: [
          ['when', facts.at],
          ['records read', groupDigits(String(facts.records))],
          ...(typeof facts.rollbackMs === 'number'
            ? ([['all of it taken back in', seconds(facts.rollbackMs)]] as const)
            : []),
          [
            'rate',
            facts.recordsPerSecond === null
              ? 'not measured'
              : `${counted(facts.recordsPerSecond, 'record')} a second`,
          ],
        ],
      },
      {
        kind: 'table',
        head: ['step', 'took', 'way back took', ...(counting ? ['calls'] : [])],
        rows: facts.steps.map(({ step, durationMs, rollbackMs, calls }) => [
          step,
          seconds(durationMs),
          rollbackMs === null ? '' : seconds(rollbackMs),
          ...(counting ? [groupDigits(String((calls?.source ?? 0) + (calls?.target ?? 0)))] : []),
        ]),
        empty: 'No step was rehearsed.',
      },
    ],
  };
}
