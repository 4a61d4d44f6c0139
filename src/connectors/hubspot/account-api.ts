import { type Clock, sha256 } from '../../host/index.ts';
import type { QuotaCharge } from '../../model/index.ts';
import {
  type CallResult,
  type HttpAnswer,
  type HttpCall,
  type HubspotQuotas,
  hubspotQuotas,
  hubspotThrottle,
  machineTime,
  type OpenedQuotaBook,
  type OurCalls,
  openQuotaBook,
  openWire,
  ourCalls,
  practiceTime,
  Transport,
  tellWaits,
  textOf,
  type VendorTime,
  type Wire,
} from '../http/index.ts';
import type { OpenContext } from '../port.ts';
import type { HubspotAddress } from './address.ts';
import { type Json, memberOf, textIn } from './answer-parts.ts';
import { answerUnreadable } from './faults.ts';
import { refusalOf } from './refusal.ts';
import { tokensFor } from './sign-in.ts';

const limits = { answerMs: 120_000, idleMs: 60_000, wholeMs: 300_000 };
/** What the vendor gives the smallest account; its first answer says what this one has. */
const smallest = { tenSeconds: 100, day: 250_000 };
/** Of a public app, in each account it is installed in; such an app has no limit a day. */
const publicApp = { tenSeconds: 110, day: 1_000_000_000 };
/** The largest content of a file that is read, in bytes. */
const fileBytesMax = 512 * 1024 * 1024;
/** Address and headers together, in bytes. */
const requestHeadMax = 16_000;

export type AccountCall = Pick<HttpCall, 'method' | 'label' | 'path' | 'waitMostMs'> & {
  readonly content?: unknown;
  /** It counts as a search too, of which an account has few. */
  readonly isSearch?: true;
};

/** A call that changes something. */
export type AccountWrite = AccountCall & {
  /** `once`: twice would be wrong; what became of it is looked for. */
  readonly repeat: 'once' | 'keyed';
};

/** A call whose content is no JSON. */
export type AccountBytes = Omit<AccountWrite, 'content'> & {
  readonly contentType: string;
  readonly body: NonNullable<HttpCall['body']>;
};

/** What the account says of itself. */
export interface AccountIdentity {
  readonly id: string;
  /** `STANDARD`, `SANDBOX`, `DEVELOPER_TEST`. */
  readonly type: string;
  /** In which its day of calls begins, as IANA names it. */
  readonly zone: string;
}

/**
 * The API of one account. What changes something goes through `send` alone.
 *
 * Invariants: 1. every call is charged to the ten seconds of the app; from the second one on to the account's day, which begins
 * where the first one says. 2. a refusal leaves as an error with the vendor's category, without its words: those may repeat values.
 */
export class AccountApi implements AsyncDisposable {
  readonly hasDay: boolean;
  /** The vendor's time. */
  readonly clock: Clock;
  readonly #transport: Transport;
  readonly #wire: Wire;
  readonly #book: OpenedQuotaBook;
  readonly #address: HubspotAddress;
  readonly #app: string;
  #quotas: HubspotQuotas;
  #identity: AccountIdentity | null = null;

  private constructor(
    address: HubspotAddress,
    context: OpenContext,
    wire: Wire,
    { book, time }: { readonly book: OpenedQuotaBook; readonly time: VendorTime },
  ) {
    const { clock: machine, random, log, signal } = context;
    const { signIn } = address;
    const wired = { wire, clock: time.clock, machine, random, limits, signal };
    this.clock = time.clock;
    this.#wire = wire;
    this.#book = book;
    this.#address = address;
    this.hasDay = signIn.by === 'access-token';
    const app = signIn.by === 'access-token' ? signIn.token.reveal() : signIn.clientId;
    this.#app = `hubspot/${new URL(address.api).host}/${sha256(app).slice(0, 12)}`;
    this.#quotas = this.#quotasIn('UTC', this.#app);
    this.#transport = new Transport({
      ...wired,
      heldMs: limits.wholeMs * time.speed,
      address: address.api,
      tokens: tokensFor(address, { ...wired, onAttempt: (status) => log.debug('sign-in', { status }) }),
      throttle: (answer, nowMs) => hubspotThrottle(this.#quotas)(answer, nowMs),
      book,
      log,
      atOnce: { start: 4, most: 10 },
      attemptsMost: 5,
      requestHeadMax,
      onAttempt: ({ label, number, status, outcome, charged }) => {
        context.onCall?.({ outcome, again: number > 1, charged });
        log.debug('call', { label, number, status, outcome });
      },
      ...tellWaits(context, time, address.clock ?? 'machine'),
    });
  }

  /** Signs in and asks which account it is. Throws `http.book-unusable`, `http.not-encrypted` and what a call throws. */
  static async open(address: HubspotAddress, context: OpenContext): Promise<AccountApi> {
    const { clock: machine, signal } = context;
    const time =
      address.clock === 'practice'
        ? await practiceTime(address.api, { machine, signal })
        : machineTime(machine);
    const wire = await openWire({
      connectMs: 10_000,
      headBytesMax: 65_536,
      ...(address.ca === undefined ? {} : { ca: address.ca }),
    });
    const book = openQuotaBook(address, context, time);
    const api = new AccountApi(address, context, wire, { book, time });
    try {
      await api.#identify();
      return api;
    } catch (error) {
      await api[Symbol.asyncDispose]();
      throw error;
    }
  }

  get identity(): AccountIdentity {
    if (this.#identity === null) throw new RangeError('the account has not been asked who it is');
    return this.#identity;
  }

  /** Calls of the account's day as they are counted here, what others use as far as it was seen: known without a call. */
  async callsCounted(): Promise<{ readonly left: number; readonly most: number }> {
    const { limit, used, foreign } = await this.#book.use(this.#quotas.day);
    return { left: Math.max(0, limit - used - foreign), most: limit };
  }

  /** What is this project's of the app's ten seconds, and of the account's day. */
  async ourCalls(): Promise<{ readonly tenSeconds: OurCalls; readonly day: OurCalls }> {
    const { tenSeconds, day } = this.#quotas;
    const { share } = this.#address;
    return {
      tenSeconds: await ourCalls(this.#book, { ...tenSeconds, share }),
      day: await ourCalls(this.#book, { ...day, share }),
    };
  }

  /** The answer as JSON. Throws `hubspot.call-refused`, `hubspot.scope-missing`, `hubspot.answer-unreadable` and what the transport throws. */
  async json(call: AccountCall): Promise<Json> {
    return jsonOf(await this.answer(call), call.label);
  }

  /** The good answer with its headers. */
  async answer(call: AccountCall): Promise<HttpAnswer> {
    const result = await this.#transport.call(this.#request(call));
    if (result.kind === 'unknown') throw answerUnreadable(call.label, result.why);
    const { answer } = result;
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw refusalOf(call.label, answer);
  }

  /** Any answer of the account, also one that refuses; or that nobody knows what became of it. */
  async send(call: AccountWrite): Promise<CallResult> {
    return await this.#transport.call({ ...this.#request(call), repeat: call.repeat });
  }

  async sendBytes({ contentType, body, ...call }: AccountBytes): Promise<CallResult> {
    const headers = { 'content-type': contentType };
    return await this.#transport.call({ ...this.#request(call), repeat: call.repeat, headers, body });
  }

  /** The bytes at a signed address that an answer gave: no call of the app. Throws `hubspot.answer-unreadable`. */
  async download(address: string): Promise<Uint8Array> {
    const label = 'content of a file';
    const result = await this.#transport.call({
      method: 'GET',
      path: address,
      label,
      repeat: 'safe',
      charges: [],
      signed: true,
      answerBytesMax: fileBytesMax,
    });
    if (result.kind === 'unknown') throw answerUnreadable(label, result.why);
    if (result.answer.status >= 300) throw refusalOf(label, result.answer);
    return result.answer.body;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#wire[Symbol.asyncDispose]();
    this.#book[Symbol.dispose]?.();
  }

  async #identify(): Promise<void> {
    const label = 'identity of the account';
    const told = await this.json({ method: 'GET', path: '/account-info/v3/details', label });
    const id = memberOf(told, 'portalId');
    if (typeof id !== 'number') throw answerUnreadable(label, 'it holds no account');
    const [type, zone] = [textIn(told, 'accountType'), textIn(told, 'timeZone')];
    this.#identity = { id: String(id), type, zone };
    this.#quotas = this.#quotasIn(zone, `hubspot/${id}`);
  }

  /** The ten seconds are the app's, day and searches the account's. */
  #quotasIn(zone: string, account: string): HubspotQuotas {
    const plan = this.hasDay ? smallest : publicApp;
    const { tenSeconds } = hubspotQuotas(this.#app, { ...plan, zone });
    return { ...hubspotQuotas(account, { ...plan, zone }), tenSeconds };
  }

  #charges({ isSearch }: AccountCall): readonly QuotaCharge[] {
    const { tenSeconds, day, search } = this.#quotas;
    const { share } = this.#address;
    return [
      { quota: { ...tenSeconds, share }, cost: 1 },
      ...(this.hasDay && this.#identity !== null ? [{ quota: { ...day, share }, cost: 1 }] : []),
      ...(isSearch === true ? [{ quota: search, cost: 1 }] : []),
    ];
  }

  #request(call: AccountCall): HttpCall {
    const { method, path, label, content, waitMostMs } = call;
    return {
      method,
      path,
      label,
      ...(waitMostMs === undefined ? {} : { waitMostMs }),
      repeat: 'safe',
      charges: this.#charges(call),
      accepts: 'application/json',
      ...(content === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) }),
    };
  }
}

/** Throws `hubspot.answer-unreadable`. */
function jsonOf(answer: HttpAnswer, label: string): Json {
  try {
    return JSON.parse(textOf(answer)) as Json;
  } catch (error) {
    throw answerUnreadable(label, 'it is not JSON', error);
  }
}
