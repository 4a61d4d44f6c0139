import { DatabaseError } from 'pg';
import type { Relation } from '../../model/index.ts';
import { EntryUndoer, type UndoOutcome, type UndoStatements } from '../sql-servers/index.ts';
import { textArray } from './array-text.ts';
import { postgresFault } from './faults.ts';
import { keepTransactionsOf, type Owner } from './own-transactions.ts';
import { isAboutRecord, RecordTrouble } from './refusals.ts';
import type { Session } from './sessions.ts';
import { quoteName } from './sql.ts';
import { digestSql, type TargetTable, targetColumn, type Unnested, unnested } from './target-table.ts';
import { findDependents } from './undo-dependents.ts';
import type { UndoEntry, UndoPack } from './undo-pack.ts';

/** Undoes the records of one pack; see `undo.ts`. */
export async function undoRecords(
  session: Session,
  namespace: string,
  place: Owner,
  relation: Relation,
  table: TargetTable,
  pack: UndoPack,
): Promise<UndoOutcome<UndoEntry>> {
  for (const name of pack.columns)
    if (!table.columns.some((column) => column.name === name))
      throw postgresFault('postgres.structure', `the field ${name} was there when the slice was written`, {
        relation: relation.name,
        field: name,
      });
  const undoer = new EntryUndoer(new PackStatements(session, namespace, place, relation, table, pack));
  return pack.key.length === 0 ? undoer.undoByContent(pack.entries) : undoer.undo(pack.entries);
}

class PackStatements implements UndoStatements<UndoEntry> {
  readonly entriesMax = 1000;
  readonly #session: Session;
  readonly #namespace: string;
  readonly #place: Owner;
  readonly #relation: Relation;
  readonly #table: TargetTable;
  readonly #pack: UndoPack;
  readonly #digest: string;

  constructor(
    session: Session,
    namespace: string,
    place: Owner,
    relation: Relation,
    table: TargetTable,
    pack: UndoPack,
  ) {
    this.#session = session;
    this.#namespace = namespace;
    this.#place = place;
    this.#relation = relation;
    this.#table = table;
    this.#pack = pack;
    this.#digest = digestSql(pack.columns);
  }

  async digests(entries: readonly UndoEntry[]): Promise<ReadonlyMap<number, string>> {
    const keys = this.#keys();
    const rows = await this.#session.rows(
      `SELECT u.n, ${this.#digest} FROM ${keys.from} JOIN ${this.#table.name} AS t ON ${this.#condition(keys)} FOR UPDATE OF t`,
      keys.parameters(entries.map(({ key }) => key)),
    );
    return new Map(rows.map(([place, digest]) => [Number(place) - 1, String(digest)]));
  }

  async dependents(entries: readonly UndoEntry[]): Promise<ReadonlyMap<number, string>> {
    const keys = this.#keys();
    const found = await findDependents(this.#session, this.#namespace, this.#relation, this.#table, {
      from: keys.from,
      condition: this.#condition(keys),
      parameters: keys.parameters(entries.map(({ key }) => key)),
    });
    return new Map([...found].map(([place, by]) => [place - 1, by]));
  }

  async remove(entries: readonly UndoEntry[]): Promise<void> {
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
  }

  async restore(entries: readonly UndoEntry[]): Promise<void> {
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
  }

  /** What an earlier step of this run had left so is so again: that step can be undone in its turn. */
  async #keepOwners(entries: readonly UndoEntry[]): Promise<void> {
    const { run } = this.#place;
    for (const step of new Set(entries.flatMap(({ before }) => before?.owner ?? []))) {
      const own = entries.filter(({ before }) => before?.owner === step);
      const pack = { key: this.#pack.key, entries: own };
      await keepTransactionsOf(this.#session, this.#namespace, { run, step }, this.#table, pack);
    }
  }

  async removeByContent(entries: readonly UndoEntry[]): Promise<ReadonlyMap<string, number>> {
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
    return gone;
  }

  async attempt(work: () => Promise<void>): Promise<string | null> {
    await this.#session.run('SAVEPOINT some_records');
    try {
      await work();
      await this.#session.run('RELEASE SAVEPOINT some_records');
      return null;
    } catch (error) {
      if (!isAboutRecord(error)) throw error;
      await this.#session.run('ROLLBACK TO SAVEPOINT some_records; RELEASE SAVEPOINT some_records');
      return reasonOf(error);
    }
  }

  #keys(): Unnested {
    return unnested(this.#pack.key.map((name) => targetColumn(this.#table, name)));
  }

  #condition(source: Unnested): string {
    return this.#pack.key.map((name, at) => `t.${quoteName(name)} = ${source.values[at]}`).join(' AND ');
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DatabaseError && error.code === '23503')
    return `other records need it: ${error.message}`;
  return (error as Error).message;
}
