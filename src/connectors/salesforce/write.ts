import type { RecordKey, Row } from '../../model/index.ts';
import { OwnErrors } from '../own-errors.ts';
import type {
  AppliedSlice,
  AskedIds,
  KeptId,
  OpenContext,
  SliceResult,
  SliceWrite,
  Undoes,
  UndoRequest,
  UndoResult,
  Writes,
} from '../port.ts';
import type { WriteJournal } from '../write-journal/index.ts';
import type { DescribedObject } from './described.ts';
import { notWritable } from './faults.ts';
import { findByIds } from './find-records.ts';
import type { OrgApi } from './org-api.ts';
import type { OrgCatalog } from './org-catalog.ts';
import { planWrite } from './prepared-record.ts';
import { jobLog } from './save-in-bulk.ts';
import { SaveRecords } from './save-records.ts';
import { takeBack } from './take-back.ts';
import type { TakeBackWorld } from './take-back-world.ts';
import { wholeId } from './whole-id.ts';
import { FillSlice } from './write-slice.ts';

/**
 * Writes into an org, which has no transactions. A slice is whole when the journal beside it says so; one that was cut off is
 * finished by writing it again, record by record where each was left, or taken back as it is.
 */
export class SalesforceWrites implements Writes, Undoes {
  readonly #api: OrgApi;
  readonly #catalog: OrgCatalog;
  readonly #openJournal: () => WriteJournal;
  readonly #context: OpenContext;
  readonly #saver: SaveRecords;

  constructor(api: OrgApi, catalog: OrgCatalog, journal: () => WriteJournal, context: OpenContext) {
    this.#api = api;
    this.#catalog = catalog;
    this.#openJournal = journal;
    this.#context = context;
    this.#saver = new SaveRecords(api, context);
  }

  /** The journal is made when it is asked; of the org nothing is needed. */
  async prepare(_run: string): Promise<void> {
    await this.#catalog.known();
  }

  async applied(run: string): Promise<readonly AppliedSlice[]> {
    return this.#journal.applied(run);
  }

  /** Throws `salesforce.not-writable`, `salesforce.no-key`, `salesforce.not-kept`, and what calls throw. */
  async writeSlice(write: SliceWrite): Promise<SliceResult> {
    const stored = this.#journal.counts(write);
    if (stored !== null) return { applied: false, counts: stored };
    const object = await this.#catalog.object(write.relation.name);
    if (!object.createable && write.mode !== 'update')
      throw notWritable(object.name, 'this user may not create them');
    const own = new OwnErrors();
    return await own.first(this.#write(write, own, planWrite(object, write)));
  }

  /** Ids become visible with their slice's checkpoint only. */
  async resolve(
    run: string,
    object: string,
    sourceKeys: readonly RecordKey[],
  ): Promise<ReadonlyMap<RecordKey, Row>> {
    const found = this.#journal.resolve(run, object, sourceKeys);
    return new Map([...found].map(([key, record]) => [key, [record]]));
  }

  async keptIds(asked: AskedIds): Promise<readonly KeptId[]> {
    if ('source' in asked) return this.#journal.keptIds(asked);
    return this.#journal.keptIds({ ...asked, target: [wholeId(String(asked.target[0]))] });
  }

  /** Numbers that an org counts are its own. */
  async advanceSequences(): Promise<readonly string[]> {
    return [];
  }

  /** Each record was final with its call. */
  async finish(_run: string): Promise<void> {
    await this.#catalog.known();
  }

  async begun(run: string): Promise<readonly Pick<AppliedSlice, 'step' | 'slice'>[]> {
    return this.#journal.begun(run);
  }

  async undoSlice(request: UndoRequest): Promise<UndoResult> {
    await this.#saver.endJobs(this.#journal.jobs(request), jobLog(this.#journal, request));
    const intents = [...this.#journal.intents(request).values()];
    const undone = await takeBack(await this.#takeBackWorld(request.relation.name), request, intents);
    if (undone.refused.length === 0) this.#journal.forget(request);
    return undone;
  }

  get #journal(): WriteJournal {
    return this.#openJournal();
  }

  async #write(write: SliceWrite, own: OwnErrors, plan: ReturnType<typeof planWrite>): Promise<SliceResult> {
    const world = { api: this.#api, journal: this.#journal, saver: this.#saver, write, plan };
    const slice = new FillSlice({ ...world, signal: this.#context.signal });
    await slice.settle();
    for await (const batch of own.of(write.batches)) for (const record of batch) await slice.add(record);
    await slice.flush();
    const { leftOver } = slice;
    if (leftOver.length > 0) await takeBack(await this.#takeBackWorld(plan.object.name), write, leftOver);
    const counts = await write.beforeCommit(slice.refused).catch(own.remember);
    const { object } = write;
    if (write.putsBack !== undefined) await this.#handOver(write, write.putsBack, slice, plan.object);
    this.#journal.commit(write, { object, counts, ids: slice.ids }, this.#context.clock.now());
    return { applied: true, counts };
  }

  /**
   * What a repair put back belongs to the step that wrote it first: it is taken back with that one, and is known by the id it has
   * now. What that step never wrote, because it was there as it should be, stays the repair's; so does what was made beside a record
   * that is still there.
   */
  async #handOver(write: SliceWrite, step: string, slice: FillSlice, object: DescribedObject): Promise<void> {
    const { run } = write;
    const others = [...this.#journal.knownAs(run, step, slice.there)].filter(
      ([one, id]) => one.record !== id,
    );
    const ids = others.map(([, id]) => id);
    const still = await findByIds(this.#api, object, ids, []);
    const beside = new Set(others.flatMap(([one, id]) => (still.has(id) ? one : [])));
    const same = slice.there.filter((one) => !beside.has(one));
    const unknown = new Set(this.#journal.renew(run, step, same));
    this.#journal.drop(
      write,
      same.flatMap((one) => (unknown.has(one) ? [] : one.marks)),
    );
    const refused = new Set(slice.refused.map(({ sourceKey }) => sourceKey));
    const whole = slice.ids.filter(({ sourceKey }) => !refused.has(sourceKey));
    this.#journal.replaceIds(write, write.object, whole);
  }

  async #takeBackWorld(name: string): Promise<TakeBackWorld> {
    const { described: objects } = await this.#catalog.known();
    const object = await this.#catalog.object(name);
    return { api: this.#api, journal: this.#journal, saver: this.#saver, object, objects };
  }
}
