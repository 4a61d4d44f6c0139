import type { SqliteFile, SqliteStatement, SqliteValue } from '../../host/index.ts';
import { exactToJson } from './exact-record.ts';
import { type Referrer, referrers } from './referrers.ts';
import type { RelationLayout } from './relation-layout.ts';
import { quoted } from './sql.ts';
import type { UndoRecord } from './undo-packs.ts';

interface Look {
  readonly from: string;
  /** The reference is of the relation to itself. */
  readonly own: boolean;
  readonly find: SqliteStatement;
}

/**
 * Which records others refer to by now. Asked before anything is removed, whatever the reference's own rule: under ON DELETE
 * CASCADE the database would take those others along.
 */
export class NeededRecords {
  readonly #looks: readonly Look[];

  constructor(file: SqliteFile, layout: RelationLayout) {
    this.#looks = referrers(file, layout.relation.name)
      .filter((referrer) => refersToAny(file, referrer))
      .map((referrer) => ({
        from: referrer.from,
        own: referrer.from === layout.relation.name,
        find: file.statement(childrenText(layout, referrer)),
      }));
  }

  /** Of these records those that must stay, with the reason. A reference among records that all go does not count. */
  among(records: readonly UndoRecord[]): ReadonlyMap<UndoRecord, string> {
    const needed = new Map<UndoRecord, string>();
    if (this.#looks.length === 0) return needed;
    const going = new Set(records.map(({ identity }) => nameOf(identity)));
    for (let before = -1; before !== needed.size; ) {
      before = needed.size;
      for (const record of records) {
        const by = needed.has(record) ? null : this.#neededBy(record, going);
        if (by === null) continue;
        needed.set(record, `a record of ${by} refers to it`);
        going.delete(nameOf(record.identity));
      }
    }
    return needed;
  }

  #neededBy({ identity }: UndoRecord, going: ReadonlySet<string>): string | null {
    for (const { from, own, find } of this.#looks)
      for (const child of find.iterate(...identity)) if (!own || !going.has(nameOf(child))) return from;
    return null;
  }
}

/**
 * Does any record refer at all? On the way back children go first and second passes are taken back, so mostly none does; and
 * a reference without an index, which is usual, would be searched from end to end for every record.
 */
function refersToAny(file: SqliteFile, { from, fields }: Referrer): boolean {
  const set = fields.map((name) => `${quoted(name)} IS NOT NULL`).join(' AND ');
  return file.statement(`SELECT 1 FROM ${quoted(from)} WHERE ${set} LIMIT 1`).first() !== undefined;
}

/**
 * Children of the record with an identity; of its own relation their identity too. The parent is a subquery, so that its
 * identity needs no name of its own beside the child's.
 */
function childrenText(layout: RelationLayout, { from, fields, references }: Referrer): string {
  const own = from === layout.relation.name;
  const where = layout.identity.map((expression) => `${expression} = ?`).join(' AND ');
  const parent = references.fields.map((name, at) => `${quoted(name)} AS "#parent${at}"`).join(', ');
  const match = fields.map((name, at) => `${quoted(name)} = "#parent${at}"`).join(' AND ');
  const columns = own ? layout.identity.join(', ') : '1';
  return `WITH parent AS (SELECT ${parent} FROM ${layout.from} WHERE ${where}) SELECT ${columns} FROM ${quoted(from)}, parent WHERE ${match}`;
}

function nameOf(identity: readonly SqliteValue[]): string {
  return JSON.stringify(identity.map(exactToJson));
}
