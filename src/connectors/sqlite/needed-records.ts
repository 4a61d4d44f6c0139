import type { SqliteFile, SqliteStatement, SqliteValue } from '../../host/index.ts';
import type { Relation } from '../../model/index.ts';
import { exactToJson } from './exact-record.ts';
import { type Referrer, referrers } from './referrers.ts';
import type { RelationLayout } from './relation-layout.ts';
import { layoutOf } from './relation-layout.ts';
import type { SettledRecord } from './settle-slice.ts';
import { quoted } from './sql.ts';

/**
 * Which records others refer to by now. Asked before anything is removed, whatever the reference's own rule: under ON DELETE
 * CASCADE the database would take those others along.
 */
export class NeededRecords {
  readonly #identity: readonly string[];
  readonly #looks: readonly { readonly referrer: Referrer; readonly find: SqliteStatement }[];
  readonly #relation: Relation;

  constructor(file: SqliteFile, relation: Relation) {
    this.#relation = relation;
    this.#identity = layoutOf(file, relation).identity;
    this.#looks = referrers(file, relation.name).map((referrer) => ({
      referrer,
      find: file.statement(this.#text(layoutOf(file, relation), referrer)),
    }));
  }

  /** Of these records those that must stay, with the reason. A reference among records that all go does not count. */
  among(records: readonly SettledRecord[]): ReadonlyMap<SettledRecord, string> {
    const needed = new Map<SettledRecord, string>();
    if (this.#looks.length === 0) return needed;
    const going = new Set(records.map(({ identity }) => nameOf(identity)));
    for (let before = -1; before !== needed.size; ) {
      before = needed.size;
      for (const record of records) {
        if (needed.has(record)) continue;
        const by = this.#neededBy(record, going);
        if (by === null) continue;
        needed.set(record, `a record of ${by} refers to it`);
        going.delete(nameOf(record.identity));
      }
    }
    return needed;
  }

  #neededBy({ identity }: SettledRecord, going: ReadonlySet<string>): string | null {
    for (const { referrer, find } of this.#looks) {
      const own = referrer.from === this.#relation.name;
      for (const child of find.iterate(...identity))
        if (!own || !going.has(nameOf(child))) return referrer.from;
    }
    return null;
  }

  /** Children of the record with this identity: their own identity where they are of the same relation. */
  #text(layout: RelationLayout, { from, fields, references }: Referrer): string {
    const own = from === this.#relation.name;
    const columns = own ? layout.identity.map((expression) => `child.${expression}`).join(', ') : '1';
    const match = fields.map(
      (name, at) => `child.${quoted(name)} = parent.${quoted(references.fields[at] ?? '')}`,
    );
    const where = this.#identity.map((expression) => `parent.${expression} = ?`);
    return `SELECT ${columns} FROM ${layout.from} AS parent JOIN ${quoted(from)} AS child ON ${match.join(' AND ')} WHERE ${where.join(' AND ')}`;
  }
}

function nameOf(identity: readonly SqliteValue[]): string {
  return JSON.stringify(identity.map(exactToJson));
}
