import type { PlannedWrite, RefusedRecord, SliceResult, Snapshot, WriteRecord } from '../connectors/index.ts';
import type { Environment } from '../expressions/index.ts';
import type { BadRecord, RecordBatch, RecordKey, Row, SliceCounts } from '../model/index.ts';
import { recordKey } from '../model/index.ts';
import { fieldsUnexpected } from './faults.ts';
import type { FencedPlace } from './journal/journal.ts';
import type { QuarantineEntry } from './journal/quarantine-entry.ts';
import { identityPlaces, KeptOriginals, keyAt } from './kept-originals.ts';
import { cutIntoPieces, type PiecedSlice } from './piece-slice.ts';
import { readAhead } from './read-ahead.ts';
import { digestOfOthers, namedByPlace } from './records-in-place.ts';
import type { LookupCache } from './resolve-lookups.ts';
import type { Session } from './session.ts';
import { SliceTally } from './slice-tally.ts';
import type { SliceInput, SliceWork } from './slice-work.ts';
import { assertAsAgreed, heldToStructure } from './structure-watch.ts';
import type { WarrantedTarget } from './warranted-target.ts';

/** Entries that wait in memory before they are written to the journal. */
const entriesPerWrite = 500;

export interface AttemptWorld {
  readonly session: Session;
  readonly work: SliceWork;
  readonly input: SliceInput;
  readonly snapshot: Snapshot;
  readonly target: WarrantedTarget;
  readonly lookups: LookupCache;
  /** Records of several rows of which an earlier attempt saw only some refused: they go to quarantine as a whole. */
  readonly excluded: ReadonlyMap<RecordKey, RefusedRecord>;
  /** There where only the parts with bad records have to be read; null where all records are. */
  readonly pieces: PiecedSlice | null;
}

/**
 * One attempt to bring one slice over: read, resolve, transform, write, and before the commit make everything that could
 * not go durable in the journal.
 */
export class SliceAttempt {
  readonly #world: AttemptWorld;
  readonly #place: FencedPlace;
  readonly #attempt: string;
  readonly #tally = new SliceTally();
  readonly #originals: KeptOriginals;
  readonly #identityAt: readonly number[];
  readonly #fields: string;
  readonly #severalRows = new Set<RecordKey>();
  readonly #kept = new Set<RecordKey>();
  #waiting: QuarantineEntry[] = [];
  /** Records of which the target refused a part; when there are any, nothing of this attempt may stay. */
  readonly partlyRefused: Map<RecordKey, RefusedRecord> = new Map<RecordKey, RefusedRecord>();

  constructor(world: AttemptWorld) {
    const { session, work, input } = world;
    this.#world = world;
    this.#place = {
      run: session.run,
      step: work.step,
      slice: input.number,
      object: work.object,
      origin: work.origin,
      fence: input.fence,
    };
    this.#attempt = session.random.uuid();
    this.#originals = new KeptOriginals(work.source, session.limits.originalsKeptBytesMax);
    this.#identityAt = identityPlaces(work.source);
    this.#fields = JSON.stringify(work.source.fields.map((field) => field.name));
  }

  async write(): Promise<SliceResult> {
    const { session, work, input, snapshot, target, pieces } = this.#world;
    const planned: PlannedWrite = {
      run: session.run,
      step: work.step,
      slice: input.number,
      object: work.object,
      relation: work.target,
      mode: work.mode,
      fields: work.transform.targetFields,
      key: work.key,
      captureIds: work.captureIds,
      putsBack: work.putsBack === true ? work.origin : undefined,
      fence: input.fence,
      beforeCommit: async (refused) => {
        await assertAsAgreed(session, work.target.name, refused);
        return this.#beforeCommit(refused);
      },
    };
    if (pieces === null) {
      const batches = readAhead(this.#batches(input.read(snapshot)), session.limits.batchesAheadMax);
      return heldToStructure(session, work.target.name, async () =>
        target.writeSlice(work.origin, { ...planned, batches }),
      );
    }
    const { batchRowsMax, batchBytesMax } = session.limits;
    return target.importPieces(work.origin, {
      ...planned,
      load: pieces.pipe.load,
      pieces: cutIntoPieces(work, pieces, this.#tally, (part) =>
        this.#batches(snapshot.read(work.source, part, { batchRowsMax, batchBytesMax })),
      ),
    });
  }

  async *#batches(read: AsyncIterable<RecordBatch>): AsyncGenerator<readonly WriteRecord[]> {
    const { session, work, target, lookups } = this.#world;
    const ask = { run: session.run, target, mask: session.mask };
    for await (const whole of read) {
      this.#assertFields(whole);
      const batch = await this.#withoutKeptBack(whole);
      this.#originals.keep(batch);
      this.#tally.read(batch.rows.length + batch.bad.length);
      for (const bad of batch.bad) this.#quarantineBad(bad);
      const environment = await lookups.environmentFor(batch.rows, work.transform, ask);
      const records: WriteRecord[] = [];
      for (const row of batch.rows) this.#transform(row, environment, records);
      if (this.#waiting.length >= entriesPerWrite) await this.#flush();
      session.crash('between-read-and-write');
      if (records.length > 0) yield records;
    }
  }

  /** A transform reads by place, so a field more or less would put values into the wrong fields. */
  #assertFields(batch: RecordBatch): void {
    const found = JSON.stringify(batch.fields);
    if (found !== this.#fields) throw fieldsUnexpected(batch.relation, this.#fields, found);
  }

  /** In a second pass: without the records that the first one put into quarantine. */
  async #withoutKeptBack(batch: RecordBatch): Promise<RecordBatch> {
    const { session, work } = this.#world;
    if (work.firstPass === null) return batch;
    const keys = batch.rows.map((row) => keyAt(row, this.#identityAt));
    const keyOfBad = ({ key, where }: BadRecord): string => (key ? recordKey(key) : where);
    const asked = [...keys, ...batch.bad.map(keyOfBad)];
    const kept = await session.journal.openAmong(session.run, work.firstPass, asked);
    if (kept.size === 0) return batch;
    const rows = batch.rows.filter((_row, at) => !kept.has(keys[at] ?? ''));
    return { ...batch, rows, bad: batch.bad.filter((bad) => !kept.has(keyOfBad(bad))) };
  }

  #transform(row: Row, environment: Environment, records: WriteRecord[]): void {
    const { work, excluded } = this.#world;
    const sourceKey = keyAt(row, this.#identityAt);
    const refusal = excluded.get(sourceKey);
    if (refusal) {
      this.#keepRefused(refusal, row);
      return;
    }
    const outcome = work.transform.apply(row, environment);
    switch (outcome.kind) {
      case 'purged':
        this.#tally.purged(outcome.rule, outcome.reason);
        return;
      case 'rejected':
        this.#quarantineRejected(sourceKey, row, outcome);
        return;
      case 'records':
        this.#tally.given();
        if (outcome.rows.length > 1) this.#severalRows.add(sourceKey);
        for (const target of outcome.rows)
          if (!work.needless(target)) records.push({ sourceKey, row: target });
    }
  }

  #quarantineBad(bad: BadRecord): void {
    const { code, field, where, message, original } = bad;
    this.#tally.quarantined();
    this.#waiting.push({
      kind: 'bad',
      code,
      field,
      rule: null,
      key: bad.key && recordKey(bad.key),
      where,
      message,
      original: { kind: 'bytes', bytes: original },
      transformed: null,
    });
  }

  #quarantineRejected(
    key: RecordKey,
    row: Row,
    { code, message, field }: { code: string; message: string; field: string | null },
  ): void {
    this.#tally.quarantined();
    this.#waiting.push({
      kind: 'rejected',
      code,
      field,
      rule: null,
      key,
      where: this.#whereIs(key),
      message,
      original: { kind: 'row', fields: this.#sourceFields(), row },
      transformed: null,
    });
  }

  #keepRefused(refused: RefusedRecord, row: Row): void {
    this.#tally.quarantined();
    this.#waiting.push(this.#refusedEntry(refused, { kind: 'row', fields: this.#sourceFields(), row }));
  }

  #refusedEntry(refused: RefusedRecord, original: QuarantineEntry['original']): QuarantineEntry {
    const { sourceKey, code, field, constraint, message, row } = refused;
    return {
      kind: 'refused',
      code,
      field,
      rule: constraint,
      key: sourceKey,
      where: this.#whereIs(sourceKey),
      message,
      original,
      transformed: { fields: this.#world.work.transform.targetFields, row },
    };
  }

  /** All of the slice was read and written; nothing is committed yet. */
  async #beforeCommit(refused: readonly RefusedRecord[]): Promise<SliceCounts> {
    const { session, work, snapshot } = this.#world;
    for (const one of refused)
      if (this.#severalRows.has(one.sourceKey)) this.partlyRefused.set(one.sourceKey, one);
    if (this.partlyRefused.size > 0) throw new PartlyRefused();
    const originals = await this.#originals.find(
      refused.map((one) => one.sourceKey),
      snapshot,
    );
    for (const one of refused) {
      this.#tally.refused();
      this.#waiting.push(this.#refusedEntry(one, originals.get(one.sourceKey) ?? { kind: 'gone' }));
    }
    await this.#flush();
    await session.journal.confirmSlice(this.#place, this.#attempt, this.#tally.purgedByRule());
    await this.#saveDigest();
    session.crash('between-quarantine-and-commit');
    return this.#tally.counts(work.step);
  }

  /** For a replay, which has to find the records by where they stand: see `records-in-place.ts`. */
  async #saveDigest(): Promise<void> {
    const { session, work, input, snapshot } = this.#world;
    if (this.#kept.size === 0 || work.step !== work.origin || !namedByPlace(work.source)) return;
    const digest = await digestOfOthers(work.source, input.read(snapshot), this.#kept);
    await session.journal.saveDigest(session.run, work.step, input.number, session.mask(digest));
  }

  async #flush(): Promise<void> {
    const entries = this.#waiting;
    for (const { key, where } of entries) this.#kept.add(key ?? where);
    this.#waiting = [];
    if (entries.length > 0) await this.#world.session.journal.quarantine(this.#place, this.#attempt, entries);
  }

  #sourceFields(): readonly string[] {
    return this.#world.work.source.fields.map((field) => field.name);
  }

  #whereIs(key: RecordKey): string {
    const { name, identity } = this.#world.work.source;
    return `${name}, ${identity.join(', ')} ${key}`;
  }
}

/** Makes the target roll the attempt back; never leaves this room. */
class PartlyRefused extends Error {}
