import type { AppliedSlice } from '../connectors/index.ts';
import { sumOf } from './copy-slices.ts';
import type { JournalStep } from './journal/journal.ts';
import type { Session } from './session.ts';

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
export async function reconcile(session: Session): Promise<readonly ObjectNumbers[]> {
  const target = await session.connections.target();
  const applied = await target.applied(session.run);
  const steps = await session.journal.steps(session.run);
  const numbers: ObjectNumbers[] = [];
  for (const step of steps.filter((one) => one.kind === 'copy')) {
    const plan = await session.journal.plan(session.run, step.step);
    if (plan) numbers.push(numbersOf(step, plan.rowsSource, applied, replaysOf(steps, step)));
  }
  return numbers;
}

function replaysOf(steps: readonly JournalStep[], origin: JournalStep): ReadonlySet<string> {
  return new Set(
    steps.filter((step) => step.kind === 'replay' && step.origin === origin.step).map((step) => step.step),
  );
}

/** A replay takes records out of quarantine; those it could not settle stay there. */
function numbersOf(
  copy: JournalStep,
  rowsSource: string,
  applied: readonly AppliedSlice[],
  replays: ReadonlySet<string>,
): ObjectNumbers {
  const first = sumOf(applied.filter((slice) => slice.step === copy.step));
  const again = sumOf(applied.filter((slice) => replays.has(slice.step)));
  const rowsWritten = first.rowsWritten + again.rowsWritten;
  const rowsPurged = first.rowsPurged + again.rowsPurged;
  const rowsQuarantined = first.rowsQuarantined - again.rowsWritten - again.rowsPurged;
  const unexplained = BigInt(rowsSource) - BigInt(rowsWritten + rowsQuarantined + rowsPurged);
  const object = copy.object ?? copy.step;
  return { object, rowsSource, rowsWritten, rowsQuarantined, rowsPurged, unexplained: String(unexplained) };
}
