import type { UndoResult } from '../../src/connectors/index.ts';
import { recordKey } from '../../src/model/index.ts';
import { brokenRule } from './keep-rules.ts';
import type { Transaction, UndoEntry } from './simulated-database.ts';
import { type OpenTable, sameValues, valuesOf } from './stored-records.ts';

export interface TakenBack extends UndoResult {
  /** Of the records that stay. */
  readonly remaining: readonly UndoEntry[];
}

/**
 * First the changed records of a slice get back what they held, then added ones go, unless somebody else's records need them.
 * A record that is not as the slice left it is somebody's by now: it stays and is named.
 */
export function takeBackSlice(
  transaction: Transaction,
  relation: string,
  entries: readonly UndoEntry[],
): TakenBack {
  const table = transaction.open(relation);
  const refused = new Map<UndoEntry, string>();
  const added: UndoEntry[] = [];
  let rowsRestored = 0;
  for (const entry of entries.toReversed()) {
    const known = table.records.get(entry.place);
    if (!known) {
      if (entry.before !== null) refused.set(entry, 'it was removed since');
    } else if (!sameValues(known.values, entry.after)) refused.set(entry, 'it was changed since');
    else if (entry.before === null) added.push(entry);
    else {
      const broken = brokenRule(transaction.table, table, entry.place, entry.before);
      if (broken) refused.set(entry, broken.message);
      else {
        table.put(entry.place, { values: entry.before, version: transaction.version, damage: null });
        rowsRestored += 1;
      }
    }
  }
  const needed = neededAmong(transaction, table, added);
  for (const entry of added)
    if (needed.has(entry.place)) refused.set(entry, 'others need it');
    else table.remove(entry.place);
  const { identity } = table.relation;
  return {
    rowsRemoved: added.length - needed.size,
    rowsRestored,
    refused: [...refused].map(([{ after }, reason]) => ({
      key: recordKey(valuesOf(table.relation, identity, after)),
      reason,
    })),
    remaining: entries.filter((entry) => refused.has(entry)),
  };
}

/** Of the records that would go, those to which a record refers that stays. */
function neededAmong(
  transaction: Transaction,
  table: OpenTable,
  added: readonly UndoEntry[],
): ReadonlySet<number> {
  const needed = new Set<number>();
  const going = new Set(added.map(({ place }) => place));
  for (let before = -1; before < needed.size; ) {
    before = needed.size;
    for (const place of going) {
      if (
        needed.has(place) ||
        !isNeeded(transaction, table, place, (other) => going.has(other) && !needed.has(other))
      )
        continue;
      needed.add(place);
    }
  }
  return needed;
}

function isNeeded(
  transaction: Transaction,
  table: OpenTable,
  place: number,
  goes: (place: number) => boolean,
): boolean {
  const values = table.records.get(place)?.values ?? [];
  return transaction.names().some((name) => {
    const child = transaction.open(name);
    return child.relation.foreignKeys.some(({ fields, references }) => {
      if (references.relation !== table.relation.name) return false;
      const pointing = child.find(fields, valuesOf(table.relation, references.fields, values));
      return [...pointing].some((other) => name !== table.relation.name || (other !== place && !goes(other)));
    });
  });
}
