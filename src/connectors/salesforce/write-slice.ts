import type { RefusedRecord, SliceWrite, WriteRecord } from '../port.ts';
import type { CapturedId, Intent, Renewed, WriteJournal } from '../write-journal/index.ts';
import { base64Of, creator, holdsSame, imageOf, intentOf, kindOf, wayBack, writer } from './announced.ts';
import type { DescribedField } from './described.ts';
import type { Json } from './exact-json.ts';
import { notKept } from './faults.ts';
import { digestField, isContent, keptDigest, withDigest } from './file-content.ts';
import { type FoundRecord, findByIds, findByKeys } from './find-records.ts';
import { idField } from './inspect.ts';
import { lookedUpAs } from './looked-up-as.ts';
import type { OrgApi } from './org-api.ts';
import {
  type PreparedRecord,
  PrepareRecords,
  refusedAs,
  type SalesforcePlan,
  sentDigest,
  sourceMark,
} from './prepared-record.ts';
import { removeFile } from './remove-files.ts';
import { aloneFrom, type SentFile, saveFiles } from './save-files.ts';
import { type JobLog, jobLog } from './save-in-bulk.ts';
import { saveLinks } from './save-links.ts';
import type { SaveOutcome, Sent } from './save-outcome.ts';
import type { SaveRecords } from './save-records.ts';
import { stateDigest } from './state-digest.ts';
import type { WayBack } from './way-back.ts';

/** Records that are looked for, sent and looked at together, where they go call by call. */
export const windowMost = 1_000;
/** The most that are held for a bulk job; of objects with files fewer, because a job takes none. */
export const heldMost = 20_000;
/** Of contents of files. */
const heldBytesMost = 32 * 1024 * 1024;
/** How often a record is sent of which the org says that it saved it, and which is not there. */
const sendingsMost = 3;

export interface SliceWorld {
  readonly api: OrgApi;
  readonly journal: WriteJournal;
  readonly saver: SaveRecords;
  readonly write: SliceWrite;
  readonly plan: SalesforcePlan;
  readonly signal: AbortSignal;
}

/** What is going to be done with one record. */
interface Move {
  readonly prepared: PreparedRecord;
  intent: Intent;
  /** What it holds already; null where it is new, or was not looked at. */
  readonly before: Json;
  /** It was there as it should be before anything was announced of it: nothing is sent, and nothing is to be taken back. */
  readonly untouched?: true;
}

/**
 * Brings the records of one slice into the org, window by window: looks which are there, announces in the journal what will be
 * done, does it, and looks what is there now.
 *
 * Invariants: 1. a record that may exist already is looked for before it is sent, by the org's own key. 2. nothing is sent that the
 * journal does not hold. 3. a record that the journal holds as written, with the same values, is not sent again. 4. of a key at
 * most one record is under way.
 */
export class FillSlice {
  readonly #world: SliceWorld;
  readonly #prepare: PrepareRecords;
  readonly #jobs: JobLog;
  readonly #heldMost: number;
  readonly #intents: Map<string, Intent>;
  readonly #met = new Set<string>();
  readonly #refused: RefusedRecord[] = [];
  readonly #ids: CapturedId[] = [];
  readonly #renewed: Renewed[] = [];
  #window = new Map<string, PreparedRecord>();
  #heldBytes = 0;

  constructor(world: SliceWorld) {
    const { journal, write, plan } = world;
    this.#world = world;
    this.#prepare = new PrepareRecords(journal, write, plan);
    this.#intents = journal.intents(write);
    this.#jobs = jobLog(journal, write);
    this.#heldMost = plan.written.some(({ field }) => isContent(field)) ? windowMost : heldMost;
  }

  get refused(): readonly RefusedRecord[] {
    return this.#refused;
  }

  get ids(): readonly CapturedId[] {
    return this.#ids;
  }

  /** Of an earlier attempt, and not of this one: the source gives these records no more. */
  get leftOver(): readonly Intent[] {
    return [...this.#intents.values()].filter(({ mark }) => !this.#met.has(mark));
  }

  /** What is there of this slice, by every name an earlier step may have given its records. */
  get there(): readonly Renewed[] {
    return this.#renewed;
  }

  async add(record: WriteRecord): Promise<void> {
    const preparation = this.#prepare.prepare(record);
    if (preparation.kind === 'refused') {
      this.#refused.push(preparation.refused);
      return;
    }
    const { prepared } = preparation;
    if (this.#window.has(prepared.keyText)) await this.flush();
    this.#window.set(prepared.keyText, prepared);
    this.#heldBytes += prepared.file?.bytes.length ?? 0;
    if (this.#window.size >= this.#heldMost || this.#heldBytes >= heldBytesMost) await this.flush();
  }

  /** Jobs of an attempt that was cut off are waited for: what they do may not meet what is done now. */
  async settle(): Promise<void> {
    const { journal, saver, write } = this.#world;
    await saver.endJobs(journal.jobs(write), this.#jobs);
  }

  async flush(): Promise<void> {
    const held = [...this.#window.values()];
    this.#window = new Map();
    this.#heldBytes = 0;
    const inBulk = this.#heldMost > windowMost && this.#world.saver.goesInBulk(held.length);
    const together = inBulk ? held.length : windowMost;
    for (let from = 0; from < held.length; from += together)
      await this.#bring(held.slice(from, from + together));
  }

  async #bring(window: readonly PreparedRecord[]): Promise<void> {
    this.#world.signal.throwIfAborted();
    const moves = await this.#decide(window);
    const { journal, write } = this.#world;
    journal.keep(write, announced(moves));
    const there = await this.#send(moves);
    await this.#lookAt(there);
    // In the order of the source, whatever came first.
    const byKey = new Map(there.map((move) => [move.prepared.keyText, move]));
    const written = window.flatMap(({ mark }) => this.#intents.get(mark)?.record ?? []);
    const documents = await lookedUpAs(this.#world.api, this.#world.plan, written);
    for (const { keyText, record, mark } of window) {
      const done = byKey.get(keyText)?.intent ?? (this.#met.has(mark) ? this.#intents.get(mark) : undefined);
      if (!done?.record || done.after === null) continue;
      const source = journal.blind(sourceMark(record.sourceKey, 0));
      if (write.captureIds)
        this.#ids.push({ sourceKey: record.sourceKey, record: documents.get(done.record) ?? done.record });
      this.#renewed.push({ marks: [mark, source], record: done.record, after: done.after });
    }
  }

  /** Which records have to be sent, and how; the others are there or refused. */
  async #decide(window: readonly PreparedRecord[]): Promise<readonly Move[]> {
    const moves: Move[] = [];
    const unsure: PreparedRecord[] = [];
    for (const prepared of window) {
      const earlier = this.#intents.get(prepared.mark);
      // A new record that nobody looked at yet may not be there, whatever the org said of it.
      const isSure = earlier !== undefined && (earlier.after !== null || earlier.kind === 'changed');
      if (!isSure || earlier.record === null) unsure.push(prepared);
      else if (earlier.sent === prepared.sent && earlier.after !== null) this.#met.add(prepared.mark);
      else moves.push({ prepared, intent: { ...earlier, sent: prepared.sent, after: null }, before: null });
    }
    const found = await this.#find(unsure);
    for (const prepared of unsure) {
      const move = this.#decideOne(prepared, found.get(prepared.keyText) ?? []);
      if (move !== null) moves.push(move);
    }
    return moves;
  }

  #decideOne(prepared: PreparedRecord, found: readonly FoundRecord[]): Move | null {
    const { mode, key } = this.#world.write;
    const { vendorKey } = this.#world.plan;
    const earlier = this.#intents.get(prepared.mark);
    const [there, second] = found;
    if (second !== undefined)
      return this.#refuse(prepared, 'target.refused', `${key.join(', ')} names more than one record here`);
    // Announced and not answered: if it is there, it is ours.
    if (earlier !== undefined)
      return {
        prepared,
        intent: { ...earlier, sent: prepared.sent, record: there?.id ?? null, after: null },
        before: there?.record ?? null,
      };
    if (there === undefined) {
      if (vendorKey === null)
        return this.#refuse(prepared, 'target.missing', 'there is no record with this key to update');
      const named = vendorKey.fields.map(({ name }) => [name, prepared.fields[name] ?? null]);
      const back = wayBack(prepared, Object.fromEntries(named) as WayBack['values']);
      return { prepared, intent: intentOf(prepared, 'added', null, back), before: null };
    }
    if (mode === 'insert')
      return this.#refuse(
        prepared,
        'target.unique',
        'a record with this key is there already',
        vendorKey?.field.name ?? null,
      );
    const back = wayBack(prepared, imageOf(prepared, there.record));
    const move = { prepared, intent: intentOf(prepared, 'changed', there.id, back), before: there.record };
    return this.#holdsAlready(prepared, there.record) ? { ...move, untouched: true } : move;
  }

  async #find(records: readonly PreparedRecord[]): Promise<ReadonlyMap<string, readonly FoundRecord[]>> {
    const { api, plan, write } = this.#world;
    // What is only added is compared with nothing, unless it may be there already, and as it should be.
    const alone = write.mode === 'insert' && !records.some(({ mark }) => this.#intents.has(mark));
    const shown = alone ? [] : plan.written.map(({ field }) => field);
    const keys = records.map(({ key }) => key);
    return await findByKeys(
      api,
      plan.object,
      plan.keyFields,
      keys,
      shown.flatMap((field) => (isContent(field) ? (digestField(plan.object) ?? []) : field)),
    );
  }

  /** Sends what is not as it should be. @returns what is there now */
  async #send(moves: readonly Move[]): Promise<readonly Move[]> {
    const { plan, saver } = this.#world;
    const { name: object } = plan.object;
    const isSame = ({ before, prepared }: Move): boolean =>
      before !== null && this.#holdsAlready(prepared, before);
    const same = moves.filter(isSame);
    const changes = moves.filter((move) => move.intent.record !== null && !isSame(move));
    const additions = moves.filter((move) => move.intent.record === null);
    const changed = await saver.save(
      { object, key: null },
      changes.map((move) => this.#change(move)),
      this.#jobs,
    );
    return [...same, ...this.#settle([...changed, ...(await this.#add(additions))])];
  }

  async #add(additions: readonly Move[]): Promise<readonly SaveOutcome<Move>[]> {
    const { api, plan, saver } = this.#world;
    if (plan.vendorKey === null) return [];
    const { object } = plan;
    const { field: key, fields: ends, sentBy } = plan.vendorKey;
    if (!sentBy)
      return await saveLinks(
        { api, saver, object, ends },
        additions.map((move) => ({ tag: move, fields: move.prepared.fields })),
      );
    const [alone, together]: [SentFile<Move>[], Sent<Move>[]] = [[], []];
    for (const move of additions) {
      const { fields, file } = move.prepared;
      if (file === null) together.push({ tag: move, fields });
      else if (file.bytes.length >= aloneFrom) alone.push({ tag: move, fields, file });
      else together.push({ tag: move, fields: { ...fields, [file.field]: base64Of(file) } });
    }
    const jobs = this.#heldMost > windowMost ? this.#jobs : null;
    const added = await saver.save({ object: object.name, key: key.name }, together, jobs);
    return [...added, ...(await saveFiles({ api, saver, object, key }, alone))];
  }

  #holdsAlready({ fields, sent }: PreparedRecord, before: Json): boolean {
    const { journal, plan } = this.#world;
    const written = plan.written.map(({ field }) => field);
    const shown = withDigest(plan.object, before);
    return Object.keys(fields).length > 0 && sentDigest(journal, written, shown) === sent;
  }

  /** Of a record that is there: what the org takes only from new ones is left out where it is so already. */
  #change(move: Move): Sent<Move> {
    const { prepared, intent, before } = move;
    const fixed = this.#world.plan.object.fields.filter(({ updateable }) => !updateable);
    const fields = { ...prepared.fields };
    for (const field of fixed)
      if (before === null || holdsSame(field, before, fields)) delete fields[field.name];
    const { vendorKey, keyFields } = this.#world.plan;
    if (vendorKey?.own === true) delete fields[vendorKey.field.name];
    for (const { name } of keyFields) delete fields[name];
    return { tag: move, fields: { ...fields, [idField]: intent.record } };
  }

  #settle(outcomes: readonly SaveOutcome<Move>[]): readonly Move[] {
    const { journal, write } = this.#world;
    const there: Move[] = [];
    const gone: string[] = [];
    for (const outcome of outcomes) {
      const { tag: move } = outcome;
      const { intent, prepared } = move;
      if (outcome.kind === 'saved') {
        // Somebody created it between our look and our call.
        const met = outcome.created === false && !outcome.repeated && !this.#intents.has(intent.mark);
        move.intent = { ...intent, record: outcome.id, kind: met ? 'met' : intent.kind };
        there.push(move);
        continue;
      }
      const { code, message, field, constraint } = outcome.refusal;
      this.#refused.push(refusedAs(prepared.record, code, message, field, constraint));
      if (!this.#intents.has(intent.mark)) gone.push(intent.mark);
    }
    journal.drop(write, gone);
    journal.keep(
      write,
      there.map(({ intent }) => intent),
    );
    return there;
  }

  /** Reads back what was sent: the org's word alone is not taken for it. Throws `salesforce.not-kept`. */
  async #lookAt(there: readonly Move[]): Promise<void> {
    const { api, journal, plan, write } = this.#world;
    let waiting = there;
    for (let sendings = 1; waiting.length > 0; sendings += 1) {
      const ids = waiting.flatMap(({ intent }) => intent.record ?? []);
      const shown = [...plan.compared, ...this.#writers(waiting), ...this.#contents()];
      const found = await findByIds(api, plan.object, ids, shown);
      const seen: Move[] = [];
      const lost: Move[] = [];
      for (const move of waiting) {
        const record = found.get(move.intent.record ?? '');
        if (record === undefined) lost.push(move);
        else if (await this.#holdsContent(move, record)) {
          const after = stateDigest(journal, plan.compared, record);
          move.intent = { ...move.intent, kind: kindOf(move.intent, record), after };
          seen.push(move);
        }
      }
      journal.keep(write, announced(seen));
      for (const { intent } of seen) {
        this.#intents.set(intent.mark, intent);
        this.#met.add(intent.mark);
      }
      if (lost.length > 0 && sendings === sendingsMost) throw notKept(plan.object.name, lost.length);
      waiting = await this.#sendAgain(lost);
    }
  }

  /** In which the org tells what it keeps of a content; else the content itself, which is shown as an address. */
  #contents(): readonly DescribedField[] {
    const { object, written } = this.#world.plan;
    return written.flatMap(({ field }) => (isContent(field) ? (digestField(object) ?? field) : []));
  }

  /** False where the org keeps another content than it was given: then nothing of what was sent stays, and the record is refused. */
  async #holdsContent({ prepared, intent }: Move, record: Json): Promise<boolean> {
    const { api, journal, plan, write } = this.#world;
    const { file } = prepared;
    if (file === null || (await keptDigest(api, plan.object, record, file)) === file.md5) return true;
    if (intent.kind === 'added') {
      await removeFile(api, plan.object.name, intent.record ?? '');
      this.#refuse(
        prepared,
        'target.refused',
        'Salesforce keeps another content than it was given',
        file.field,
      );
    } else
      this.#refuse(
        prepared,
        'target.refused',
        'a file with this key is there with another content, and Salesforce does not change the content of a file',
        file.field,
      );
    journal.drop(write, [intent.mark]);
    this.#intents.delete(intent.mark);
    return false;
  }

  /** Who created and who changed a record last: asked where the org says that it was there, and it was not when we looked. */
  #writers(moves: readonly Move[]): readonly DescribedField[] {
    if (!moves.some(({ intent }) => intent.kind === 'met')) return [];
    return this.#world.plan.object.fields.filter(({ name }) => name === creator || name === writer);
  }

  /** Records that are not there though the org said so; one that was there and is gone is told instead. */
  async #sendAgain(lost: readonly Move[]): Promise<readonly Move[]> {
    const additions = lost.filter(({ intent }) => intent.kind === 'added');
    for (const { prepared, intent } of lost)
      if (intent.kind !== 'added')
        this.#refuse(prepared, 'target.missing', 'somebody deleted the record while it was being changed');
    for (const move of additions) {
      move.intent = { ...move.intent, record: null };
      // It was sent before: should it be there after all, it is ours.
      this.#intents.set(move.intent.mark, move.intent);
    }
    return await this.#send(additions);
  }

  #refuse(
    { record }: PreparedRecord,
    code: RefusedRecord['code'],
    message: string,
    field: string | null = null,
  ): null {
    this.#refused.push(refusedAs(record, code, message, field));
    return null;
  }
}

const announced = (moves: readonly Move[]): readonly Intent[] =>
  moves.flatMap(({ intent, untouched }) => (untouched === true ? [] : intent));
