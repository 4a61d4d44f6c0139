import { position } from '../../model/index.ts';
import type {
  JournalRun,
  JournalStep,
  NewRun,
  PurgedCount,
  RunState,
  StepKind,
  StepState,
} from './journal.ts';
import type { EntryPlace, EntryState, EntrySummary } from './quarantine-entry.ts';

/** A row as either database gives it, and the columns it is asked for: the same for every journal. */
export type JournalRow = readonly unknown[];

export const runColumns = 'run, runbook_id, world, state, code, started_at, changed_at';

export function runOf([run, runbookId, world, state, code, startedAt, changedAt]: JournalRow): JournalRun {
  return {
    run: run as string,
    runbookId: runbookId as string,
    world: world as NewRun['world'],
    state: state as RunState,
    code: code as string | null,
    startedAt: startedAt as string,
    changedAt: changedAt as string,
  };
}

/** step, kind, object, origin, rows_source, position, number of slices, state, code, started_at, changed_at */
export function stepOf(row: JournalRow): JournalStep {
  const [step, kind, object, origin, rowsSource, at, slices, state, code, startedAt, changedAt] = row;
  return {
    step: step as string,
    kind: kind as StepKind,
    object: object as string | null,
    origin: origin as string,
    planned:
      rowsSource === null
        ? null
        : { rowsSource: rowsSource as string, position: position(at as string), slices: Number(slices) },
    state: state as StepState,
    code: code as string | null,
    startedAt: startedAt as string,
    changedAt: changedAt as string,
  };
}

export const summaryColumns =
  'q.id, q.run, q.step, q.slice, q.object, q.origin, q.kind, q.code, q.field, q.rule, q.key_digest, q.state, q.settled_by, q.at';

export function summaryOf(row: JournalRow): EntrySummary {
  const [id, run, step, slice, object, origin, kind, code, field, rule, keyDigest, state, settledBy, at] =
    row;
  return {
    id: id as string,
    run: run as string,
    step: step as string,
    slice: Number(slice),
    object: object as string,
    origin: origin as string,
    kind: kind as EntrySummary['kind'],
    code: code as string,
    field: field as string | null,
    rule: rule as string | null,
    keyDigest: keyDigest as string,
    state: state as EntryState,
    settledBy: settledBy as string | null,
    at: at as string,
  };
}

export const purgedColumns = 'step, slice, object, origin, rule, reason, count';

export function purgedOf(run: string, row: JournalRow): PurgedCount & EntryPlace {
  const [step, slice, object, origin, rule, reason, count] = row;
  return {
    run,
    step: step as string,
    slice: Number(slice),
    object: object as string,
    origin: origin as string,
    rule: Number(rule),
    reason: reason as string,
    count: Number(count),
  };
}
