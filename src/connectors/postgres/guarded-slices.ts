import type { Seal } from '../../host/index.ts';
import type { ErrorPlace, Relation } from '../../model/index.ts';
import { OwnErrors } from '../own-errors.ts';
import type { BulkSlice, PiecedWrite, SliceResult, SliceWrite } from '../port.ts';
import { postgresFault } from './faults.ts';
import { importSlice } from './import-slice.ts';
import type { Sessions } from './sessions.ts';
import { writePieces, writeSlice } from './write.ts';

/** Turns the driver's errors of some work into faults that name the system and the place. */
export type Faulted = <Result>(work: Promise<Result>, place?: ErrorPlace) => Promise<Result>;

/**
 * Slices on their way into one schema. What the caller's own callbacks throw comes out as it was thrown. No slice is
 * committed into a relation that was altered since the first one: a field of another type, a new trigger or a rule would
 * make something else of the records than what was agreed.
 */
export class GuardedSlices {
  readonly #sessions: Sessions;
  readonly #schema: string;
  readonly #faulted: Faulted;
  readonly #forms = new Map<string, string>();

  constructor(sessions: Sessions, schema: string, faulted: Faulted) {
    this.#sessions = sessions;
    this.#schema = schema;
    this.#faulted = faulted;
  }

  async write(seal: Seal, slice: SliceWrite): Promise<SliceResult> {
    const own = new OwnErrors();
    const passed: SliceWrite = {
      ...slice,
      batches: own.of(slice.batches),
      beforeCommit: async (refused) => {
        await this.#expectUnaltered(slice.relation);
        return slice.beforeCommit(refused).catch(own.remember);
      },
    };
    const written = writeSlice(this.#sessions, this.#schema, seal, passed);
    return own.first(this.#faulted(written, placeOf(slice)));
  }

  async import(seal: Seal, slice: BulkSlice): Promise<SliceResult> {
    const own = new OwnErrors();
    const passed: BulkSlice = {
      ...slice,
      chunks: own.of(slice.chunks),
      beforeCommit: async (rows) => {
        await this.#expectUnaltered(slice.relation);
        return slice.beforeCommit(rows).catch(own.remember);
      },
    };
    const loaded = importSlice(this.#sessions, this.#schema, seal, passed);
    return own.first(this.#faulted(loaded, placeOf(slice)));
  }

  async pieces(seal: Seal, slice: PiecedWrite): Promise<SliceResult> {
    const own = new OwnErrors();
    const passed: PiecedWrite = {
      ...slice,
      pieces: own.of(slice.pieces),
      beforeCommit: async (refused) => {
        await this.#expectUnaltered(slice.relation);
        return slice.beforeCommit(refused).catch(own.remember);
      },
    };
    const written = writePieces(this.#sessions, this.#schema, seal, passed);
    return own.first(this.#faulted(written, placeOf(slice)));
  }

  /** Asked while the slice's own transaction holds the relation, from a session that sees what others have committed. */
  async #expectUnaltered({ name }: Relation): Promise<void> {
    const form = await this.#sessions.lend(async (session) => {
      const [row] = await session.rows(formQuery, [this.#schema, name]);
      return String(row?.[0]);
    });
    const before = this.#forms.get(name) ?? form;
    this.#forms.set(name, before);
    if (form !== before) throw postgresFault('postgres.target-altered', `${name} in ${this.#schema}`);
  }
}

function placeOf(slice: Pick<SliceWrite, 'relation' | 'step'>): ErrorPlace {
  return { relation: slice.relation.name, step: slice.step };
}

// What decides what becomes of a record; what only refuses one (indexes, keys, NOT NULL) may be added while records come in.
const formQuery = `
  SELECT pg_catalog.md5(pg_catalog.concat_ws('|', c.oid, c.relkind, c.relrowsecurity, c.relforcerowsecurity,
    (SELECT string_agg(concat_ws(':', a.attname, a.atttypid, a.atttypmod, a.attgenerated, a.attisdropped,
        pg_catalog.pg_get_expr(d.adbin, d.adrelid)), ',' ORDER BY a.attnum)
      FROM pg_catalog.pg_attribute AS a LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = c.oid AND a.attnum > 0),
    (SELECT string_agg(concat_ws(':', g.tgname, g.tgfoid, g.tgtype, g.tgenabled), ',' ORDER BY g.tgname)
      FROM pg_catalog.pg_trigger AS g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal),
    (SELECT string_agg(concat_ws(':', r.rulename, r.ev_type, r.ev_enabled), ',' ORDER BY r.rulename)
      FROM pg_catalog.pg_rewrite AS r WHERE r.ev_class = c.oid)))
  FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relname = $2`;
