import type { SqliteValue } from '../../host/index.ts';
import type { PracticeState } from '../practice-state.ts';
import type { DelimiterName } from './csv-text.ts';
import type { RecordTables } from './record-tables.ts';
import { notFound, refusal } from './refusal.ts';

export type JobState = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted';
export type JobKind = 'ingest' | 'query';
export type Operation = 'insert' | 'update' | 'upsert' | 'delete' | 'hardDelete' | 'query' | 'queryAll';

export interface BulkJob {
  readonly id: string;
  readonly kind: JobKind;
  readonly object: string;
  readonly operation: Operation;
  readonly key: string | null;
  readonly soql: string | null;
  readonly state: JobState;
  readonly userId: string;
  readonly version: string;
  readonly delimiter: DelimiterName;
  readonly lineEnding: 'LF' | 'CRLF';
  readonly createdMs: number;
  readonly changedMs: number;
  readonly error: string | null;
}

/** What became of one line: for a query the line of its result, for others the line that was uploaded. */
export type Outcome = 'waiting' | 'done' | 'failed';

export interface JobLine {
  readonly values: readonly string[];
  readonly id: string;
  readonly created: boolean;
  readonly error: string;
}

const columns =
  'id, kind, object, operation, key, soql, state, user_id, version, delimiter, line_ending, created_ms, changed_ms, error';

/** Bulk jobs with what was uploaded and what became of it. */
export class BulkJobs {
  readonly #state: PracticeState;
  readonly #tables: RecordTables;

  constructor(state: PracticeState, tables: RecordTables) {
    this.#state = state;
    this.#tables = tables;
    state.run(`
      CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, kind TEXT, object TEXT, operation TEXT, key TEXT, soql TEXT,
        state TEXT, user_id TEXT, version TEXT, delimiter TEXT, line_ending TEXT, created_ms INTEGER, changed_ms INTEGER,
        error TEXT, upload BLOB, header TEXT);
      CREATE TABLE IF NOT EXISTS job_lines (job TEXT, line INTEGER, outcome TEXT, line_values TEXT, record TEXT,
        created INTEGER, error TEXT, PRIMARY KEY (job, line)) WITHOUT ROWID;
      CREATE INDEX IF NOT EXISTS job_outcomes ON job_lines (job, outcome, line)`);
  }

  begin(job: Omit<BulkJob, 'id' | 'changedMs' | 'error'>): BulkJob {
    const id = this.#tables.nextId('750');
    this.#state
      .statement(`INSERT INTO jobs (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)`)
      .run(
        id,
        job.kind,
        job.object,
        job.operation,
        job.key,
        job.soql,
        job.state,
        job.userId,
        job.version,
        job.delimiter,
        job.lineEnding,
        job.createdMs,
        job.createdMs,
      );
    return { ...job, id, changedMs: job.createdMs, error: null };
  }

  /** Throws 404 for a job that is not there. */
  job(kind: JobKind, id: string): BulkJob {
    const row = this.#state
      .statement(`SELECT ${columns} FROM jobs WHERE kind = ? AND (id = ? OR substr(id, 1, 15) = ?)`)
      .first(kind, id, id);
    if (row === undefined) throw notFound();
    return jobOf(row);
  }

  all(kind: JobKind): readonly BulkJob[] {
    return this.#state
      .statement(`SELECT ${columns} FROM jobs WHERE kind = ? ORDER BY created_ms DESC, id DESC LIMIT 1000`)
      .all(kind)
      .map(jobOf);
  }

  /** The oldest job that waits to be worked on, or was being worked on when the process ended. */
  next(): BulkJob | null {
    const row = this.#state
      .statement(
        `SELECT ${columns} FROM jobs WHERE state IN ('UploadComplete', 'InProgress') ORDER BY created_ms, id LIMIT 1`,
      )
      .first();
    return row === undefined ? null : jobOf(row);
  }

  setState(id: string, state: JobState, nowMs: number, error: string | null = null): void {
    this.#state
      .statement('UPDATE jobs SET state = ?, changed_ms = ?, error = ? WHERE id = ?')
      .run(state, Math.floor(nowMs), error, id);
  }

  /** Throws where content was uploaded before: a job takes it once. */
  upload(id: string, content: Uint8Array): void {
    const changed = this.#state
      .statement('UPDATE jobs SET upload = ? WHERE id = ? AND upload IS NULL')
      .run(content, id);
    if (changed === 0)
      throw refusal(400, 'INVALIDJOBSTATE', 'Found multiple contents for job: upload once only');
  }

  uploaded(id: string): Uint8Array | null {
    const row = this.#state.statement('SELECT upload FROM jobs WHERE id = ?').first(id);
    return row?.[0] instanceof Uint8Array ? row[0] : null;
  }

  /** Null until the lines of the job are known. */
  header(id: string): readonly string[] | null {
    const row = this.#state.statement('SELECT header FROM jobs WHERE id = ?').first(id);
    return typeof row?.[0] === 'string' ? (JSON.parse(row[0]) as string[]) : null;
  }

  /** All lines at once, with the names above them. */
  setLines(
    id: string,
    header: readonly string[],
    lines: Iterable<readonly string[]>,
    outcome: Outcome,
  ): void {
    const insert = this.#state.statement("INSERT INTO job_lines VALUES (?, ?, ?, ?, '', 0, '')");
    this.#state.statement('DELETE FROM job_lines WHERE job = ?').run(id);
    let line = 0;
    for (const values of lines) {
      line += 1;
      insert.run(id, line, outcome, JSON.stringify(values));
    }
    this.#state.statement('UPDATE jobs SET header = ? WHERE id = ?').run(JSON.stringify(header), id);
  }

  lines(
    id: string,
    outcome: Outcome,
    after = 0,
    most = -1,
  ): readonly (JobLine & { readonly line: number })[] {
    return this.#state
      .statement(
        'SELECT line, line_values, record, created, error FROM job_lines WHERE job = ? AND outcome = ? AND line > ? ORDER BY line LIMIT ?',
      )
      .all(id, outcome, after, most)
      .map(([line, values, record, created, error]) => ({
        line: Number(line),
        values: JSON.parse(String(values)) as string[],
        id: String(record),
        created: Number(created) === 1,
        error: String(error),
      }));
  }

  setOutcome(id: string, line: number, outcome: Outcome, told: Partial<JobLine>): void {
    this.#state
      .statement(
        'UPDATE job_lines SET outcome = ?, record = ?, created = ?, error = ? WHERE job = ? AND line = ?',
      )
      .run(outcome, told.id ?? '', told.created === true ? 1 : 0, told.error ?? '', id, line);
  }

  count(id: string, outcome: Outcome): number {
    const row = this.#state
      .statement('SELECT count(*) FROM job_lines WHERE job = ? AND outcome = ?')
      .first(id, outcome);
    return Number(row?.[0] ?? 0);
  }

  /** How many batches of 10,000 lines the ingest jobs had that were made since then. */
  batchesSince(ms: number): number {
    const row = this.#state
      .statement(
        `SELECT sum((lines + 9999) / 10000) FROM (SELECT max(line) AS lines FROM jobs JOIN job_lines ON job = id
         WHERE kind = 'ingest' AND created_ms > ? GROUP BY id)`,
      )
      .first(Math.floor(ms));
    return Number(row?.[0] ?? 0);
  }

  /** How many query jobs were begun since then. */
  queriesSince(ms: number): number {
    const row = this.#state
      .statement("SELECT count(*) FROM jobs WHERE kind = 'query' AND created_ms > ?")
      .first(Math.floor(ms));
    return Number(row?.[0] ?? 0);
  }

  remove(id: string): void {
    this.#state.statement('DELETE FROM job_lines WHERE job = ?').run(id);
    this.#state.statement('DELETE FROM jobs WHERE id = ?').run(id);
  }
}

function jobOf(row: readonly SqliteValue[]): BulkJob {
  const text = (at: number): string => String(row[at]);
  const orNull = (at: number): string | null => (row[at] === null ? null : String(row[at]));
  return {
    id: text(0),
    kind: text(1) as JobKind,
    object: text(2),
    operation: text(3) as Operation,
    key: orNull(4),
    soql: orNull(5),
    state: text(6) as JobState,
    userId: text(7),
    version: text(8),
    delimiter: text(9) as DelimiterName,
    lineEnding: text(10) as 'LF' | 'CRLF',
    createdMs: Number(row[11]),
    changedMs: Number(row[12]),
    error: orNull(13),
  };
}
