import type { Field } from '../../model/index.ts';
import {
  EntryUndoer,
  type UndoEntry,
  type UndoOutcome,
  type UndoPack,
  type UndoStatements,
} from '../sql-servers/index.ts';
import { mysqlFault } from './faults.ts';
import { isStored, matching, storedLiteral, valueLiteral } from './match-records.ts';
import { isAboutRecord, RecordTrouble } from './refusals.ts';
import { digestSql } from './relation-sql.ts';
import { isServerError, wordsWithoutValues } from './server-error.ts';
import type { Session } from './sessions.ts';
import { quoteName, quoteText } from './sql.ts';
import { type TargetTable, targetField } from './target-table.ts';
import { findDependents } from './undo-dependents.ts';

/** Undoes the records of one pack; see `undo.ts`. */
export async function undoRecords(
  session: Session,
  table: TargetTable,
  pack: UndoPack,
): Promise<UndoOutcome<UndoEntry>> {
  for (const name of pack.columns)
    if (!table.fields.some((field) => field.name === name))
      throw mysqlFault('mysql.structure', `the field ${name} was there when the slice was written`, {
        relation: table.relation.name,
        field: name,
      });
  const undoer = new EntryUndoer(new PackStatements(session, table, pack));
  return pack.key.length === 0 ? undoer.undoByContent(pack.entries) : undoer.undo(pack.entries);
}

class PackStatements implements UndoStatements<UndoEntry> {
  readonly entriesMax = 500;
  readonly #session: Session;
  readonly #table: TargetTable;
  readonly #pack: UndoPack;
  readonly #keyFields: readonly Field[];
  readonly #digestFields: readonly Field[];

  constructor(session: Session, table: TargetTable, pack: UndoPack) {
    this.#session = session;
    this.#table = table;
    this.#pack = pack;
    this.#keyFields = pack.key.map((name) => targetField(table, name));
    this.#digestFields = pack.columns.map((name) => targetField(table, name));
  }

  async digests(entries: readonly UndoEntry[]): Promise<ReadonlyMap<number, string>> {
    const rows = await this.#session.rows(
      `SELECT u.n, ${digestSql(this.#digestFields)} FROM ${this.#join(entries)} FOR UPDATE`,
    );
    return new Map(rows.map(([place, digest]) => [Number(place), String(digest)]));
  }

  async dependents(entries: readonly UndoEntry[]): Promise<ReadonlyMap<number, string>> {
    const among = entries.map(({ key }) => isStored(this.#keyFields, key));
    return findDependents(this.#session, this.#table, this.#join(entries), among);
  }

  async remove(entries: readonly UndoEntry[]): Promise<void> {
    const which = entries.map(({ key }) => `(${isStored(this.#keyFields, key)})`).join(' OR ');
    const touched = await this.#session.each(
      `DELETE FROM ${this.#table.name} WHERE ${which}`,
      () => undefined,
    );
    if (touched !== entries.length)
      throw new RecordTrouble('target.refused', 'a trigger of the target keeps it from being removed');
  }

  async restore(entries: readonly UndoEntry[]): Promise<void> {
    const fields = this.#pack.restored.map((name) => targetField(this.#table, name));
    for (const { key, before } of entries) {
      const set = fields.map(
        (field, at) => `${quoteName(field.name)} = ${valueLiteral(field, before?.values[at] ?? null)}`,
      );
      await this.#session.run(
        `UPDATE ${this.#table.name} SET ${set.join(', ')} WHERE ${isStored(this.#keyFields, key)}`,
      );
    }
    const digests = await this.digests(entries);
    if (entries.some((entry, at) => digests.get(at) !== entry.before?.digest))
      throw new RecordTrouble('target.refused', 'the target changes it while it is restored');
  }

  async removeByContent(entries: readonly UndoEntry[]): Promise<ReadonlyMap<string, number>> {
    const digest = digestSql(this.#digestFields, this.#table.name);
    const gone = new Map<string, number>();
    for (const [after, alike] of Map.groupBy(entries, (entry) => entry.after))
      gone.set(
        after,
        await this.#session.each(
          `DELETE FROM ${this.#table.name} WHERE ${digest} = ${quoteText(after)} LIMIT ${alike.length}`,
          () => undefined,
        ),
      );
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
      await this.#session.run('ROLLBACK TO SAVEPOINT some_records');
      return reasonOf(error);
    }
  }

  #join(entries: readonly UndoEntry[]): string {
    const sought = entries.map(({ key }) =>
      this.#keyFields.map((field, at) => storedLiteral(field, key[at] ?? null)),
    );
    return matching(this.#table.name, this.#keyFields).join(sought);
  }
}

function reasonOf(error: unknown): string {
  if (!isServerError(error)) return (error as Error).message;
  const words = wordsWithoutValues(error);
  return error.errno === 1451 || error.errno === 1217 ? `other records need it: ${words}` : words;
}
