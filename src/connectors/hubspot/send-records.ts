import { AdaptiveLimit, type BatchVerdict, type HttpAnswer, sendBatch } from '../http/index.ts';
import type { AccountApi } from './account-api.ts';
import { idIn, type Json, listIn, memberOf } from './answer-parts.ts';
import type { ObjectType } from './described.ts';
import type { OutgoingRecord } from './outgoing-record.ts';
import { bodyOf, refusalOf } from './refusal.ts';
import { type VendorRefusal, vendorRefusal } from './vendor-refusal.ts';

export type Sent =
  | { readonly kind: 'there'; readonly record: OutgoingRecord; readonly id: string }
  | { readonly kind: 'refused'; readonly record: OutgoingRecord; readonly refusal: VendorRefusal }
  /** Nobody knows whether it was carried out. */
  | { readonly kind: 'unknown'; readonly record: OutgoingRecord };

type Answered = Exclude<Sent, { kind: 'unknown' }> | null;

const batchMost = 100;
const payloadBytesMax = 4 * 1024 * 1024;

/**
 * Sends records in batches of up to 100, each with a word of its own, so that each stands or falls alone. What the account
 * refuses as a whole all the same is halved until the bad record stands alone.
 */
export class RecordSender {
  readonly #api: AccountApi;
  readonly #type: ObjectType;
  readonly #size = new AdaptiveLimit({ start: batchMost, least: 1, most: batchMost, step: 5 });

  constructor(api: AccountApi, type: ObjectType) {
    this.#api = api;
    this.#type = type;
  }

  /** Never repeated by itself: a record whose answer was lost is `unknown`. */
  async create(records: readonly OutgoingRecord[]): Promise<readonly Sent[]> {
    return await this.#send(records, 'create', 'once', ({ given }) => ({
      properties: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
    }));
  }

  /** @param ids of the records, by place: setting the same values twice is as good as once */
  async update(
    records: readonly OutgoingRecord[],
    ids: ReadonlyMap<string, string>,
  ): Promise<readonly Sent[]> {
    return await this.#send(records, 'update', 'keyed', ({ place, given }) => ({
      id: ids.get(place),
      properties: given,
    }));
  }

  async #send(
    records: readonly OutgoingRecord[],
    verb: 'create' | 'update',
    repeat: 'once' | 'keyed',
    inputOf: (record: OutgoingRecord) => object,
  ): Promise<readonly Sent[]> {
    const outcomes = await sendBatch<OutgoingRecord, Answered>(records, {
      size: this.#size,
      bytesOf: (record) => JSON.stringify(record.given).length * 2,
      bytesMax: payloadBytesMax,
      send: async (part) => {
        const inputs = part.map((record, at) => ({ ...inputOf(record), objectWriteTraceId: String(at) }));
        const result = await this.#api.send({
          method: 'POST',
          path: `/crm/v3/objects/${this.#type.path}/batch/${verb}`,
          label: `${verb} ${this.#type.name}`,
          content: { inputs },
          repeat,
        });
        return result.kind === 'unknown' ? result : this.#verdict(part, result.answer, verb);
      },
    });
    return outcomes.map((outcome): Sent => {
      const { record } = outcome;
      if (outcome.kind === 'taken') return outcome.answer ?? { kind: 'unknown', record };
      if (outcome.kind === 'unknown') return { kind: 'unknown', record };
      const refusal = { code: 'target.refused', message: outcome.reason, field: null } as const;
      return { kind: 'refused', record, refusal };
    });
  }

  /** Throws where the call itself was refused, and not one of its records. */
  #verdict(part: readonly OutgoingRecord[], answer: HttpAnswer, verb: string): BatchVerdict<Answered> {
    const { status } = answer;
    if (status >= 200 && status < 300) return { kind: 'taken', answers: answersOf(part, bodyOf(answer)) };
    if (status === 413) return { kind: 'too-large' };
    if (![400, 404, 409, 422].includes(status)) throw refusalOf(`${verb} ${this.#type.name}`, answer);
    const [record] = part;
    if (part.length > 1 || record === undefined) return { kind: 'refused', reason: 'the batch was refused' };
    return {
      kind: 'taken',
      answers: [{ kind: 'refused', record, refusal: vendorRefusal(bodyOf(answer), status) }],
    };
  }
}

/** What was said of each record, by its word; null where nothing was. */
function answersOf(part: readonly OutgoingRecord[], body: Json): readonly Answered[] {
  const said: Answered[] = part.map(() => null);
  const placeOf = (word: Json): number =>
    typeof word === 'string' && /^\d{1,3}$/.test(word) ? Number(word) : -1;
  for (const result of listIn(body, 'results')) {
    const at = placeOf(memberOf(result, 'objectWriteTraceId'));
    const record = part[at];
    if (record !== undefined) said[at] = { kind: 'there', record, id: idIn(result, 'id') };
  }
  for (const error of listIn(body, 'errors')) {
    const [word = null] = listIn(memberOf(error, 'context'), 'objectWriteTraceId');
    const at = placeOf(word);
    const record = part[at];
    if (record !== undefined) said[at] = { kind: 'refused', record, refusal: vendorRefusal(error, 207) };
  }
  return said;
}
