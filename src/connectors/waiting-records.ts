import { recordKey } from '../model/index.ts';
import type { PlannedWrite, RefusedRecord, WriteRecord } from './port.ts';

/**
 * Records of a slice that cannot go yet: orphans, whose parent may come later in the slice, and whatever comes behind a
 * waiting record with the same key, for in an upsert the later one must win.
 *
 * Invariants: 1. records with one key are kept in the order in which they came. 2. the first of each key is an orphan.
 */
export class WaitingRecords {
  readonly #write: PlannedWrite;
  readonly #keys = new Set<string>();
  #waiting: WaitingRecord[] = [];

  constructor(write: PlannedWrite) {
    this.#write = write;
  }

  get count(): number {
    return this.#waiting.length;
  }

  /** Only a parent of their own relation can have come since. */
  mayHaveParentLater({ code, constraint }: RefusedRecord): boolean {
    if (code !== 'target.foreign-key') return false;
    const { foreignKeys, name } = this.#write.relation;
    const broken = foreignKeys.find((key) => key.name === constraint);
    return broken === undefined || broken.references.relation === name;
  }

  addOrphan(refusal: RefusedRecord): void {
    const { sourceKey, row } = refusal;
    this.#add({ record: { sourceKey, row }, refusal });
  }

  /** True when an earlier record with the same key waits; then this one waits behind it. */
  addBehind(record: WriteRecord): boolean {
    const waits = this.#keys.size > 0 && this.#keys.has(this.#valuesOf(record, this.#write.key));
    if (waits) this.#add({ record, refusal: null });
    return waits;
  }

  takeAll(): readonly WriteRecord[] {
    return this.#replaceBy([]).map(({ record }) => record);
  }

  /**
   * When none of them gets further: takes out the orphans that no other waiting record can help, so that those behind them
   * may go. Where each could help the next one in a ring, those that stand in the way of others.
   */
  giveUp(): readonly RefusedRecord[] {
    const helped = this.#helped();
    const blocking = this.#blocking();
    const hopeless = this.#waiting.filter((one) => one.refusal !== null && !helped.has(one));
    const given = new Set(hopeless.length > 0 ? hopeless : blocking);
    this.#replaceBy(this.#waiting.filter((one) => !given.has(one)));
    return [...given].flatMap(({ refusal }) => refusal ?? []);
  }

  #add(one: WaitingRecord): void {
    this.#waiting.push(one);
    if (this.#write.mode !== 'insert') this.#keys.add(this.#valuesOf(one.record, this.#write.key));
  }

  #replaceBy(waiting: readonly WaitingRecord[]): readonly WaitingRecord[] {
    const before = this.#waiting;
    this.#waiting = [];
    this.#keys.clear();
    for (const one of waiting) this.#add(one);
    return before;
  }

  /** Orphans that may go once those behind others have gone: their parent is one of these, or one that is helped itself. */
  #helped(): ReadonlySet<WaitingRecord> {
    const helped = new Set<WaitingRecord>();
    const helpers = this.#waiting.filter(({ refusal }) => refusal === null);
    const orphans = helpers.length > 0 ? this.#orphansByParent() : [];
    for (let helper = helpers.pop(); helper; helper = helpers.pop())
      for (const { children, parentFields } of orphans)
        for (const child of children.get(this.#valuesOf(helper.record, parentFields)) ?? [])
          if (helped.size < helped.add(child).size) helpers.push(child);
    return helped;
  }

  #orphansByParent(): readonly OrphansByParent[] {
    return this.#write.relation.foreignKeys
      .filter(({ references }) => references.relation === this.#write.relation.name)
      .map(({ name, fields, references }) => {
        const children = new Map<string, WaitingRecord[]>();
        for (const one of this.#waiting) {
          if (one.refusal?.constraint !== name) continue;
          const parent = this.#valuesOf(one.record, fields);
          const known = children.get(parent);
          if (known) known.push(one);
          else children.set(parent, [one]);
        }
        return { children, parentFields: references.fields };
      });
  }

  #blocking(): readonly WaitingRecord[] {
    const behind = this.#waiting.filter(({ refusal }) => refusal === null);
    const keys = new Set(behind.map(({ record }) => this.#valuesOf(record, this.#write.key)));
    return this.#waiting.filter(
      ({ record, refusal }) => refusal !== null && keys.has(this.#valuesOf(record, this.#write.key)),
    );
  }

  #valuesOf({ row }: WriteRecord, names: readonly string[]): string {
    return recordKey(names.map((name) => row[this.#write.fields.indexOf(name)] ?? null));
  }
}

interface WaitingRecord {
  readonly record: WriteRecord;
  /** Why it could not go; null for one that waits behind another. */
  readonly refusal: RefusedRecord | null;
}

interface OrphansByParent {
  /** By the values they refer to. */
  readonly children: ReadonlyMap<string, readonly WaitingRecord[]>;
  readonly parentFields: readonly string[];
}
