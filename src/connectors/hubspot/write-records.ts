import type { Clock } from '../../host/index.ts';
import type { Row } from '../../model/index.ts';
import type { RefusedRecord, SliceResult, SliceWrite, WriteRecord } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import type { DescribedObject } from './account-catalog.ts';
import { neverThere } from './faults.ts';
import { inOrder, keepIds } from './keep-ids.ts';
import {
  folded,
  isRefused,
  type Naming,
  namingOf,
  type OutgoingRecord,
  RecordEncoder,
  refusedRecord,
} from './outgoing-record.ts';
import { altered, type HeldValues, holdsAlready } from './record-values.ts';
import type { RecordsThere, RecordThere } from './records-there.ts';
import type { RecordSender } from './send-records.ts';
import { type SideBySideLimits, sideBySide } from './side-by-side.ts';
import { takeBackRecords } from './take-back-records.ts';
import type { HeldRecord, SentRecord, SliceName, TargetState } from './target-state.ts';
import type { VendorRefusal } from './vendor-refusal.ts';

export interface RecordWorld {
  readonly object: DescribedObject;
  readonly there: RecordsThere;
  readonly api: AccountApi;
  readonly sender: RecordSender;
  readonly state: TargetState;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export const batchMost = 100;
/** Batches on their way together. */
const together: SideBySideLimits = { most: 6, weightMost: 1 };
/** How often records are sent whose answers were lost, or that are not there although they were answered. */
const roundsMost = 8;
/** How long what was lost may still be under way at the vendor's, at first; doubled each round. */
const settleMs = 1_000;

/**
 * Writes the records of one slice, each once.
 *
 * Invariants: 1. a record is announced in the state before a call with it leaves. 2. one that may be there is looked for by
 * what names it before it is sent again. 3. a record counts as written when it was seen there with the values that were sent: one
 * that HubSpot keeps as something else is taken back and refused. 4. a slice that ended early is taken up where it was: what is
 * there stays, what does not belong to it any more is taken back.
 */
export class RecordSlice {
  readonly #world: RecordWorld;
  readonly #write: SliceWrite;
  readonly #name: SliceName;
  readonly #naming: Naming;
  readonly #encoder: RecordEncoder;
  readonly #known: Map<string, SentRecord>;
  readonly #touched = new Set<string>();
  readonly #refused: RefusedRecord[] = [];
  /** By place. */
  readonly #ids = new Map<string, readonly [string, Row]>();

  constructor(world: RecordWorld, write: SliceWrite) {
    this.#world = world;
    this.#write = write;
    this.#name = { run: write.run, step: write.step, slice: write.slice };
    this.#naming = namingOf(write, world.object);
    this.#encoder = new RecordEncoder(write, this.#naming);
    this.#known = new Map(world.state.sent(this.#name).map((sent) => [sent.place, sent]));
  }

  async write(): Promise<SliceResult> {
    const { state, clock } = this.#world;
    const { relation, batches, beforeCommit } = this.#write;
    state.transaction(() => state.begin(this.#name, relation.name));
    await sideBySide(together, async (begin) => {
      for await (const part of this.#parts(batches))
        await begin({
          words: part.map(({ named }) => folded(named)),
          weight: 0,
          work: async () => await this.#bring(part),
        });
    });
    await this.#takeBackRest();
    const counts = await beforeCommit(this.#refused);
    state.transaction(() => {
      keepIds(state, this.#name, { ...this.#write, refused: this.#refused }, inOrder(this.#ids));
      state.finish(this.#name, counts, clock.now());
    });
    return { applied: true, counts };
  }

  #encode(source: WriteRecord): OutgoingRecord | null {
    const record = this.#encoder.encode(source);
    if (!isRefused(record)) return record;
    this.#refused.push(record);
    return null;
  }

  /** As many as go in one call; no two of them have one name. */
  async *#parts(batches: SliceWrite['batches']): AsyncGenerator<readonly OutgoingRecord[]> {
    let part = new Map<string, OutgoingRecord>();
    for await (const batch of batches)
      for (const source of batch) {
        const record = this.#encode(source);
        if (record === null) continue;
        const name = folded(record.named);
        if (part.size >= batchMost || part.has(name)) {
          yield [...part.values()];
          part = new Map();
        }
        part.set(name, record);
      }
    if (part.size > 0) yield [...part.values()];
  }

  async #bring(records: readonly OutgoingRecord[]): Promise<void> {
    const fresh = records.filter((record) => !this.#isDone(record));
    // What an earlier attempt sent with other values is not this record.
    const others = fresh.filter((record) => this.#known.get(record.place)?.digest !== this.#digestOf(record));
    await this.#takeBack(others.flatMap(({ place }) => this.#known.get(place) ?? []));
    if (fresh.length === 0) return;
    const there = await this.#world.there.byName(
      this.#naming,
      fresh.map(({ named }) => named),
    );
    const plan = fresh.map((record) => this.#judge(record, there.get(folded(record.named)) ?? null));
    this.#leave(plan.flatMap((one) => (one.kind === 'same' ? [one] : [])));
    this.#announce(plan);
    await this.#take(plan.flatMap((one) => (one.kind === 'ours' ? [one] : [])));
    await this.#create(plan.flatMap((one) => (one.kind === 'create' ? [one.record] : [])));
    await this.#change(plan.flatMap((one) => (one.kind === 'change' ? [one] : [])));
  }

  /** Written by an earlier attempt at this slice, with the same values. */
  #isDone(record: OutgoingRecord): boolean {
    const known = this.#known.get(record.place);
    if (known?.done !== true || known.id === null || known.digest !== this.#digestOf(record)) return false;
    this.#keep(record, known.id);
    return true;
  }

  #judge(record: OutgoingRecord, there: RecordThere | null): Planned {
    const known = this.#known.get(record.place);
    const announced = known !== undefined && !known.done && known.digest === this.#digestOf(record);
    if (there === null) {
      if (this.#write.mode === 'update' || this.#naming.isId)
        return this.#refuse(record, 'target.missing', 'there is no such record', this.#naming.property);
      return { kind: 'create', record };
    }
    // An announced create has no id: what is there now with its values came of a call whose answer was lost.
    const ours =
      announced && known.id === null && altered(this.#world.object, record.given, there.values).length === 0;
    if (ours) return { kind: 'ours', record, there };
    if (this.#write.mode === 'insert')
      return this.#refuse(record, 'target.unique', 'another record has that value', this.#naming.property);
    const same = known === undefined && holdsAlready(this.#world.object, record.given, there.values);
    return { kind: same ? 'same' : 'change', record, there };
  }

  /** They hold what they would be given: nothing is sent, and taking back is none of their business. */
  #leave(same: readonly Arrived[]): void {
    const { state } = this.#world;
    const { putsBack, run } = this.#write;
    if (putsBack !== undefined)
      for (const { there } of same)
        state.seenAgain(run, putsBack, there.id, state.digest(JSON.stringify(there.values)));
    for (const { record, there } of same) this.#keep(record, there.id);
  }

  #refuse(
    record: OutgoingRecord,
    code: RefusedRecord['code'],
    message: string,
    field: string | null,
  ): Planned {
    this.#refused.push(refusedRecord(record.source, code, message, field));
    return { kind: 'refused', record };
  }

  /** Throws nothing later that would not find these records again. */
  #announce(plan: readonly Planned[]): void {
    const { state } = this.#world;
    state.transaction(() => {
      for (const one of plan) {
        if (one.kind !== 'create' && one.kind !== 'change') continue;
        const id = one.kind === 'change' ? one.there.id : null;
        state.putSent(this.#name, this.#sentOf(one.record, id, false));
        if (one.kind === 'change') this.#hold(one.record, one.there, 'changed', null);
      }
    });
  }

  /** Sends until each is there, refused, or was sent too often. */
  async #create(records: readonly OutgoingRecord[]): Promise<void> {
    const { sender, there, clock, signal } = this.#world;
    let waiting = records;
    for (let round = 0; waiting.length > 0; round += 1) {
      if (round >= roundsMost) throw neverThere(this.#write.relation.name, waiting.length, round);
      const outcomes = await sender.create(waiting);
      const made = outcomes.flatMap((one) => (one.kind === 'there' ? [one] : []));
      const seen = await there.byId(made.map(({ id }) => id));
      const unsure: Unsure[] = [];
      const arrived: Arrived[] = [];
      for (const one of outcomes) {
        const found = one.kind === 'there' ? seen.get(one.id) : undefined;
        if (found !== undefined) arrived.push({ record: one.record, there: found });
        else if (one.kind !== 'refused') unsure.push({ record: one.record, refusal: null });
        // Nobody had that value a moment ago: a call that was carried out twice is refused the second time.
        else if (one.refusal.code === 'target.unique') unsure.push(one);
        else this.#drop(one.record, one.refusal);
      }
      await this.#take(arrived);
      if (unsure.length === 0) return;
      if (unsure.some(({ refusal }) => refusal === null))
        await clock.sleep(settleMs * 2 ** Math.min(round, 5), signal);
      waiting = await this.#lookFor(unsure);
    }
  }

  /** Takes those that are there after all, as they were sent; gives those that are not there. */
  async #lookFor(unsure: readonly Unsure[]): Promise<readonly OutgoingRecord[]> {
    const names = unsure.map(({ record: { named } }) => named);
    const found = await this.#world.there.byName(this.#naming, names);
    const missing: OutgoingRecord[] = [];
    const arrived: Arrived[] = [];
    for (const { record, refusal } of unsure) {
      const there = found.get(folded(record.named));
      if (there === undefined && refusal !== null) this.#drop(record, refusal);
      else if (there === undefined) missing.push(record);
      else if (altered(this.#world.object, record.given, there.values).length === 0)
        arrived.push({ record, there });
      else this.#drop(record, somebodyElses(this.#naming.property));
    }
    await this.#take(arrived);
    return missing;
  }

  /** Records that were made and seen: as they were sent, or as what HubSpot made of them. */
  async #take(arrived: readonly Arrived[]): Promise<void> {
    this.#settle(arrived.map((one) => ({ ...one, kind: 'created' })));
    for (const { record, there } of arrived) {
      const [field] = altered(this.#world.object, record.given, there.values);
      if (field !== undefined) await this.#giveUp(record, field);
    }
  }

  async #change(plan: readonly Arrived[]): Promise<void> {
    const { sender, there } = this.#world;
    const ids = new Map(plan.map((one) => [one.record.place, one.there.id]));
    const isEmpty = ({ record: { given } }: Arrived): boolean => Object.keys(given).length === 0;
    this.#settle(plan.filter(isEmpty).map((one) => ({ ...one, kind: 'changed' })));
    let waiting = plan.filter((one) => !isEmpty(one)).map(({ record }) => record);
    for (let round = 0; waiting.length > 0; round += 1) {
      const outcomes = await sender.update(waiting, ids);
      const sent = outcomes.filter((one) => one.kind !== 'refused').map(({ record }) => record);
      for (const one of outcomes) if (one.kind === 'refused') this.#drop(one.record, one.refusal);
      const seen = await there.byId(sent.map(({ place }) => ids.get(place) ?? ''));
      const again: OutgoingRecord[] = [];
      for (const record of sent) {
        const found = seen.get(ids.get(record.place) ?? '');
        const [field] = altered(this.#world.object, record.given, found?.values ?? {});
        if (found !== undefined && field === undefined)
          this.#settle([{ record, there: found, kind: 'changed' }]);
        else if (round < 2) again.push(record);
        else if (found === undefined)
          this.#drop(record, { code: 'target.missing', message: 'there is no such record', field: null });
        else {
          this.#settle([{ record, there: found, kind: 'changed' }]);
          await this.#giveUp(record, field ?? '');
        }
      }
      waiting = again;
    }
  }

  /** What HubSpot keeps is not what it was given: nothing of it stays. */
  async #giveUp(record: OutgoingRecord, field: string): Promise<void> {
    const sent = this.#known.get(record.place);
    if (sent !== undefined) await this.#takeBack([sent]);
    this.#refused.push(
      refusedRecord(record.source, 'target.refused', 'HubSpot keeps another value than it was given', field),
    );
    this.#ids.delete(record.place);
  }

  #drop(
    record: OutgoingRecord,
    { code, message, field }: Pick<RefusedRecord, 'code' | 'message' | 'field'>,
  ): void {
    const { state } = this.#world;
    const id = this.#known.get(record.place)?.id ?? null;
    this.#refused.push(refusedRecord(record.source, code, message, field));
    state.transaction(() => {
      state.dropSent(this.#name, record.place);
      // What was refused was not changed, unless an earlier record of the slice changed it.
      const others = [...this.#known.values()].some((one) => one.id === id && one.place !== record.place);
      if (id !== null && !others) state.dropHeld(this.#name, id);
    });
    this.#known.delete(record.place);
  }

  /** Notes records as there, with what they hold now. */
  #settle(settled: readonly (Arrived & { readonly kind: HeldRecord['kind'] })[]): void {
    const { state } = this.#world;
    if (settled.length === 0) return;
    state.transaction(() => {
      for (const { record, there, kind } of settled) {
        state.putSent(this.#name, this.#sentOf(record, there.id, true));
        this.#hold(record, there, kind, there.values);
      }
    });
    for (const { record, there } of settled) this.#keep(record, there.id);
  }

  /** @param seen what it holds after the call; null before it */
  #hold(record: OutgoingRecord, there: RecordThere, kind: HeldRecord['kind'], seen: HeldValues | null): void {
    const { state } = this.#world;
    const after = seen === null ? null : state.digest(JSON.stringify(seen));
    const { putsBack, run } = this.#write;
    // What a repair puts back is the step's that wrote it first; one that had to be made again is its own.
    const known = putsBack !== undefined && state.knows(run, putsBack, there.id);
    if (known && after !== null) state.seenAgain(run, putsBack, there.id, after);
    if (known) return;
    const key = state.sealText(this.#encoder.keyText(record.source, there.id), this.#name);
    const before = kind === 'created' ? null : state.sealText(JSON.stringify(there.values), this.#name);
    state.putHeld(this.#name, { id: there.id, kind, key, before, after });
  }

  #sentOf(record: OutgoingRecord, id: string | null, done: boolean): SentRecord {
    const { state } = this.#world;
    const { place, given, named } = record;
    const payload = state.sealText(
      JSON.stringify({ property: this.#naming.property, named, given }),
      this.#name,
    );
    const sent = { place, digest: this.#digestOf(record), payload, id, done };
    this.#known.set(place, sent);
    return sent;
  }

  #digestOf({ given, named }: OutgoingRecord): string {
    return this.#world.state.digest(JSON.stringify([named, given]));
  }

  #keep({ source, place }: OutgoingRecord, id: string): void {
    this.#touched.add(place);
    if (this.#write.captureIds) this.#ids.set(place, [source.sourceKey, [id]]);
  }

  /** What an earlier attempt wrote and this one does not bring. */
  async #takeBackRest(): Promise<void> {
    await this.#takeBack([...this.#known.values()].filter(({ place }) => !this.#touched.has(place)));
  }

  async #takeBack(sent: readonly SentRecord[]): Promise<void> {
    if (sent.length === 0) return;
    await takeBackRecords(this.#world, this.#name, sent);
    for (const { place } of sent) this.#known.delete(place);
  }
}

/** Sent, and perhaps there. */
interface Unsure {
  readonly record: OutgoingRecord;
  /** What was said where it was said that somebody has its value. */
  readonly refusal: VendorRefusal | null;
}

/** A record and what the account holds of it. */
interface Arrived {
  readonly record: OutgoingRecord;
  readonly there: RecordThere;
}

type Planned =
  | { readonly kind: 'create' | 'refused'; readonly record: OutgoingRecord }
  | ({ readonly kind: 'change' | 'ours' | 'same' } & Arrived);

const somebodyElses = (field: string): Pick<RefusedRecord, 'code' | 'message' | 'field'> => ({
  code: 'target.unique',
  message: 'a record with that value is there, and holds other values than were sent',
  field,
});
