import type { Clock } from '../../host/index.ts';
import { type GodwitError, isGodwitError, type Quota } from '../../model/index.ts';
import {
  type CallResult,
  type HttpAnswer,
  type HttpCall,
  machineTime,
  type OpenedQuotaBook,
  type OurCalls,
  openQuotaBook,
  openWire,
  ourCalls,
  practiceTime,
  salesforceQuotas,
  salesforceThrottle,
  Transport,
  tellWaits,
  textOf,
  type VendorTime,
  type Wire,
} from '../http/index.ts';
import type { OpenContext } from '../port.ts';
import type { SalesforceAddress } from './address.ts';
import { ExactNumber, type Json, parseExactly, writeExactly } from './exact-json.ts';
import { answerUnreadable, callRefused, policyTooSlow, rightMissing } from './faults.ts';
import { tokensFor } from './sign-in.ts';

/** The vendor ends a call after ten minutes. */
const limits = { answerMs: 600_000, idleMs: 120_000, wholeMs: 900_000 };
/** What the vendor gives the smallest org; its first answer says what this one has. */
const callsADay = 15_000;
const longCalls = 25;
/** Address and headers together, in bytes. */
const requestHeadMax = 16_384;
const answerBytesMax = 256 * 1024 * 1024;

/** A call by its path below the version: `query?q=...`, or by a whole path that an answer gave. */
export type OrgCall = Pick<HttpCall, 'method' | 'label' | 'waitMostMs'> & {
  readonly path: string;
  readonly content?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A call that changes records, in a way that twice is as good as once. */
export type SavingCall = Omit<OrgCall, 'content'> & { readonly content: Json | null };

/** A call with content of any type, in a way that twice is as good as once. */
export type PuttingCall = Omit<OrgCall, 'content'> & {
  readonly content: { readonly type: string; readonly body: NonNullable<HttpCall['body']> } | null;
};

/** How many calls of 24 hours the org has left. */
export interface CallsSeen {
  readonly left: number;
  readonly most: number;
}

export type Put =
  | { readonly kind: 'answered'; readonly answer: HttpAnswer; readonly attempts: number }
  | Extract<Saved, { kind: 'refused' }>;

/** What the org said to it: results, or a body that was refused whole. */
export type Saved =
  | { readonly kind: 'saved'; readonly told: Json; readonly attempts: number }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: string;
      readonly told: Json;
    };

/**
 * The REST API of one org. Only `save` changes anything.
 *
 * Invariants: 1. every call is charged to the org's day. 2. a refusal leaves as an error with the vendor's code, without its
 * words: those may repeat values. Only what `save` gives back has them, for whoever keeps refused records.
 */
export class OrgApi implements AsyncDisposable {
  /** The vendor's time: of its quotas, of what it works on, and of what others hold there. */
  readonly clock: Clock;
  readonly #transport: Transport;
  readonly #wire: Wire;
  readonly #book: OpenedQuotaBook;
  readonly #base: string;
  readonly #day: Quota;
  readonly #charges: HttpCall['charges'];
  #callsSeen: CallsSeen | null = null;

  private constructor(
    address: SalesforceAddress,
    context: OpenContext,
    wire: Wire,
    { book, time }: { readonly book: OpenedQuotaBook; readonly time: VendorTime },
  ) {
    const { clock: machine, random, log, signal } = context;
    const quotas = salesforceQuotas(`salesforce/${new URL(address.instance).host}`, callsADay, longCalls);
    const wired = { wire, clock: time.clock, machine, random, limits, signal };
    this.clock = time.clock;
    this.#wire = wire;
    this.#book = book;
    this.#base = `/services/data/v${address.version}/`;
    this.#day = { ...quotas.day, share: address.share };
    this.#charges = [
      { quota: this.#day, cost: 1 },
      { quota: quotas.longCalls, cost: 1 },
    ];
    this.#transport = new Transport({
      ...wired,
      heldMs: limits.wholeMs * time.speed,
      // A token that was signed for says itself where its calls go.
      address: address.signIn.by === 'access-token' ? address.instance : null,
      tokens: tokensFor(address, {
        ...wired,
        onAttempt: (status) => log.debug('sign-in', { status }),
      }),
      throttle: salesforceThrottle(quotas),
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

  /** Throws `http.book-unusable`, `http.not-encrypted`. */
  static async open(address: SalesforceAddress, context: OpenContext): Promise<OrgApi> {
    const { clock: machine, signal } = context;
    const time =
      address.clock === 'practice'
        ? await practiceTime(address.instance, { machine, signal })
        : machineTime(machine);
    const wire = await openWire({
      connectMs: 10_000,
      headBytesMax: 65_536,
      ...(address.ca === undefined ? {} : { ca: address.ca }),
    });
    const book = openQuotaBook(address, context, time);
    return new OrgApi(address, context, wire, { book, time });
  }

  /** The answer as JSON. Throws `salesforce.call-refused`, `salesforce.answer-unreadable` and what the transport throws. */
  async json(call: OrgCall): Promise<Json> {
    return jsonOf(call.label, await this.#good(call, 'application/json'));
  }

  /** The same; null where there is no such thing for this user. */
  async jsonIfThere(call: OrgCall): Promise<Json | null> {
    const answer = await this.#answered(call, 'application/json');
    return answer.status === 404 ? null : jsonOf(call.label, answer);
  }

  /**
   * Sends records whose keys the org itself keeps, so that an attempt whose answer was lost goes again. Throws
   * `salesforce.call-refused` where the user may not, and what the transport throws.
   */
  async save({ content, ...call }: SavingCall): Promise<Saved> {
    const text = content === null ? null : { type: 'application/json', body: writeExactly(content) };
    const put = await this.put({ ...call, content: text }, 'application/json');
    if (put.kind === 'answered')
      return { kind: 'saved', told: jsonOf(call.label, put.answer), attempts: put.attempts };
    if (put.status === 404) throw callRefused(call.label, put.status, put.code);
    return put;
  }

  /** The same for content of any type, and for what may be gone: 404 is given back as well. */
  async put({ content, ...call }: PuttingCall, accepts?: string): Promise<Put> {
    const result = await this.#sent({
      ...this.#request(call, accepts),
      repeat: 'keyed',
      ...(content === null ? {} : { body: content.body }),
      headers: {
        ...(content === null ? {} : { 'content-type': content.type }),
        ...withoutAutomation,
        ...call.headers,
      },
    });
    if (result.kind === 'unknown') throw answerUnreadable(call.label, result.why);
    this.#see(result.answer);
    const { status } = result.answer;
    if (status >= 200 && status < 300) return { ...result, kind: 'answered' };
    if (![400, 404, 413].includes(status)) throw refusedCall(call.label, result.answer);
    const code = codeOf(result.answer);
    return { kind: 'refused', status, code, told: toldIn(result.answer) };
  }

  /** Calls of the org's day, as its last answer told; null before the first. */
  get callsSeen(): CallsSeen | null {
    return this.#callsSeen;
  }

  /** Calls of the org's day as they are counted here, what others use as far as it was seen: known without a call. */
  async callsCounted(): Promise<CallsSeen> {
    const { limit, used, foreign } = await this.#book.use({ ...this.#day, share: 1 });
    return { left: Math.max(0, limit - used - foreign), most: limit };
  }

  /** What of the org's day is this project's. */
  async ourCalls(): Promise<OurCalls> {
    return await ourCalls(this.#book, this.#day);
  }

  /** The answer as it is. */
  async bytes(call: OrgCall): Promise<Uint8Array> {
    return (await this.#good(call)).body;
  }

  /** Below the version, as the parts of a composite call name it. */
  pathOf(path: string): string {
    return path.startsWith('/') ? path : this.#base + path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#wire[Symbol.asyncDispose]();
    this.#book[Symbol.dispose]?.();
  }

  async #good(call: OrgCall, accepts?: string): Promise<HttpAnswer> {
    const answer = await this.#answered(call, accepts);
    if (answer.status !== 404) return answer;
    throw callRefused(call.label, answer.status, codeOf(answer));
  }

  /** Good, or 404. */
  async #answered(call: OrgCall, accepts?: string): Promise<HttpAnswer> {
    const result = await this.#sent(this.#request(call, accepts));
    if (result.kind === 'unknown') throw answerUnreadable(call.label, result.why);
    const { answer } = result;
    this.#see(answer);
    if ((answer.status >= 200 && answer.status < 300) || answer.status === 404) return answer;
    throw refusedCall(call.label, answer);
  }

  async #sent(call: HttpCall): Promise<CallResult> {
    try {
      return await this.#transport.call(call);
    } catch (error) {
      // Of all that is refused with 400 the throttle sends this alone again.
      if (isGodwitError(error, 'http.away') && /: status 400, \d/.test(error.detail))
        throw policyTooSlow(call.label, error);
      throw error;
    }
  }

  #see({ headers }: HttpAnswer): void {
    const [, used, most] = /api-usage=(\d+)\/(\d+)/.exec(headers['sforce-limit-info'] ?? '') ?? [];
    if (used === undefined || most === undefined) return;
    this.#callsSeen = { left: Math.max(0, Number(most) - Number(used)), most: Number(most) };
  }

  #request({ path, content, headers, ...call }: OrgCall, accepts?: string): HttpCall {
    return {
      ...call,
      path: this.pathOf(path),
      repeat: 'safe',
      charges: this.#charges,
      answerBytesMax,
      headers: {
        ...(content === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
      ...(accepts === undefined ? {} : { accepts }),
    };
  }
}

/** Records that move must not be given to others by the org's assignment rules. */
const withoutAutomation = { 'sforce-auto-assign': 'false' };

function jsonOf(label: string, answer: HttpAnswer): Json {
  try {
    return parseExactly(textOf(answer));
  } catch (error) {
    throw answerUnreadable(label, 'it is not JSON', error);
  }
}

/** Of a refusal, which may come from something between here and the org. */
function toldIn(answer: HttpAnswer): Json {
  try {
    return parseExactly(textOf(answer));
  } catch {
    return null;
  }
}

/** Calls that are too many are waited out before: what is forbidden after that is a right that is missing. */
function refusedCall(label: string, answer: HttpAnswer): GodwitError {
  const code = codeOf(answer);
  return answer.status === 403 ? rightMissing(label, code) : callRefused(label, answer.status, code);
}

/** The vendor's code of a refusal: `[{"errorCode":"INVALID_FIELD"}]`. */
function codeOf(answer: HttpAnswer): string {
  try {
    const content = parseExactly(textOf(answer));
    const first = Array.isArray(content) ? (content[0] as Json | undefined) : content;
    const code = first === undefined ? null : memberOf(first, 'errorCode');
    return typeof code === 'string' && /^[A-Z0-9_]{1,80}$/.test(code) ? code : 'no code';
  } catch {
    return 'no code';
  }
}

export function memberOf(value: Json, name: string): Json {
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber || Array.isArray(value))
    return null;
  return (value as { readonly [name: string]: Json })[name] ?? null;
}
