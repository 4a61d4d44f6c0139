import type { AppliedSlice, OpenSystem } from '../connectors/index.ts';
import { addCounts, noRows, type SliceCounts } from '../model/index.ts';
import type { Journal, JournalStep } from './journal/journal.ts';
import { readApplied, WarrantedTarget } from './warranted-target.ts';

/** What one looks at a run with: nothing here writes, so no warrant is needed. */
export interface RunView {
  readonly run: string;
  readonly journal: Journal;
  /** Null where it cannot be asked now: then nothing is counted. */
  readonly target: OpenSystem | WarrantedTarget | null;
}

/** Where one step is; the counts are the target's. */
export interface StepStatus {
  readonly step: JournalStep;
  /** When it was planned; decimal digits; null while it is not, or when it is not about records. */
  readonly rowsSource: string | null;
  readonly slicesPlanned: number;
  readonly slicesApplied: number;
  readonly counts: SliceCounts;
  /** Of a replay: the entries its applied slices repeated. It may read more: a mended record can turn out to be several. */
  readonly entriesRepeated: number;
}

/** Every step of the run that was begun, in that order. */
export async function runStatus({ run, journal, target }: RunView): Promise<readonly StepStatus[]> {
  const applied = target === null ? [] : await appliedIn(target, run);
  const statuses: StepStatus[] = [];
  for (const step of await journal.steps(run)) {
    const own = applied.filter((slice) => slice.step === step.step);
    const repeated = step.planned ? [] : await journal.replay(run, step.step);
    statuses.push({
      step,
      rowsSource: step.planned?.rowsSource ?? null,
      slicesPlanned: step.planned?.slices ?? repeated.length,
      slicesApplied: own.length,
      counts: sumOf(own),
      entriesRepeated: own.reduce((sum, { slice }) => sum + (repeated[slice]?.length ?? 0), 0),
    });
  }
  return statuses;
}

const appliedIn = (target: OpenSystem | WarrantedTarget, run: string): Promise<readonly AppliedSlice[]> =>
  target instanceof WarrantedTarget ? target.applied(run) : readApplied(target, run);

/** What became of the records of one object: the first number is the source's, the others are the target's. */
export interface ObjectNumbers {
  readonly object: string;
  /** When the step was planned; decimal digits. */
  readonly rowsSource: string;
  readonly rowsWritten: number;
  readonly rowsQuarantined: number;
  readonly rowsPurged: number;
  /** `rowsSource` minus the other three; not 0 while the copy is under way, or when the source moved. */
  readonly unexplained: string;
}

/** The sum that must hold at the end: source = written + quarantined + purged, for every object of the run. */
export async function reconcile(view: RunView): Promise<readonly ObjectNumbers[]> {
  const statuses = await runStatus(view);
  return statuses
    .filter(({ step }) => step.kind === 'copy')
    .map((copy) =>
      numbersOf(
        copy,
        statuses.filter(({ step }) => isReplayOf(step, copy.step)),
      ),
    );
}

function isReplayOf(step: JournalStep, copy: JournalStep): boolean {
  return step.kind === 'replay' && step.origin === copy.step;
}

/** A replay takes records out of quarantine; those it could not settle stay there. What it found besides is of the source too. */
function numbersOf(copy: StepStatus, replays: readonly StepStatus[]): ObjectNumbers {
  const first = copy.counts;
  const again = replays.map(({ counts }) => counts).reduce(addCounts, noRows);
  const besides = again.rowsRead - replays.reduce((sum, { entriesRepeated }) => sum + entriesRepeated, 0);
  const rowsWritten = first.rowsWritten + again.rowsWritten;
  const rowsPurged = first.rowsPurged + again.rowsPurged;
  const rowsQuarantined = first.rowsQuarantined + besides - again.rowsWritten - again.rowsPurged;
  const rowsSource = String(BigInt(copy.rowsSource ?? '0') + BigInt(besides));
  const unexplained = BigInt(rowsSource) - BigInt(rowsWritten + rowsQuarantined + rowsPurged);
  const object = copy.step.object ?? copy.step.step;
  return { object, rowsSource, rowsWritten, rowsQuarantined, rowsPurged, unexplained: String(unexplained) };
}

export function sumOf(applied: readonly AppliedSlice[]): SliceCounts {
  return applied.map((slice) => slice.counts).reduce(addCounts, noRows);
}
