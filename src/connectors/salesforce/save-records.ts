import type { Random } from '../../host/index.ts';
import { AdaptiveLimit, type BatchVerdict, backoffMs, sendBatch } from '../http/index.ts';
import type { BulkWorld } from './bulk-job.ts';
import { goesInBulk, recordsOfCall } from './choose-way.ts';
import type { Json } from './exact-json.ts';
import { writeExactly } from './exact-json.ts';
import { answerUnreadable, callRefused, recordsLocked } from './faults.ts';
import { memberOf, type OrgApi, type Saved } from './org-api.ts';
import { type RecordRefusal, refusalOf } from './record-refusal.ts';
import { endJobs, type JobLog, saveInBulk } from './save-in-bulk.ts';
import type { SaveOutcome, SaveWay, Sent } from './save-outcome.ts';

const bytesMost = 8 * 1024 * 1024;
/** Rounds for records that others hold. */
const roundsMost = 6;
const waits = { baseMs: 500, mostMs: 20_000 };

interface RecordAnswer {
  readonly result: Json;
  readonly repeated: boolean;
}

/**
 * Saves records by their ids or by a field that is the org's own key, each for itself: `composite/sobjects`.
 *
 * Invariants: 1. one outcome for each record. 2. what is sent again is the same record under the same key. 3. a record that is
 * refused takes no other with it, also where the org refuses their body as a whole.
 */
export class SaveRecords {
  readonly #api: OrgApi;
  readonly #random: Random;
  readonly #signal: AbortSignal;
  readonly #world: BulkWorld;
  readonly #size: AdaptiveLimit = new AdaptiveLimit({ start: recordsOfCall, least: 1, most: recordsOfCall });

  constructor(api: OrgApi, world: { readonly random: Random; readonly signal: AbortSignal }) {
    this.#api = api;
    this.#random = world.random;
    this.#signal = world.signal;
    this.#world = { api, signal: world.signal };
  }

  /**
   * Throws `salesforce.records-locked`, `salesforce.call-refused` and what the transport throws.
   *
   * @param jobs where jobs are kept while they work; without, everything goes call by call
   */
  async save<Tag>(
    way: SaveWay,
    records: readonly Sent<Tag>[],
    jobs: JobLog | null = null,
  ): Promise<readonly SaveOutcome<Tag>[]> {
    const {
      outcomes: done,
      left,
      tried,
    } = jobs !== null && this.goesInBulk(records.length)
      ? await saveInBulk(this.#world, way, records, jobs)
      : { outcomes: [], left: records, tried: [] };
    const outcomes: SaveOutcome<Tag>[] = [...done];
    // What was on its way before may be there by that, whatever was said of it then.
    const sentBefore = new Set(tried);
    await this.inRounds(way.object, left, async (waiting) => {
      const locked: Sent<Tag>[] = [];
      for (const { record, outcome } of await this.#once(way, waiting)) {
        if (outcome.kind === 'refused' && outcome.refusal.passing) locked.push(record);
        else outcomes.push({ ...outcome, repeated: outcome.repeated || sentBefore.has(record) });
      }
      for (const record of locked) sentBefore.add(record);
      return locked;
    });
    return outcomes;
  }

  /** Whether so many records would go by a bulk job now. */
  goesInBulk(records: number): boolean {
    return goesInBulk(records, this.#api.callsSeen);
  }

  async endJobs(left: readonly string[], jobs: JobLog): Promise<void> {
    await endJobs(this.#world, left, jobs);
  }

  /**
   * Does something with all of them, and after a while again with those that others hold. Throws
   * `salesforce.records-locked`.
   *
   * @param once answers with the items that others hold
   */
  async inRounds<Item>(
    object: string,
    items: readonly Item[],
    once: (waiting: readonly Item[]) => Promise<readonly Item[]>,
  ): Promise<void> {
    let waiting = items;
    for (let round = 0; waiting.length > 0; round += 1) {
      if (round === roundsMost) throw recordsLocked(object, waiting.length);
      if (round > 0) await this.#rest(round);
      waiting = await once(waiting);
    }
  }

  async #once<Tag>(
    way: SaveWay,
    records: readonly Sent<Tag>[],
  ): Promise<readonly { readonly record: Sent<Tag>; readonly outcome: SaveOutcome<Tag> }[]> {
    const refusals = new Map<Sent<Tag>, RecordRefusal>();
    const sent = await sendBatch<Sent<Tag>, RecordAnswer>(records, {
      size: this.#size,
      bytesOf: ({ fields }) => writeExactly(fields).length,
      bytesMax: bytesMost,
      send: async (part) => await this.#send(way, part, refusals),
    });
    return sent.map((outcome) => {
      const { record } = outcome;
      if (outcome.kind === 'taken') return { record, outcome: outcomeOf(record.tag, outcome.answer) };
      if (outcome.kind === 'unknown') throw answerUnreadable(labelOf(way), outcome.why);
      const refusal = refusals.get(record) ?? refusalOf([]);
      return { record, outcome: { kind: 'refused', tag: record.tag, refusal, repeated: false } };
    });
  }

  async #send<Tag>(
    way: SaveWay,
    part: readonly Sent<Tag>[],
    refusals: Map<Sent<Tag>, RecordRefusal>,
  ): Promise<BatchVerdict<RecordAnswer>> {
    const attributes = { type: way.object };
    const saved = await this.#api.save({
      method: way.creates === true ? 'POST' : 'PATCH',
      path: way.key === null ? 'composite/sobjects' : `composite/sobjects/${way.object}/${way.key}`,
      label: labelOf(way),
      content: { allOrNone: false, records: part.map(({ fields }) => ({ attributes, ...fields })) },
    });
    if (saved.kind === 'refused') return verdictOf(way, part, saved, refusals);
    const { told, attempts } = saved;
    if (!Array.isArray(told) || told.length !== part.length)
      throw answerUnreadable(labelOf(way), 'it has not one result for each record');
    const results = told as readonly Json[];
    return { kind: 'taken', answers: results.map((result) => ({ result, repeated: attempts > 1 })) };
  }

  async #rest(round: number): Promise<void> {
    await this.#api.clock.sleep(backoffMs(round, null, { ...waits, random: this.#random }), this.#signal);
  }
}

/** A body that is refused whole: too large, or one of its records cannot be read. */
function verdictOf<Tag>(
  way: SaveWay,
  part: readonly Sent<Tag>[],
  { status, code, told }: Extract<Saved, { kind: 'refused' }>,
  refusals: Map<Sent<Tag>, RecordRefusal>,
): BatchVerdict<never> {
  if (status === 413) return { kind: 'too-large' };
  if (!poison.has(code)) throw callRefused(labelOf(way), status, code);
  const [alone] = part;
  const errors = Array.isArray(told) ? (told as readonly Json[]) : [told];
  if (part.length === 1 && alone !== undefined) refusals.set(alone, refusalOf(errors));
  return { kind: 'refused', reason: code };
}

/** Codes of a body in which one record cannot be read; it is halved until that one stands alone. */
const poison = new Set(['JSON_PARSER_ERROR', 'MALFORMED_ID', 'INVALID_TYPE_ON_FIELD_IN_RECORD']);

function outcomeOf<Tag>(tag: Tag, { result, repeated }: RecordAnswer): SaveOutcome<Tag> {
  const id = memberOf(result, 'id');
  if (memberOf(result, 'success') === true && typeof id === 'string') {
    const created = memberOf(result, 'created');
    return { kind: 'saved', tag, id, created: typeof created === 'boolean' ? created : null, repeated };
  }
  const errors = memberOf(result, 'errors');
  return {
    kind: 'refused',
    tag,
    refusal: refusalOf(Array.isArray(errors) ? (errors as readonly Json[]) : []),
    repeated,
  };
}

const labelOf = ({ object, key }: SaveWay): string =>
  key === null ? `update ${object}` : `upsert ${object}`;
