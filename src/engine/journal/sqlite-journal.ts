import { type Clock, type Seal, SqliteFile, type SqliteStore } from '../../host/index.ts';
import { runChanged, runUnknown } from '../faults.ts';
import type { Journal, JournalRun, JournalStep, NewRun, NewStep, RunState, StepState } from './journal.ts';
import { runColumns, runOf, stepOf } from './journal-rows.ts';
import { type EntryShelf, openEntryShelf } from './sqlite-entries.ts';
import { openPlanShelf, type PlanShelf } from './sqlite-plans.ts';
import { prepareTables } from './sqlite-tables.ts';

export interface SqliteJournalOptions {
  readonly path: string;
  readonly seal: Seal;
  readonly clock: Clock;
  /** Who opens the file; default: the machine's own SQLite. */
  readonly openFile?: (path: string) => SqliteStore;
}

/** The embedded journal: one SQLite file in the project's own folder. Readers may look while a run writes. */
export function openSqliteJournal(options: SqliteJournalOptions): Journal {
  const file = options.openFile?.(options.path) ?? new SqliteFile(options.path);
  try {
    prepareTables(file, options.path);
    // WAL lets `godwit status` read during a run; FULL makes a commit survive a power cut.
    file.run('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    return new SqliteJournal(file, options);
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

/** Every method is one transaction; the work itself is synchronous, the promises are the port's. */
class SqliteJournal implements Journal {
  readonly #file: SqliteStore;
  readonly #clock: Clock;
  readonly #plans: PlanShelf;
  readonly #entries: EntryShelf;

  constructor(file: SqliteStore, options: SqliteJournalOptions) {
    this.#file = file;
    this.#clock = options.clock;
    this.#plans = openPlanShelf(file, options.seal);
    this.#entries = openEntryShelf(file, options.seal, options.clock);
  }

  async runs(): Promise<readonly JournalRun[]> {
    return this.#readRuns('ORDER BY started_at, run');
  }

  async beginRun(run: NewRun): Promise<JournalRun> {
    const now = this.#clock.now();
    return this.#file.transaction(() => {
      this.#file
        .statement(`INSERT INTO runs VALUES (?, ?, ?, 'running', NULL, ?, ?) ON CONFLICT (run) DO NOTHING`)
        .run(run.run, run.runbookId, run.world, now, now);
      const known = this.#run(run.run);
      if (known.runbookId !== run.runbookId) throw runChanged(run.run, known.runbookId, run.runbookId);
      return known;
    });
  }

  async setRunState(run: string, state: RunState, code: string | null): Promise<void> {
    const changed = this.#file
      .statement('UPDATE runs SET state = ?, code = ?, changed_at = ? WHERE run = ?')
      .run(state, code, this.#clock.now(), run);
    if (changed !== 1) throw runUnknown(run);
  }

  async steps(run: string): Promise<readonly JournalStep[]> {
    return this.#readSteps('WHERE run = ? ORDER BY ordinal', run);
  }

  async beginStep(run: string, step: NewStep): Promise<{ step: JournalStep; fresh: boolean }> {
    const now = this.#clock.now();
    return this.#file.transaction(() => {
      const added = this.#file
        .statement(
          `INSERT INTO steps (run, step, ordinal, kind, object, origin, state, started_at, changed_at)
           SELECT ?, ?, coalesce(max(ordinal), 0) + 1, ?, ?, ?, 'started', ?, ? FROM steps WHERE run = ?
           ON CONFLICT (run, step) DO NOTHING`,
        )
        .run(run, step.step, step.kind, step.object, step.origin, now, now, run);
      const [known] = this.#readSteps('WHERE run = ? AND step = ?', run, step.step);
      if (!known) throw runUnknown(run);
      return { step: known, fresh: added === 1 };
    });
  }

  async setStepState(run: string, step: string, state: StepState, code: string | null): Promise<void> {
    const changed = this.#file
      .statement('UPDATE steps SET state = ?, code = ?, changed_at = ? WHERE run = ? AND step = ?')
      .run(state, code, this.#clock.now(), run, step);
    if (changed !== 1) throw runUnknown(`${run} ${step}`);
  }

  plan: Journal['plan'] = async (run, step) => this.#plans.plan(run, step);
  savePlan: Journal['savePlan'] = async (run, step, plan) => this.#plans.savePlan(run, step, plan);
  saveReplay: Journal['saveReplay'] = async (run, step, slices) => this.#plans.saveReplay(run, step, slices);
  replay: Journal['replay'] = async (run, step) => this.#plans.replay(run, step);
  quarantine: Journal['quarantine'] = async (place, attempt, entries) =>
    this.#entries.quarantine(place, attempt, entries);
  confirmSlice: Journal['confirmSlice'] = async (place, attempt, purged) =>
    this.#entries.confirmSlice(place, attempt, purged);
  saveDigest: Journal['saveDigest'] = async (run, step, slice, digest) =>
    this.#plans.saveDigest(run, step, slice, digest);
  digests: Journal['digests'] = async (run, step) => this.#plans.digests(run, step);
  purged: Journal['purged'] = async (run) => this.#entries.purged(run);
  entries: Journal['entries'] = (filter) => this.#entries.entries(filter);
  openAmong: Journal['openAmong'] = async (run, origin, records) =>
    this.#entries.openAmong(run, origin, records);
  entry: Journal['entry'] = async (id) => this.#entries.entry(id);
  settleEntries: Journal['settleEntries'] = async (ids, state, by) =>
    this.#entries.settleEntries(ids, state, by);

  async [Symbol.asyncDispose](): Promise<void> {
    this.#file[Symbol.dispose]();
  }

  #run(run: string): JournalRun {
    const [known] = this.#readRuns('WHERE run = ?', run);
    if (!known) throw runUnknown(run);
    return known;
  }

  #readRuns(where: string, ...values: string[]): JournalRun[] {
    const rows = this.#file.statement(`SELECT ${runColumns} FROM runs ${where}`).all(...values);
    return rows.map(runOf);
  }

  #readSteps(where: string, ...values: string[]): JournalStep[] {
    const rows = this.#file
      .statement(
        `SELECT step, kind, object, origin, rows_source, position,
           (SELECT count(*) FROM slices WHERE slices.run = steps.run AND slices.step = steps.step),
           state, code, started_at, changed_at FROM steps ${where}`,
      )
      .all(...values);
    return rows.map(stepOf);
  }
}
