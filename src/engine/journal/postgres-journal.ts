import type { OwnDatabase, OwnSession } from '../../connectors/index.ts';
import type { Clock, Seal } from '../../host/index.ts';
import { leadLost, runChanged, runUnknown } from '../faults.ts';
import type { Journal, JournalRun, JournalStep, NewRun, NewStep, RunState, StepState } from './journal.ts';
import { runColumns, runOf, stepOf } from './journal-rows.ts';
import { PostgresEntries } from './postgres-entries.ts';
import { PostgresPlans } from './postgres-plans.ts';
import { prepareJournal } from './postgres-tables.ts';

export interface PostgresJournalOptions {
  /** Stays the caller's, who ends it. */
  readonly database: OwnDatabase;
  /** Names the journal among those of the database. */
  readonly project: string;
  readonly seal: Seal;
  readonly clock: Clock;
  /** The token of the lead under which runs and steps are written; left out where nobody leads: then only slices are. */
  readonly lead?: string | undefined;
}

/** The journal of many machines: tables of one PostgreSQL database. Throws `engine.journal-newer`. */
export async function openPostgresJournal(options: PostgresJournalOptions): Promise<Journal> {
  await prepareJournal(options.database);
  return new PostgresJournal(options);
}

/** Every method is one transaction. What changes a run or a step is refused once another process leads. */
class PostgresJournal implements Journal {
  readonly #database: OwnDatabase;
  readonly #project: string;
  readonly #clock: Clock;
  readonly #lead: string | null;
  readonly #plans: PostgresPlans;
  readonly #entries: PostgresEntries;

  constructor({ database, project, seal, clock, lead }: PostgresJournalOptions) {
    this.#lead = lead ?? null;
    this.#database = database;
    this.#project = project;
    this.#clock = clock;
    this.#plans = new PostgresPlans(database, project, seal);
    this.#entries = new PostgresEntries(database, project, seal, clock);
  }

  async runs(): Promise<readonly JournalRun[]> {
    const rows = await this.#database.rows(
      `SELECT ${runColumns} FROM godwit_journal_run WHERE project = $1 ORDER BY started_at, run`,
      [this.#project],
    );
    return rows.map(runOf);
  }

  async beginRun({ run, runbookId, world }: NewRun): Promise<JournalRun> {
    const now = this.#clock.now();
    return await this.#database.transaction(async (session) => {
      await session.rows(
        `INSERT INTO godwit_journal_run VALUES ($1, $2, $3, $4, 'running', NULL, $5, $5)
         ON CONFLICT (project, run) DO NOTHING`,
        [this.#project, run, runbookId, world, now],
      );
      const [row] = await session.rows(
        `SELECT ${runColumns} FROM godwit_journal_run WHERE project = $1 AND run = $2`,
        [this.#project, run],
      );
      if (!row) throw runUnknown(run);
      const known = runOf(row);
      if (known.runbookId !== runbookId) throw runChanged(run, known.runbookId, runbookId);
      return known;
    });
  }

  async setRunState(run: string, state: RunState, code: string | null): Promise<void> {
    const changed = await this.#led(async (session) =>
      session.rows(
        `UPDATE godwit_journal_run SET state = $3, code = $4, changed_at = $5
       WHERE project = $1 AND run = $2 RETURNING 1`,
        [this.#project, run, state, code, this.#clock.now()],
      ),
    );
    if (changed.length !== 1) throw runUnknown(run);
  }

  async steps(run: string): Promise<readonly JournalStep[]> {
    return (await this.#database.rows(`${stepsQuery} ORDER BY ordinal`, [this.#project, run])).map(stepOf);
  }

  async beginStep(run: string, step: NewStep): Promise<{ step: JournalStep; fresh: boolean }> {
    const now = this.#clock.now();
    return await this.#led(async (session) => {
      // Whoever begins a step waits here for whoever begins another: the next ordinal is one step's alone.
      const [known] = await session.rows(
        'SELECT 1 FROM godwit_journal_run WHERE project = $1 AND run = $2 FOR UPDATE',
        [this.#project, run],
      );
      if (!known) throw runUnknown(run);
      const added = await session.rows(
        `INSERT INTO godwit_journal_step
           (project, run, step, ordinal, kind, object, origin, state, started_at, changed_at)
         SELECT $1, $2, $3, coalesce(max(ordinal), 0) + 1, $4, $5, $6, 'started', $7, $7
         FROM godwit_journal_step WHERE project = $1 AND run = $2
         ON CONFLICT (project, run, step) DO NOTHING RETURNING 1`,
        [this.#project, run, step.step, step.kind, step.object, step.origin, now],
      );
      const [row] = await session.rows(`${stepsQuery} AND step = $3`, [this.#project, run, step.step]);
      if (!row) throw runUnknown(run);
      return { step: stepOf(row), fresh: added.length === 1 };
    });
  }

  async setStepState(run: string, step: string, state: StepState, code: string | null): Promise<void> {
    const changed = await this.#led(async (session) =>
      session.rows(
        `UPDATE godwit_journal_step SET state = $4, code = $5, changed_at = $6
       WHERE project = $1 AND run = $2 AND step = $3 RETURNING 1`,
        [this.#project, run, step, state, code, this.#clock.now()],
      ),
    );
    if (changed.length !== 1) throw runUnknown(`${run} ${step}`);
  }

  plan: Journal['plan'] = (run, step) => this.#plans.plan(run, step);
  savePlan: Journal['savePlan'] = (run, step, plan) => this.#plans.savePlan(run, step, plan);
  saveReplay: Journal['saveReplay'] = (run, step, slices) => this.#plans.saveReplay(run, step, slices);
  replay: Journal['replay'] = (run, step) => this.#plans.replay(run, step);
  saveDigest: Journal['saveDigest'] = (run, step, slice, digest) =>
    this.#plans.saveDigest(run, step, slice, digest);
  digests: Journal['digests'] = (run, step) => this.#plans.digests(run, step);
  quarantine: Journal['quarantine'] = (place, attempt, entries) =>
    this.#entries.quarantine(place, attempt, entries);
  confirmSlice: Journal['confirmSlice'] = (place, attempt, purged) =>
    this.#entries.confirmSlice(place, attempt, purged);
  purged: Journal['purged'] = (run) => this.#entries.purged(run);
  entries: Journal['entries'] = (filter) => this.#entries.entries(filter);
  entry: Journal['entry'] = (id) => this.#entries.entry(id);
  openAmong: Journal['openAmong'] = (run, origin, records) => this.#entries.openAmong(run, origin, records);
  settleEntries: Journal['settleEntries'] = (ids, state, by) => this.#entries.settleEntries(ids, state, by);

  /** Whoever takes the lead over waits until this is done, or it is refused. */
  async #led<Result>(work: (session: OwnSession) => Promise<Result>): Promise<Result> {
    return await this.#database.transaction(async (session) => {
      if (this.#lead !== null) {
        const [row] = await session.rows(
          'SELECT token FROM godwit_journal_lead WHERE project = $1 FOR SHARE',
          [this.#project],
        );
        if (row?.[0] !== this.#lead) throw leadLost();
      }
      return await work(session);
    });
  }

  /** The database is whose it was. */
  async [Symbol.asyncDispose](): Promise<void> {}
}

const stepsQuery = `
  SELECT step, kind, object, origin, rows_source, position,
    (SELECT count(*) FROM godwit_journal_slice s WHERE (s.project, s.run, s.step) = (t.project, t.run, t.step)),
    state, code, started_at, changed_at
  FROM godwit_journal_step t WHERE project = $1 AND run = $2`;
