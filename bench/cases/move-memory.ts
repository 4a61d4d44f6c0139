import type { BenchOptions, Figure } from '../figure.ts';
import { LargeMove } from '../large-move.ts';

/**
 * The peak of memory of the verbs that read or write every record, for 5,000,000 records of ten fields of mixed types from
 * SQLite to SQLite: the whole process of each, runtime and start included, as a user runs it. `run` audits at its end.
 */
const recordsFull = 5_000_000;
const verbs = ['profile', 'run', 'audit'] as const;

export async function* bench({ scale }: BenchOptions): AsyncGenerator<Figure> {
  const records = Math.round(recordsFull * scale);
  using move = new LargeMove(records);
  const of = {
    bench: 'move-memory',
    case: `${records} records x 10 fields, SQLite to SQLite, command line`,
  };
  await move.prepare();
  for (const verb of verbs) {
    const { peakMiB, processorSeconds, seconds } = await move.verb(verb);
    yield { ...of, figure: `${verb}: peak memory`, value: Math.round(peakMiB), unit: 'MiB' };
    yield { ...of, figure: `${verb}: processor time`, value: Math.round(processorSeconds), unit: 's' };
    yield { ...of, figure: `${verb}: time, on a shared machine`, value: Math.round(seconds), unit: 's' };
  }
  const arrived = move.rowsInTarget();
  if (arrived !== records) throw new Error(`${arrived} of ${records} records arrived`);
  yield { ...of, figure: 'records in the target, asked in SQL', value: arrived, unit: 'records' };
}
