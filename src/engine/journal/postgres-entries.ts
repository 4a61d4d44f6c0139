import type { OwnDatabase, OwnSession } from '../../connectors/index.ts';
import type { Clock, Seal } from '../../host/index.ts';
import { bytesOfHex, hex } from '../../model/index.ts';
import { claimLost } from '../faults.ts';
import type { EntryFilter, FencedPlace, PurgedCount } from './journal.ts';
import { purgedColumns, purgedOf, summaryColumns, summaryOf } from './journal-rows.ts';
import {
  type EntryPlace,
  type EntryState,
  type EntrySummary,
  type KeptEntry,
  openEntry,
  type QuarantineEntry,
  sealEntry,
} from './quarantine-entry.ts';

/** The quarantine and the purge counts of one project, filed by slice so that a slice written again replaces its own. */
export class PostgresEntries {
  readonly #database: OwnDatabase;
  readonly #project: string;
  readonly #seal: Seal;
  readonly #clock: Clock;

  constructor(database: OwnDatabase, project: string, seal: Seal, clock: Clock) {
    this.#database = database;
    this.#project = project;
    this.#seal = seal;
    this.#clock = clock;
  }

  async quarantine(place: FencedPlace, attempt: string, entries: readonly QuarantineEntry[]): Promise<void> {
    // One statement touches a row once: of entries of one record in one call the last one counts.
    const filed = new Map(
      entries.map((entry) => {
        const { id, keyDigest, sealed } = sealEntry(this.#seal, place, entry);
        const { kind, code, field, rule } = entry;
        return [id, { id, kind, code, field, rule, key_digest: keyDigest, sealed: hex(sealed) }];
      }),
    );
    const { run, step, slice, object, origin } = place;
    await this.#fenced(place, async (session) =>
      session.rows(insertEntries, [
        this.#project,
        run,
        step,
        String(slice),
        attempt,
        object,
        origin,
        this.#clock.now(),
        JSON.stringify([...filed.values()]),
      ]),
    );
  }

  async confirmSlice(place: FencedPlace, attempt: string, purged: readonly PurgedCount[]): Promise<void> {
    const { run, step, slice, object, origin } = place;
    const at = [this.#project, run, step, String(slice)];
    await this.#fenced(place, async (session) => {
      await session.rows(
        `DELETE FROM godwit_journal_quarantine
         WHERE project = $1 AND run = $2 AND step = $3 AND slice = $4 AND attempt <> $5`,
        [...at, attempt],
      );
      await session.rows(
        'DELETE FROM godwit_journal_purged WHERE project = $1 AND run = $2 AND step = $3 AND slice = $4',
        at,
      );
      if (purged.length === 0) return;
      await session.rows(
        `INSERT INTO godwit_journal_purged SELECT $1, $2, $3, $4, $5, $6, rule, reason, count
         FROM json_to_recordset($7) AS given (rule integer, reason text, count bigint)`,
        [...at, object, origin, JSON.stringify(purged)],
      );
    });
  }

  /** Whoever takes the slice over waits until this is done, or it is refused. */
  async #fenced(place: FencedPlace, work: (session: OwnSession) => Promise<unknown>): Promise<void> {
    const { run, step, slice, fence } = place;
    await this.#database.transaction(async (session) => {
      if (fence !== undefined) {
        const held = await session.rows(
          `SELECT 1 FROM godwit_journal_claim
           WHERE project = $1 AND run = $2 AND step = $3 AND slice = $4 AND token = $5 FOR SHARE`,
          [this.#project, run, step, String(slice), fence],
        );
        if (held.length === 0) throw claimLost({ step }, slice);
      }
      await work(session);
    });
  }

  async purged(run: string): Promise<readonly (PurgedCount & EntryPlace)[]> {
    const rows = await this.#database.rows(
      `SELECT ${purgedColumns} FROM godwit_journal_purged WHERE project = $1 AND run = $2
       ORDER BY step, slice, rule`,
      [this.#project, run],
    );
    return rows.map((row) => purgedOf(run, row));
  }

  /** Pages by key, so that a million entries need no more memory than a thousand. */
  async *entries(filter: EntryFilter): AsyncGenerator<EntrySummary> {
    const wanted = Object.entries(filter).filter(([, value]) => value !== undefined);
    const conditions = wanted.map(([column], at) => `AND q.${column} = $${at + 7}`);
    const page = `SELECT ${summaryColumns}, r.started_at
      FROM godwit_journal_quarantine q JOIN godwit_journal_run r USING (project, run)
      WHERE q.project = $1 AND (r.started_at, q.run, q.step, q.slice, q.id) > ($2, $3, $4, $5::integer, $6)
        ${conditions.join(' ')}
      ORDER BY r.started_at, q.run, q.step, q.slice, q.id LIMIT 1000`;
    const values = wanted.map(([, value]) => String(value));
    let last: readonly (string | null)[] = ['', '', '', '-1', ''];
    for (;;) {
      const rows = await this.#database.rows(page, [this.#project, ...last, ...values]);
      for (const row of rows) yield summaryOf(row);
      const final = rows.at(-1);
      if (!final) return;
      last = [final[14] ?? null, final[1] ?? null, final[2] ?? null, final[3] ?? null, final[0] ?? null];
    }
  }

  /** Nearly always there is none at all, and a digest for every record would cost more than the look. */
  async openAmong(run: string, origin: string, records: readonly string[]): Promise<ReadonlySet<string>> {
    const open = `project = $1 AND run = $2 AND origin = $3 AND state = 'open'`;
    const place = [this.#project, run, origin];
    const some = await this.#database.rows(
      `SELECT 1 FROM godwit_journal_quarantine WHERE ${open} LIMIT 1`,
      place,
    );
    if (some.length === 0) return new Set();
    const digests = records.map((record) => this.#seal.blind(record));
    const rows = await this.#database.rows(
      `SELECT key_digest FROM godwit_journal_quarantine
       WHERE ${open} AND key_digest = ANY (ARRAY(SELECT json_array_elements_text($4)))`,
      [...place, JSON.stringify(digests)],
    );
    const known = new Set(rows.map(([digest]) => digest));
    return new Set(records.filter((_record, at) => known.has(digests[at] ?? '')));
  }

  async entry(id: string): Promise<KeptEntry | null> {
    const [row] = await this.#database.rows(
      `SELECT ${summaryColumns}, encode(q.sealed, 'hex') FROM godwit_journal_quarantine q
       WHERE q.project = $1 AND q.id = $2`,
      [this.#project, id],
    );
    if (!row) return null;
    const summary = summaryOf(row);
    return { ...summary, entry: openEntry(this.#seal, summary, bytesOfHex(row[14] ?? '')) };
  }

  async settleEntries(ids: readonly string[], state: Exclude<EntryState, 'open'>, by: string): Promise<void> {
    await this.#database.rows(
      `UPDATE godwit_journal_quarantine SET state = $2, settled_by = $3
       WHERE project = $1 AND state = 'open' AND id = ANY (ARRAY(SELECT json_array_elements_text($4)))`,
      [this.#project, state, by, JSON.stringify(ids)],
    );
  }
}

const insertEntries = `
  INSERT INTO godwit_journal_quarantine
    (project, id, run, step, slice, attempt, object, origin, kind, code, field, rule, key_digest, sealed, state, settled_by, at)
  SELECT $1, id, $2, $3, $4::integer, $5, $6, $7, kind, code, field, rule, key_digest, decode(sealed, 'hex'), 'open', NULL, $8
  FROM json_to_recordset($9)
    AS given (id text, kind text, code text, field text, rule text, key_digest text, sealed text)
  ON CONFLICT (project, id) DO UPDATE SET run = excluded.run, step = excluded.step, slice = excluded.slice,
    attempt = excluded.attempt, object = excluded.object, origin = excluded.origin, kind = excluded.kind,
    code = excluded.code, field = excluded.field, rule = excluded.rule, key_digest = excluded.key_digest,
    sealed = excluded.sealed, state = 'open', settled_by = NULL, at = excluded.at`;
