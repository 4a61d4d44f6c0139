import type { ObjectNumbers, StepStatus } from '../../engine/index.ts';
import type { Runbook } from '../../model/index.ts';
import { type Cell, counted, type Section } from '../document.ts';
import { seconds } from './runbook-section.ts';

/** What a status screen is made from; the counts are the target's. */
export interface StatusReport {
  readonly runbook: Runbook | null;
  readonly runbookId: string | null;
  readonly run: string | null;
  /** What stands against running it now; null while there is no runbook, and where that cannot be said. */
  readonly verdict: { readonly refusals: readonly { readonly code: string; readonly what: string }[] } | null;
  /** Why that cannot be said. */
  readonly unjudged: { readonly code: string; readonly what: string; readonly nextStep: string } | null;
  /** A rollback of this run was begun and has not come to its end. */
  readonly undoing: boolean;
  /** The run was taken back whole. */
  readonly undone: boolean;
  readonly steps: readonly StepStatus[];
  /** What the newest audit of the run found; null when there was none. */
  readonly audited: { readonly at: string; readonly differences: number } | null;
  /** Who signed the result of the run. */
  readonly signedBy: readonly string[];
  readonly numbers: readonly ObjectNumbers[];
  readonly next: string;
  readonly wayOut: string;
  readonly whoDecides: string;
}

/** One screen that a person who joins halfway understands. */
export function statusSection(status: StatusReport): Section {
  const { runbook, verdict, next, wayOut, whoDecides } = status;
  // A run that was taken back is over; that it may not be run again is no refusal of anything.
  const against = status.unjudged ? [status.unjudged] : (verdict?.refusals ?? []);
  const refusals = status.undone ? [] : against;
  const held = status.steps.find(
    ({ step }) => step.state === 'paused' || step.state === 'failed' || step.state === 'stopped',
  );
  return {
    id: 'status',
    title: runbook === null ? 'Before the plan' : `${runbook.project}: ${status.run ?? ''}`,
    verdict: verdictOf(refusals.length, held, status),
    blocks: [
      {
        kind: 'facts',
        facts: [
          ['next', next],
          ['way out', wayOut],
          ['who decides', whoDecides],
          ...(status.runbookId === null ? [] : ([['runbook', status.runbookId]] as const)),
        ],
      },
      {
        kind: 'list',
        items: refusals.map(({ what, code }) => ({
          tone: 'bad' as const,
          title: what,
          detail: code,
          fix: null,
        })),
      },
      {
        kind: 'table',
        head: ['step', 'state', 'slices', 'read', 'written', 'quarantined', 'purged', 'rehearsed'],
        rows: runbook === null ? [] : runbook.steps.map((step) => stepRow(step, status)),
        empty: '',
      },
      {
        kind: 'table',
        head: ['object', 'source', 'written', 'quarantined', 'purged', 'not yet accounted for'],
        rows: status.numbers.map((one) => [
          one.object,
          one.rowsSource,
          String(one.rowsWritten),
          String(one.rowsQuarantined),
          String(one.rowsPurged),
          one.unexplained,
        ]),
        empty: '',
      },
    ],
  };
}

function verdictOf(
  refusals: number,
  held: StepStatus | undefined,
  { runbook, unjudged, steps, undoing, undone }: StatusReport,
): Section['verdict'] {
  if (runbook === null) return { tone: 'plain', text: 'there is no runbook yet' };
  if (undone) return { tone: 'plain', text: 'taken back: nothing of this run is in the target' };
  if (undoing) {
    const slices = steps.reduce((sum, { slicesApplied }) => sum + slicesApplied, 0);
    return {
      tone: 'bad',
      text: `a rollback was begun; records of ${counted(slices, 'slice')} are still in the target`,
    };
  }
  if (held)
    return {
      tone: 'bad',
      text: `${held.step.state} at ${held.step.step}${held.step.code === null ? '' : ` (${held.step.code})`}`,
    };
  if (unjudged) return { tone: 'warn', text: 'whether it may run cannot be said' };
  if (refusals > 0) return { tone: 'warn', text: 'it may not run yet' };
  return steps.length > 0
    ? { tone: 'good', text: 'under way or done; every number below is the target’s own' }
    : { tone: 'good', text: 'ready to run' };
}

function stepRow(step: Runbook['steps'][number], status: StatusReport): readonly Cell[] {
  const found = status.steps.find((one) => one.step.step === step.id);
  const moves = found !== undefined && found.slicesPlanned > 0;
  return [
    step.id,
    found?.step.state ?? endState(step, status),
    moves ? `${found.slicesApplied} of ${found.slicesPlanned}` : '',
    moves ? String(found.counts.rowsRead) : '',
    moves ? String(found.counts.rowsWritten) : '',
    moves ? String(found.counts.rowsQuarantined) : '',
    moves ? String(found.counts.rowsPurged) : '',
    step.rehearsedMs === null ? '' : seconds(step.rehearsedMs),
  ];
}

/** Of the steps that move nothing: the ledger and the approvals know of them, the journal of the run does not. */
function endState({ action }: Runbook['steps'][number], { audited, signedBy }: StatusReport): string {
  if (action.kind === 'audit' && audited !== null)
    return `done, ${counted(audited.differences, 'difference')}`;
  if (action.kind !== 'sign-off' || audited === null) return '';
  return signedBy.length > 0 ? `signed by ${signedBy.join(', ')}` : 'waiting';
}
