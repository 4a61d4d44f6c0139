import type { OwnDatabase } from '../../connectors/index.ts';
import type { Seal } from '../../host/index.ts';
import { bytesOfHex, hex, position } from '../../model/index.ts';
import { planMismatch } from '../faults.ts';
import type { SlicePlan } from './journal.ts';
import { openRange, sealRange } from './sealed-range.ts';

/** Plans of slices and of replays of one project: everything of the journal that is not quarantine. */
export class PostgresPlans {
  readonly #database: OwnDatabase;
  readonly #project: string;
  readonly #seal: Seal;

  constructor(database: OwnDatabase, project: string, seal: Seal) {
    this.#database = database;
    this.#project = project;
    this.#seal = seal;
  }

  async plan(run: string, step: string): Promise<SlicePlan | null> {
    return await this.#database.transaction(async (session) => {
      const [found] = await session.rows(
        'SELECT rows_source, position FROM godwit_journal_step WHERE project = $1 AND run = $2 AND step = $3',
        [this.#project, run, step],
      );
      const [rowsSource, at] = found ?? [];
      if (rowsSource === undefined || rowsSource === null) return null;
      const rows = await session.rows(
        `SELECT slice, encode(sealed_range, 'hex'), rows_estimate FROM godwit_journal_slice
         WHERE project = $1 AND run = $2 AND step = $3 ORDER BY slice`,
        [this.#project, run, step],
      );
      const slices = rows.map(([number, sealed, rowsEstimate]) => ({
        number: Number(number),
        ...openRange(this.#seal, run, step, Number(number), bytesOfHex(sealed ?? '')),
        rowsEstimate: Number(rowsEstimate),
      }));
      return { slices, rowsSource, position: position(at ?? '') };
    });
  }

  async savePlan(run: string, step: string, plan: SlicePlan): Promise<void> {
    const slices = plan.slices.map((slice) => ({
      slice: slice.number,
      sealed: hex(sealRange(this.#seal, run, step, slice)),
      rows: Math.round(slice.rowsEstimate),
    }));
    await this.#database.transaction(async (session) => {
      // The two columns make the plan whole: they are null until then, and a plan is never written twice.
      const changed = await session.rows(
        `UPDATE godwit_journal_step SET rows_source = $4, position = $5
         WHERE project = $1 AND run = $2 AND step = $3 AND rows_source IS NULL RETURNING 1`,
        [this.#project, run, step, plan.rowsSource, plan.position],
      );
      if (changed.length !== 1)
        throw planMismatch(step, `run ${run} has a plan for this step already, or has no such step`);
      await session.rows(
        `INSERT INTO godwit_journal_slice
         SELECT $1, $2, $3, slice, decode(sealed, 'hex'), rows
         FROM json_to_recordset($4) AS given (slice integer, sealed text, rows bigint)`,
        [this.#project, run, step, JSON.stringify(slices)],
      );
    });
  }

  async saveReplay(run: string, step: string, slices: readonly (readonly string[])[]): Promise<void> {
    const places = slices.flatMap((ids, slice) => ids.map((entry, place) => ({ slice, place, entry })));
    await this.#database.rows(
      `INSERT INTO godwit_journal_replay SELECT $1, $2, $3, slice, place, entry
       FROM json_to_recordset($4) AS given (slice integer, place integer, entry text)`,
      [this.#project, run, step, JSON.stringify(places)],
    );
  }

  async replay(run: string, step: string): Promise<readonly (readonly string[])[]> {
    const rows = await this.#database.rows(
      `SELECT slice, entry FROM godwit_journal_replay WHERE project = $1 AND run = $2 AND step = $3
       ORDER BY slice, place`,
      [this.#project, run, step],
    );
    const slices: string[][] = [];
    for (const [slice, id] of rows) (slices[Number(slice)] ??= []).push(id ?? '');
    return slices;
  }

  async saveDigest(run: string, step: string, slice: number, digest: string): Promise<void> {
    await this.#database.rows(
      `INSERT INTO godwit_journal_digest VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (project, run, step, slice) DO UPDATE SET digest = excluded.digest`,
      [this.#project, run, step, String(slice), digest],
    );
  }

  async digests(run: string, step: string): Promise<ReadonlyMap<number, string>> {
    const rows = await this.#database.rows(
      'SELECT slice, digest FROM godwit_journal_digest WHERE project = $1 AND run = $2 AND step = $3',
      [this.#project, run, step],
    );
    return new Map(rows.map(([slice, digest]) => [Number(slice), digest ?? '']));
  }
}
