import { DatabaseError } from 'pg';
import type { Relation } from '../../model/index.ts';
import { textArray } from './array-text.ts';
import { postgresFault } from './faults.ts';
import { keepTransactionsOf, type Owner } from './own-transactions.ts';
import { isAboutRecord, RecordTrouble } from './refusals.ts';
import type { Session } from './sessions.ts';
import { quoteName } from './sql.ts';
import { digestSql, type TargetTable, targetColumn, type Unnested, unnested } from './target-table.ts';
import { findDependents } from './undo-dependents.ts';
import type { UndoEntry, UndoPack } from './undo-pack.ts';

export interface RefusedEntry {
  readonly entry: UndoEntry;
  readonly reason: string;
}

export interface UndoOutcome {
  readonly removed: number;
  readonly restored: number;
  readonly refused: readonly RefusedEntry[];
}

const entriesPerStatement = 1000;

/** Undoes the records of one pack; see `undo.ts`. */
export class RecordUndoer {
  readonly #session: Session;
  readonly #namespace: string;
  readonly #place: Owner;
  readonly #relation: Relation;
  readonly #table: TargetTable;
  readonly #pack: UndoPack;
  readonly #digest: string;
  readonly #refused: RefusedEntry[] = [];

  constructor(
    session: Session,
    namespace: string,
    place: Owner,
    relation: Relation,
    table: TargetTable,
    pack: UndoPack,
  ) {
    for (const name of pack.columns)
      if (!table.columns.some((column) => column.name === name))
        throw postgresFault('postgres.structure', `the field ${name} was there when the slice was written`, {
          relation: relation.name,
          field: name,
        });
    this.#session = session;
    this.#namespace = namespace;
    this.#place = place;
    this.#relation = relation;
    this.#table = table;
    this.#pack = pack;
    this.#digest = digestSql(pack.columns);
  }

  async undo(): Promise<UndoOutcome> {
    if (this.#pack.key.length === 0) return this.#removeByContent();
    const removals: UndoEntry[] = [];
    const restorations: UndoEntry[] = [];
    for (const entries of slices(this.#pack.entries))
      for (const entry of await this.#unchanged(entries))
        (entry.before === null ? removals : restorations).push(entry);
    const removed = await this.#removeAll(removals);
    let restored = 0;
    for (const entries of slices(restorations))
      restored += (await this.#orHalve(entries, this.#restore)).length;
    return { removed, restored, refused: this.#refused };
  }

  /** Those that are as the slice left them, locked; the others are refused. */
  async #unchanged(entries: readonly UndoEntry[]): Promise<UndoEntry[]> {
    const keys = this.#keys();
    const rows = await this.#session.rows(
      `SELECT u.n, ${this.#digest} FROM ${keys.from} JOIN ${this.#table.name} AS t ON ${this.#condition(keys)} FOR UPDATE OF t`,
      keys.parameters(entries.map(({ key }) => key)),
    );
    const digests = new Map(rows.map(([place, digest]) => [Number(place), digest]));
    return entries.filter((entry, at) => {
      const digest = digests.get(at + 1);
      if (digest === entry.after) return true;
      const gone = digest === undefined;
      this.#refuse(entry, gone ? 'it is not there under this key any more' : 'somebody changed it since');
      return false;
    });
  }

  /** Again and again while it helps: a record may be kept only by another that goes later. */
  async #removeAll(entries: readonly UndoEntry[]): Promise<number> {
    let waiting = entries;
    let removed = 0;
    for (;;) {
      const before = this.#refused.length;
      let done = 0;
      for (const some of slices(waiting)) {
        const free = await this.#withoutDependents(some);
        done += (await this.#orHalve(free, this.#remove)).length;
      }
      removed += done;
      const refused = this.#refused.slice(before);
      if (refused.length === 0 || done === 0) return removed;
      this.#refused.length = before;
      waiting = refused.map(({ entry }) => entry);
    }
  }

  async #withoutDependents(entries: readonly UndoEntry[]): Promise<UndoEntry[]> {
    const keys = this.#keys();
    const found = await findDependents(this.#session, this.#namespace, this.#relation, this.#table, {
      from: keys.from,
      condition: this.#condition(keys),
      parameters: keys.parameters(entries.map(({ key }) => key)),
    });
    return entries.filter((entry, at) => {
      const by = found.get(at + 1);
      if (by !== undefined) this.#refuse(entry, `records of ${by} depend on it and would be changed with it`);
      return by === undefined;
    });
  }

  readonly #remove = async (entries: readonly UndoEntry[]): Promise<void> => {
    const keys = this.#keys();
    const rows = await this.#session.rows(
      `DELETE FROM ${this.#table.name} AS t USING ${keys.from} WHERE ${this.#condition(keys)} RETURNING u.n`,
      keys.parameters(entries.map(({ key }) => key)),
    );
    if (rows.length !== entries.length)
      throw new RecordTrouble(
        'target.refused',
        'a trigger or a rule of the target keeps it from being removed',
      );
  };

  readonly #restore = async (entries: readonly UndoEntry[]): Promise<void> => {
    const { key, restored } = this.#pack;
    const source = unnested([...key, ...restored].map((name) => targetColumn(this.#table, name)));
    const set = restored.map((name, at) => `${quoteName(name)} = ${source.values[key.length + at]}`);
    const rows = await this.#session.rows(
      `UPDATE ${this.#table.name} AS t SET ${set.join(', ')} FROM ${source.from} WHERE ${this.#condition(source)}
       RETURNING u.n, ${this.#digest}`,
      source.parameters(entries.map((entry) => [...entry.key, ...(entry.before?.values ?? [])])),
    );
    const digests = new Map(rows.map(([place, digest]) => [Number(place), digest]));
    if (entries.some((entry, at) => digests.get(at + 1) !== entry.before?.digest))
      throw new RecordTrouble('target.refused', 'a trigger of the target changes it while it is restored');
    await this.#keepOwners(entries);
  };

  /** What an earlier step of this run had left so is so again: that step can be undone in its turn. */
  async #keepOwners(entries: readonly UndoEntry[]): Promise<void> {
    const { run } = this.#place;
    for (const step of new Set(entries.flatMap(({ before }) => before?.owner ?? []))) {
      const own = entries.filter(({ before }) => before?.owner === step);
      const pack = { key: this.#pack.key, entries: own };
      await keepTransactionsOf(this.#session, this.#namespace, { run, step }, this.#table, pack);
    }
  }

  /** Does what can be done; what fails alone is refused. Answers with the entries that were undone. */
  async #orHalve(
    entries: readonly UndoEntry[],
    act: (entries: readonly UndoEntry[]) => Promise<void>,
  ): Promise<readonly UndoEntry[]> {
    if (entries.length === 0) return [];
    await this.#session.run('SAVEPOINT some_records');
    try {
      await act(entries);
      await this.#session.run('RELEASE SAVEPOINT some_records');
      return entries;
    } catch (error) {
      if (!isAboutRecord(error)) throw error;
      await this.#session.run('ROLLBACK TO SAVEPOINT some_records; RELEASE SAVEPOINT some_records');
      const [only, second] = entries;
      if (only !== undefined && second === undefined) {
        this.#refuse(only, reasonOf(error));
        return [];
      }
      const middle = Math.ceil(entries.length / 2);
      const first = await this.#orHalve(entries.slice(0, middle), act);
      return [...first, ...(await this.#orHalve(entries.slice(middle), act))];
    }
  }

  /** Without a key as many records go as were added with this content, whichever of them they are. */
  async #removeByContent(): Promise<UndoOutcome> {
    const { entries } = this.#pack;
    const rows = await this.#session.rows(
      `WITH wanted AS (SELECT d, count(*) AS many FROM unnest($1::text[]) AS d GROUP BY d),
         found AS (SELECT t.tableoid AS part, t.ctid AS place, w.d, w.many, row_number() OVER (PARTITION BY w.d) AS nth
           FROM ${this.#table.name} AS t JOIN wanted AS w ON w.d = ${this.#digest})
       DELETE FROM ${this.#table.name} AS t USING found AS f
       WHERE t.ctid = f.place AND t.tableoid = f.part AND f.nth <= f.many RETURNING f.d`,
      [textArray(entries.map(({ after }) => after))],
    );
    const gone = new Map<string, number>();
    for (const [digest] of rows) gone.set(String(digest), (gone.get(String(digest)) ?? 0) + 1);
    for (const entry of entries) {
      const left = gone.get(entry.after) ?? 0;
      if (left > 0) gone.set(entry.after, left - 1);
      else this.#refuse(entry, 'no record with this content is there any more');
    }
    return { removed: rows.length, restored: 0, refused: this.#refused };
  }

  #keys(): Unnested {
    return unnested(this.#pack.key.map((name) => targetColumn(this.#table, name)));
  }

  #condition(source: Unnested): string {
    return this.#pack.key.map((name, at) => `t.${quoteName(name)} = ${source.values[at]}`).join(' AND ');
  }

  #refuse(entry: UndoEntry, reason: string): void {
    this.#refused.push({ entry, reason });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DatabaseError && error.code === '23503')
    return `other records need it: ${error.message}`;
  return (error as Error).message;
}

function* slices(entries: readonly UndoEntry[]): Generator<readonly UndoEntry[]> {
  for (let at = 0; at < entries.length; at += entriesPerStatement)
    yield entries.slice(at, at + entriesPerStatement);
}
