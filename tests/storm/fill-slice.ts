import type { PlannedWrite, RefusedRecord, WriteRecord } from '../../src/connectors/index.ts';
import type { RecordKey, Row } from '../../src/model/index.ts';
import { type BrokenRule, brokenRule } from './keep-rules.ts';
import type { Transaction, UndoEntry } from './simulated-database.ts';
import { type OpenTable, placeOf, valuesOf } from './stored-records.ts';

interface Waiting {
  readonly record: WriteRecord;
  readonly turn: number;
  readonly why: BrokenRule;
}

interface Placed {
  readonly before: Row | null;
  /** Of the records that went there the one that came last. */
  turn: number;
  readonly sourceKeys: RecordKey[];
}

/** What filling has to know of a slice. */
export type Filling = Pick<PlannedWrite, 'relation' | 'mode' | 'fields' | 'key'>;

/** Puts the records of one slice into a transaction, as `Writes.writeSlice` says. */
export class FillSlice {
  readonly #write: Filling;
  readonly #transaction: Transaction;
  readonly #table: OpenTable;
  readonly #placed = new Map<number, Placed>();
  readonly #refused: RefusedRecord[] = [];
  readonly #waiting: Waiting[] = [];
  #turn = 0;

  constructor(transaction: Transaction, write: Filling) {
    this.#transaction = transaction;
    this.#write = write;
    this.#table = transaction.open(write.relation.name);
  }

  add(record: WriteRecord): void {
    this.#turn += 1;
    this.#try(record, this.#turn);
  }

  /** All of these or none of them, as behind a savepoint; only for records that are added, and that refer to none of their own. */
  addAll(records: readonly WriteRecord[]): boolean {
    const refused = this.#refused.length;
    const placed = new Set(this.#placed.keys());
    for (const record of records) this.add(record);
    if (this.#refused.length === refused) return true;
    this.#refused.length = refused;
    for (const place of this.#placed.keys())
      if (!placed.has(place)) {
        this.#table.remove(place);
        this.#placed.delete(place);
      }
    return false;
  }

  /** Those whose parent may have come since are tried again until none gets further; then they are refused. */
  finish(): readonly RefusedRecord[] {
    for (let before = Number.POSITIVE_INFINITY; this.#waiting.length < before; ) {
      before = this.#waiting.length;
      for (const { record, turn } of this.#waiting.splice(0)) this.#try(record, turn);
    }
    for (const { record, why } of this.#waiting) this.#refuse(record, why);
    return this.#refused;
  }

  undoEntries(): readonly UndoEntry[] {
    return Array.from(this.#placed, ([place, { before }]) => ({ place, before, after: this.#at(place) }));
  }

  ids(): readonly { readonly sourceKey: RecordKey; readonly targetKey: Row }[] {
    const { relation, key } = this.#write;
    const names = key.length > 0 ? key : relation.identity;
    return [...this.#placed].flatMap(([place, { sourceKeys }]) => {
      const targetKey = valuesOf(this.#table.relation, names, this.#at(place));
      return sourceKeys.map((sourceKey) => ({ sourceKey, targetKey }));
    });
  }

  #at(place: number): Row {
    return this.#table.records.get(place)?.values ?? [];
  }

  #try(record: WriteRecord, turn: number): void {
    const { mode, key } = this.#write;
    const there = mode === 'insert' ? null : this.#find(record, key);
    if (mode === 'update' && there === null) {
      this.#refuse(record, {
        code: 'target.missing',
        field: null,
        constraint: null,
        message: 'it is not there',
      });
      return;
    }
    const place = there ?? this.#table.nextPlace;
    const values = this.#valuesAt(record, there, place);
    const why = brokenRule(this.#transaction.table, this.#table, place, values);
    const known = this.#placed.get(place);
    // Of two records with one key the later one stays, also when the earlier one had to wait.
    if (why === null && known && known.turn > turn) known.sourceKeys.push(record.sourceKey);
    else if (why === null) this.#place(record, turn, place, values);
    else if (why.orphan && this.#mayCome(why)) this.#waiting.push({ record, turn, why });
    else this.#refuse(record, why);
  }

  #find(record: WriteRecord, key: readonly string[]): number | null {
    const values = key.map((name) => record.row[this.#write.fields.indexOf(name)] ?? null);
    const [place] = this.#table.find(key, values);
    return place ?? null;
  }

  #mayCome({ constraint }: BrokenRule): boolean {
    const { foreignKeys, name } = this.#table.relation;
    return foreignKeys.some((one) => one.name === constraint && one.references.relation === name);
  }

  /** The record as it would stand there: fields that are not written stay, or are given by the counter. */
  #valuesAt({ row }: WriteRecord, there: number | null, place: number): Row {
    const { relation } = this.#table;
    const values =
      there === null
        ? relation.fields.map(({ synthetic }) => (synthetic ? String(place) : null))
        : [...this.#at(there)];
    for (const [at, field] of this.#write.fields.entries())
      values[placeOf(relation, field)] = row[at] ?? null;
    if (there !== null) return values;
    return values.map((value, at) =>
      relation.fields[at]?.generated.startsWith('identity') && value === null
        ? String(this.#table.nextNumber)
        : value,
    );
  }

  #place(record: WriteRecord, turn: number, place: number, values: Row): void {
    const known = this.#placed.get(place);
    const old = this.#table.records.get(place);
    if (known) {
      known.turn = turn;
      known.sourceKeys.push(record.sourceKey);
    } else this.#placed.set(place, { before: old?.values ?? null, turn, sourceKeys: [record.sourceKey] });
    if (!old) {
      this.#table.nextPlace += 1;
      if (!this.#write.fields.includes(this.#counted())) this.#table.nextNumber += 1n;
    }
    this.#table.put(place, { values, version: this.#transaction.version, damage: null });
  }

  #counted(): string {
    return this.#table.relation.fields.find(({ generated }) => generated.startsWith('identity'))?.name ?? '';
  }

  #refuse({ sourceKey, row }: WriteRecord, { code, message, field, constraint }: BrokenRule): void {
    this.#refused.push({ sourceKey, row, code, message, field, constraint });
  }
}
