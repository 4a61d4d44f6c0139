import type { OwnDatabase, OwnSession } from '../../connectors/index.ts';
import { leadLost, workerOutdated } from '../faults.ts';
import { prepareJournal } from './postgres-tables.ts';
import {
  alive,
  beatQuery,
  claimQuery,
  offersQuery,
  seenWorker,
  tallyQuery,
  workersQuery,
} from './postgres-work-queries.ts';
import {
  type Beat,
  type Claim,
  isOlderVersion,
  type Leading,
  type NewOffer,
  type NewWorker,
  type Offer,
  type OfferTally,
  type SeenWorker,
  type SliceOutcome,
  type WorkBoard,
} from './work-board.ts';

export interface PostgresWorkBoardOptions {
  /** The one of the journal; stays the caller's. */
  readonly database: OwnDatabase;
  readonly project: string;
  /** How long a worker that says nothing keeps what it holds. */
  readonly leaseMs: number;
}

/** Throws `engine.journal-newer`. */
export async function openPostgresWorkBoard(options: PostgresWorkBoardOptions): Promise<WorkBoard> {
  await prepareJournal(options.database);
  return new PostgresWorkBoard(options);
}

/**
 * The board in the tables of a journal. Time is the server's. Workers that take slices at the same time pass over each other's
 * rows (`SKIP LOCKED`); only where a limit holds do they come one after the other.
 */
class PostgresWorkBoard implements WorkBoard {
  readonly #database: OwnDatabase;
  readonly #project: string;
  readonly #lease: string;

  constructor({ database, project, leaseMs }: PostgresWorkBoardOptions) {
    this.#database = database;
    this.#project = project;
    this.#lease = `${leaseMs} ms`;
  }

  async join({ worker, host, pid, version, purpose }: NewWorker): Promise<void> {
    await this.#database.transaction(async (session) => {
      const [row] = await session.rows('SELECT version FROM godwit_journal_lead WHERE project = $1', [
        this.#project,
      ]);
      const led = row?.[0];
      if (typeof led === 'string' && isOlderVersion(version, led)) throw workerOutdated(version, led);
      await session.rows(
        `INSERT INTO godwit_journal_worker
           (project, worker, host, pid, version, purpose, joined_at, seen_at, until)
         SELECT $1, $2, $3, $4, $5, $6, now, now, now + $7::interval FROM clock_timestamp() AS now`,
        [this.#project, worker, host, String(pid), version, purpose, this.#lease],
      );
    });
  }

  async beat(worker: string): Promise<Beat | null> {
    const [row] = await this.#database.rows(beatQuery, [this.#project, worker, this.#lease]);
    const [beaten, lead, held] = row ?? [];
    if (beaten !== '1') return null;
    return { lead: lead ?? null, held: JSON.parse(held ?? '[]') as string[] };
  }

  async leave(worker: string): Promise<void> {
    await this.#database.rows(
      `UPDATE godwit_journal_worker SET left_at = clock_timestamp() WHERE project = $1 AND worker = $2`,
      [this.#project, worker],
    );
  }

  async workers(): Promise<readonly SeenWorker[]> {
    return (await this.#database.rows(`${workersQuery} ORDER BY joined_at, worker`, [this.#project])).map(
      seenWorker,
    );
  }

  async lead(worker: string, purpose: string): Promise<Leading> {
    const other = await this.#database.transaction(async (session) => {
      const [me] = await session.rows(
        `UPDATE godwit_journal_worker SET purpose = $3 WHERE project = $1 AND worker = $2 RETURNING version`,
        [this.#project, worker, purpose],
      );
      const version = me?.[0] ?? '';
      await session.rows(
        `INSERT INTO godwit_journal_lead VALUES ($1, NULL, 0, $2, clock_timestamp()) ON CONFLICT (project) DO NOTHING`,
        [this.#project, version],
      );
      const [now] = await session.rows(
        `SELECT l.worker, l.version, ${alive('l.worker')} FROM godwit_journal_lead l WHERE l.project = $1 FOR UPDATE`,
        [this.#project],
      );
      const [leading, led, isAlive] = now ?? [];
      if (leading !== worker && isAlive === 't') return leading;
      if (isOlderVersion(version, led ?? version)) throw workerOutdated(version, led ?? version);
      await session.rows(
        `UPDATE godwit_journal_lead SET worker = $2, version = $3, since = clock_timestamp(),
           token = nextval('godwit_journal_token') WHERE project = $1`,
        [this.#project, worker, version],
      );
      return null;
    });
    if (other === null) return { leads: true, token: await this.#tokenOf(worker) };
    const by = (await this.workers()).find((one) => one.worker === other);
    // It may have gone between the two looks; then it is asked for again.
    return by === undefined ? await this.lead(worker, purpose) : { leads: false, by };
  }

  async #tokenOf(worker: string): Promise<string> {
    const [row] = await this.#database.rows(
      'SELECT token FROM godwit_journal_lead WHERE project = $1 AND worker = $2',
      [this.#project, worker],
    );
    if (!row?.[0]) throw leadLost();
    return row[0];
  }

  async nextToken(lead: string): Promise<string> {
    return await this.#leading(lead, async (session) => {
      const [row] = await session.rows(`SELECT nextval('godwit_journal_token')`);
      return row?.[0] ?? '';
    });
  }

  async offer(lead: string, offer: NewOffer): Promise<void> {
    const { run, step, runbookId, version, view, position, atOnceMax, slices } = offer;
    const place = [this.#project, run, step];
    await this.#leading(lead, async (session) => {
      await session.rows(
        `INSERT INTO godwit_journal_offer VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, false)
         ON CONFLICT (project, run, step) DO UPDATE SET lead = excluded.lead, runbook_id = excluded.runbook_id,
           version = excluded.version, view = excluded.view, position = excluded.position,
           at_once_max = excluded.at_once_max, closed = false`,
        [...place, lead, runbookId, version, view, position, atOnceMax === null ? null : String(atOnceMax)],
      );
      if (slices === null) return;
      await session.rows(
        `DELETE FROM godwit_journal_claim WHERE project = $1 AND run = $2 AND step = $3
           AND slice <> ALL (ARRAY(SELECT json_array_elements_text($4)::integer))`,
        [...place, JSON.stringify(slices)],
      );
      // What somebody holds stays theirs; what was done and is not in the target any more is offered again.
      await session.rows(
        `INSERT INTO godwit_journal_claim (project, run, step, slice, state)
         SELECT $1, $2, $3, slice::integer, 'open' FROM json_array_elements_text($4) AS given (slice)
         ON CONFLICT (project, run, step, slice) DO UPDATE SET state = 'open', code = NULL
         WHERE godwit_journal_claim.state <> 'held'`,
        [...place, JSON.stringify(slices)],
      );
    });
  }

  async close(lead: string, run: string, step: string): Promise<void> {
    await this.#leading(lead, async (session) => {
      await session.rows(
        'UPDATE godwit_journal_offer SET closed = true WHERE project = $1 AND run = $2 AND step = $3',
        [this.#project, run, step],
      );
    });
  }

  async offers(): Promise<readonly Offer[]> {
    const rows = await this.#database.rows(offersQuery, [this.#project]);
    return rows.map(([run, step, runbookId, version, view, position, atOnceMax]) => ({
      run: run ?? '',
      step: step ?? '',
      runbookId: runbookId ?? '',
      version: version ?? '',
      view: view ?? null,
      position: position ?? '',
      atOnceMax: atOnceMax === null || atOnceMax === undefined ? null : Number(atOnceMax),
    }));
  }

  async claim(
    worker: string,
    { run, step, atOnceMax }: Pick<Offer, 'run' | 'step' | 'atOnceMax'>,
  ): Promise<Claim | null> {
    const parameters = [this.#project, run, step, worker];
    const [row] =
      atOnceMax === null
        ? await this.#database.rows(claimQuery, parameters)
        : await this.#database.transaction(async (session) => {
            // One after the other: of two that count at the same time each would see the last free place.
            await session.rows(
              'SELECT 1 FROM godwit_journal_offer WHERE project = $1 AND run = $2 AND step = $3 FOR UPDATE',
              parameters.slice(0, 3),
            );
            return await session.rows(claimQuery, parameters);
          });
    if (!row) return null;
    const [slice, token, again] = row;
    return { run, step, worker, slice: Number(slice), token: token ?? '', again: again === 't' };
  }

  async settle({ run, step, slice, token }: Claim, outcome: SliceOutcome): Promise<boolean> {
    const counts = outcome.kind === 'done' ? outcome.counts : null;
    const numbers = counts && [
      counts.rowsRead,
      counts.rowsWritten,
      counts.rowsQuarantined,
      counts.rowsPurged,
    ];
    const settled = await this.#database.rows(
      `UPDATE godwit_journal_claim SET state = $6, code = $7, rows_read = $8::bigint, rows_written = $9::bigint,
         rows_quarantined = $10::bigint, rows_purged = $11::bigint
       WHERE project = $1 AND run = $2 AND step = $3 AND slice = $4 AND token = $5 AND state = 'held' RETURNING 1`,
      [
        this.#project,
        run,
        step,
        String(slice),
        token,
        { done: 'done', 'given-back': 'open', failed: 'failed' }[outcome.kind],
        outcome.kind === 'failed' ? outcome.code : null,
        ...(numbers?.map(String) ?? [null, null, null, null]),
      ],
    );
    return settled.length === 1;
  }

  async tally(run: string, step: string): Promise<OfferTally> {
    const [row] = await this.#database.rows(tallyQuery, [this.#project, run, step]);
    const [open, held, abandoned, failed, done, ...counts] = (row ?? []).map(Number);
    const [rowsRead = 0, rowsWritten = 0, rowsQuarantined = 0, rowsPurged = 0] = counts;
    return {
      open: open ?? 0,
      held: held ?? 0,
      abandoned: abandoned ?? 0,
      failed: failed ?? 0,
      done: done ?? 0,
      counts: { rowsRead, rowsWritten, rowsQuarantined, rowsPurged },
    };
  }

  /** Whoever takes the lead over waits until this is done, or it is refused. */
  async #leading<Result>(lead: string, work: (session: OwnSession) => Promise<Result>): Promise<Result> {
    return await this.#database.transaction(async (session) => {
      const [row] = await session.rows('SELECT token FROM godwit_journal_lead WHERE project = $1 FOR SHARE', [
        this.#project,
      ]);
      if (row?.[0] !== lead) throw leadLost();
      return await work(session);
    });
  }
}
