import type { Field } from '../../model/index.ts';
import { mysqlFault } from './faults.ts';
import { isStored, matching, storedLiteral, valueLiteral } from './match-records.ts';
import { isAboutRecord, RecordTrouble } from './refusals.ts';
import { digestSql } from './relation-sql.ts';
import { isServerError, wordsWithoutValues } from './server-error.ts';
import type { Session } from './sessions.ts';
import { quoteName, quoteText } from './sql.ts';
import { type TargetTable, targetField } from './target-table.ts';
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

const entriesPerStatement = 500;

/** Undoes the records of one pack; see `undo.ts`. */
export class RecordUndoer {
  readonly #session: Session;
  readonly #table: TargetTable;
  readonly #pack: UndoPack;
  readonly #keyFields: readonly Field[];
  readonly #digestFields: readonly Field[];
  readonly #refused: RefusedEntry[] = [];

  constructor(session: Session, table: TargetTable, pack: UndoPack) {
    for (const name of pack.columns)
      if (!table.fields.some((field) => field.name === name))
        throw mysqlFault('mysql.structure', `the field ${name} was there when the slice was written`, {
          relation: table.relation.name,
          field: name,
        });
    this.#session = session;
    this.#table = table;
    this.#pack = pack;
    this.#keyFields = pack.key.map((name) => targetField(table, name));
    this.#digestFields = pack.columns.map((name) => targetField(table, name));
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
    const digests = await this.#digests(entries);
    return entries.filter((entry, at) => {
      const digest = digests.get(at);
      if (digest === entry.after) return true;
      const gone = digest === undefined;
      this.#refuse(entry, gone ? 'it is not there under this key any more' : 'somebody changed it since');
      return false;
    });
  }

  async #digests(entries: readonly UndoEntry[]): Promise<ReadonlyMap<number, string>> {
    const rows = await this.#session.rows(
      `SELECT u.n, ${digestSql(this.#digestFields)} FROM ${this.#join(entries)} FOR UPDATE`,
    );
    return new Map(rows.map(([place, digest]) => [Number(place), String(digest)]));
  }

  #join(entries: readonly UndoEntry[]): string {
    const sought = entries.map(({ key }) =>
      this.#keyFields.map((field, at) => storedLiteral(field, key[at] ?? null)),
    );
    return matching(this.#table.name, this.#keyFields).join(sought);
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
    const among = entries.map(({ key }) => isStored(this.#keyFields, key));
    const found = await findDependents(this.#session, this.#table, this.#join(entries), among);
    return entries.filter((entry, at) => {
      const by = found.get(at);
      if (by !== undefined) this.#refuse(entry, `records of ${by} depend on it and would be changed with it`);
      return by === undefined;
    });
  }

  readonly #remove = async (entries: readonly UndoEntry[]): Promise<void> => {
    const which = entries.map(({ key }) => `(${isStored(this.#keyFields, key)})`).join(' OR ');
    const touched = await this.#session.each(
      `DELETE FROM ${this.#table.name} WHERE ${which}`,
      () => undefined,
    );
    if (touched !== entries.length)
      throw new RecordTrouble('target.refused', 'a trigger of the target keeps it from being removed');
  };

  readonly #restore = async (entries: readonly UndoEntry[]): Promise<void> => {
    const fields = this.#pack.restored.map((name) => targetField(this.#table, name));
    for (const { key, before } of entries) {
      const set = fields.map(
        (field, at) => `${quoteName(field.name)} = ${valueLiteral(field, before?.values[at] ?? null)}`,
      );
      await this.#session.run(
        `UPDATE ${this.#table.name} SET ${set.join(', ')} WHERE ${isStored(this.#keyFields, key)}`,
      );
    }
    const digests = await this.#digests(entries);
    if (entries.some((entry, at) => digests.get(at) !== entry.before?.digest))
      throw new RecordTrouble('target.refused', 'the target changes it while it is restored');
  };

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
      await this.#session.run('ROLLBACK TO SAVEPOINT some_records');
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
    const digest = digestSql(this.#digestFields, this.#table.name);
    const gone = new Map<string, number>();
    let removed = 0;
    for (const [after, alike] of Map.groupBy(entries, (entry) => entry.after)) {
      const many = await this.#session.each(
        `DELETE FROM ${this.#table.name} WHERE ${digest} = ${quoteText(after)} LIMIT ${alike.length}`,
        () => undefined,
      );
      gone.set(after, many);
      removed += many;
    }
    for (const entry of entries) {
      const left = gone.get(entry.after) ?? 0;
      if (left > 0) gone.set(entry.after, left - 1);
      else this.#refuse(entry, 'no record with this content is there any more');
    }
    return { removed, restored: 0, refused: this.#refused };
  }

  #refuse(entry: UndoEntry, reason: string): void {
    this.#refused.push({ entry, reason });
  }
}

function reasonOf(error: unknown): string {
  if (!isServerError(error)) return (error as Error).message;
  const words = wordsWithoutValues(error);
  return error.errno === 1451 || error.errno === 1217 ? `other records need it: ${words}` : words;
}

function* slices(entries: readonly UndoEntry[]): Generator<readonly UndoEntry[]> {
  for (let at = 0; at < entries.length; at += entriesPerStatement)
    yield entries.slice(at, at + entriesPerStatement);
}
