import { type Cell, counted, groupDigits, type Section } from '../document.ts';
import { seconds } from '../duration-text.ts';

/** What a run or a rehearsal came to, step by step. */
export interface RunReport {
  readonly run: string;
  readonly outcome: 'done' | 'paused' | 'stopped';
  readonly steps: readonly RunReportStep[];
}

export interface RunReportStep {
  readonly step: string;
  readonly outcome: 'done' | 'done-before' | 'paused' | 'stopped' | 'waiting';
  readonly durationMs: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  readonly rowsQuarantined: number;
  readonly rowsPurged: number;
  readonly reason: string | null;
  readonly notes: readonly string[];
}

export function runSection(title: string, report: RunReport): Section {
  const { steps } = report;
  const quarantined = steps.reduce((sum, step) => sum + step.rowsQuarantined, 0);
  const held = steps.find(({ outcome }) => outcome === 'paused' || outcome === 'stopped');
  return {
    id: 'run',
    title,
    verdict: held
      ? {
          tone: 'bad',
          text: `${held.outcome} at ${held.step}${held.reason === null ? '' : `: ${held.reason}`}`,
        }
      : {
          tone: quarantined > 0 ? 'warn' : 'good',
          text:
            quarantined > 0
              ? `done; ${counted(quarantined, 'record')} in quarantine`
              : `done; every record${steps.some(({ outcome }) => outcome === 'done-before') ? ' of the steps carried out now' : ''} went`,
        },
    blocks: [
      {
        kind: 'table',
        head: ['step', 'outcome', 'time', 'read', 'written', 'quarantined', 'purged', 'note'],
        rows: report.steps.map(stepRow),
        empty: 'No step was begun.',
      },
    ],
  };
}

function stepRow(step: RunReportStep): readonly Cell[] {
  const tone = step.outcome === 'paused' || step.outcome === 'stopped' ? 'bad' : 'plain';
  const note = shortened([step.reason, ...step.notes].filter((line) => line !== null).join('; '));
  const moves = step.rowsRead > 0;
  return [
    step.step,
    { tone, text: step.outcome.replace('-', ' ') },
    seconds(step.durationMs),
    moves ? groupDigits(String(step.rowsRead)) : '',
    moves ? groupDigits(String(step.rowsWritten)) : '',
    moves ? groupDigits(String(step.rowsQuarantined)) : '',
    moves ? groupDigits(String(step.rowsPurged)) : '',
    note,
  ];
}

const noteMax = 140;

/** All of a long note is in the JSON. */
function shortened(note: string): string {
  return note.length > noteMax ? `${note.slice(0, noteMax)}...` : note;
}
