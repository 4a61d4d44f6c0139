import type { Clock, Log, Random } from '../../host/index.ts';
import type { QuotaBook, QuotaSettlement } from '../../model/index.ts';
import { AdaptiveLimit } from './adaptive-limit.ts';
import { backoffMs } from './backoff.ts';
import type { Attempt, CallResult, HttpAnswer, HttpCall } from './call.ts';
import { Circuit } from './circuit.ts';
import { away, foreignHost, quotaSpent, requestTooLong, signInRefused } from './faults.ts';
import { Governor, type Leave, type Pause } from './governor.ts';
import { type Judgement, judgeAttempt, outcomeOf } from './judge-attempt.ts';
import type { AccessToken, TokenSource } from './oauth/token-source.ts';
import { OwnHosts, refuseOpen } from './own-hosts.ts';
import { PausesSeen, refusedName } from './pauses-seen.ts';
import { vendorMsOf } from './retry-after.ts';
import { RetryBudget } from './retry-budget.ts';
import { type Request, type Sent, sendOnce, type TimeLimits } from './send-once.ts';
import type { Throttle, ThrottleReading } from './throttle.ts';
import type { Wire } from './wire.ts';

/** How long a token is certain to be taken: no vendor ends a session sooner. */
const tokenSureMs = 10 * 60_000;

export interface TransportOptions {
  /** The system's address: `https://api.hubapi.com`; null where the token says it. */
  readonly address: string | null;
  /** Other hosts of the vendor that may see the token, see `OwnHosts`. */
  readonly alsoHosts?: readonly string[];
  readonly tokens: TokenSource;
  readonly throttle: Throttle;
  readonly book: QuotaBook;
  readonly wire: Wire;
  /** The vendor's time: of quotas, waits and tokens. A practice system's may run faster than the machine's. */
  readonly clock: Clock;
  /** The machine's time: of connections. */
  readonly machine: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly limits: TimeLimits;
  /** The longest an attempt may be under way in the vendor's time; as `limits.wholeMs` unless its clock runs faster. */
  readonly heldMs?: number;
  /** Attempts under way together: at first, and at most. */
  readonly atOnce: { readonly start: number; readonly most: number };
  /** The most attempts of one call that failed; refusals because of a quota are not counted. */
  readonly attemptsMost: number;
  /** The longest address and headers the vendor reads, in bytes. */
  readonly requestHeadMax: number;
  /** How long a call that does not say so itself may wait for a quota; for ever unless told. */
  readonly waitMostMs?: number;
  /** Ends waits for quotas, and nothing else. */
  readonly giveUp?: AbortSignal;
  /** Told of every attempt, whatever came of it. */
  onAttempt(attempt: Attempt): void;
  onPause(pause: Pause): void;
  /** Told when a call that left after a pause was let through: what was waited for is there. */
  onGoOn?(): void;
}

const backoff = { baseMs: 500, mostMs: 60_000 };
/** Shorter waits behind a refusal are none that anybody is told of. */
const refusedToldFromMs = 1_000;
const redirectsMost = 5;
const answerBytesMax = 64 * 1024 * 1024;

/** One call on its way. */
interface Journey {
  readonly call: HttpCall;
  attempts: number;
  failures: number;
  /** How often in a row it was too many, and since when. */
  throttles: number;
  throttledMs: number;
  renewed: boolean;
  /** The token the last attempt went with. */
  token: AccessToken | null;
  redirects: number;
}

/**
 * Carries the calls of one system.
 *
 * Invariants: those of docs/internals/transport.md, by number below. Throws only `GodwitError`s and the signal's reason.
 */
export class Transport {
  readonly #options: TransportOptions;
  readonly #governor: Governor;
  readonly #atOnce: AdaptiveLimit;
  readonly #circuit = new Circuit({ failures: 5, restMs: 2_000, restMostMs: 60_000 });
  readonly #budget = new RetryBudget({ share: 0.2, most: 20 });
  readonly #pauses: PausesSeen;
  #hosts: OwnHosts | null = null;

  constructor(options: TransportOptions) {
    const { book, clock, signal, atOnce } = options;
    this.#options = options;
    this.#atOnce = new AdaptiveLimit({ start: atOnce.start, least: 1, most: atOnce.most });
    this.#governor = new Governor({
      book,
      clock,
      signal,
      giveUp: options.giveUp,
      atOnce: this.#atOnce,
      circuit: this.#circuit,
      onPause: (pause) => this.#pause(pause),
    });
    this.#pauses = new PausesSeen(() => options.onGoOn?.());
  }

  /** How many attempts may be under way together now. */
  get atOnce(): number {
    return this.#atOnce.limit;
  }

  async call(call: HttpCall): Promise<CallResult> {
    return await this.#travel(
      {
        call,
        attempts: 0,
        failures: 0,
        throttles: 0,
        throttledMs: 0,
        renewed: false,
        token: null,
        redirects: 0,
      },
      call.path,
    );
  }

  /** Goes on until the call is answered, unknown or given up. @param path where to, after redirects */
  async #travel(journey: Journey, path: string): Promise<CallResult> {
    for (;;) {
      const token = await this.#options.tokens.token();
      const url = this.#hostsOf(token).resolve(path);
      const judged = await this.#attempt(journey, url, token);
      switch (judged.kind) {
        case 'done': {
          const next = this.#redirected(journey, url, judged.answer);
          if (next !== null) return await this.#travel(journey, next);
          return { kind: 'answered', answer: judged.answer, attempts: journey.attempts };
        }
        case 'unknown':
          return { kind: 'unknown', why: judged.why, attempts: journey.attempts };
        case 'sign-in':
          if (journey.renewed || journey.call.signed)
            throw signInRefused(placeOf(journey.call, url), 'status 401, also with a new token');
          journey.renewed = true;
          await this.#options.tokens.renew(journey.token ?? token);
          break;
        case 'again':
          await this.#waitAgain(journey, judged, url);
      }
    }
  }

  async #attempt(journey: Journey, url: URL, token: AccessToken): Promise<Judgement> {
    const { call } = journey;
    const { clock, limits } = this.#options;
    this.#permit(call, url, token);
    let request = this.#request(call, url, call.signed ? null : token);
    const askedMs = clock.elapsedMs();
    const leave = await this.#governor.enter({
      charges: call.charges,
      answerMs: this.#options.heldMs ?? limits.wholeMs,
      ...this.#waitMost(call),
    });
    journey.attempts += 1;
    const fromMs = clock.elapsedMs();
    let told = false;
    try {
      // Where quotas come back after hours, the token may have ended meanwhile, and a refusal would be a call of its own.
      const waited = !call.signed && fromMs - askedMs > tokenSureMs;
      journey.token = waited ? await this.#options.tokens.token(tokenSureMs) : token;
      if (waited) request = this.#request(call, url, journey.token);
      const sent = await this.#send(request, call, url);
      const reading = this.#read(sent);
      const judged = judgeAttempt(sent, reading.refusal, call);
      told = true;
      await this.#tell({ journey, leave, sent, reading, judged, tookMs: clock.elapsedMs() - fromMs });
      return judged;
    } finally {
      // A failure that ends the call, as a certificate, was an attempt too.
      if (!told) {
        this.#circuit.failed(clock.elapsedMs());
        await leave.settle(settlementOf(call, { kind: 'lost', why: '' }, [], 'lost'));
      }
      leave.end();
    }
  }

  /** An address elsewhere is refused unless the call goes without the token. */
  #permit({ signed }: HttpCall, url: URL, token: AccessToken): void {
    if (signed) refuseOpen(url);
    else this.#hostsOf(token).requireOwn(url);
  }

  #hostsOf({ address }: AccessToken): OwnHosts {
    const base = this.#options.address ?? address;
    if (base === null) throw signInRefused('the token of this system', 'it does not say where calls go');
    if (this.#hosts?.base.href !== new URL(base).href)
      this.#hosts = new OwnHosts(base, this.#options.alsoHosts ?? []);
    return this.#hosts;
  }

  #request(call: HttpCall, url: URL, token: AccessToken | null): Request {
    const headers = {
      ...(call.accepts === undefined ? {} : { accept: call.accepts }),
      ...call.headers,
      ...(token === null ? {} : { authorization: token.header.reveal() }),
    };
    const bytes = Object.entries(headers).reduce(
      (sum, [name, value]) => sum + name.length + value.length + 4,
      url.href.length,
    );
    if (bytes > this.#options.requestHeadMax)
      throw requestTooLong(placeOf(call, url), bytes, this.#options.requestHeadMax);
    return { url: url.href, method: call.method, headers, body: call.body };
  }

  async #send(request: Request, call: HttpCall, url: URL): Promise<Sent> {
    const { wire, machine, limits, signal } = this.#options;
    const bytesMax = call.answerBytesMax ?? answerBytesMax;
    return await sendOnce(request, { wire, machine, limits, signal, bytesMax, place: placeOf(call, url) });
  }

  #read(sent: Sent): ThrottleReading {
    if (sent.kind !== 'answered') return { sightings: [], refusal: null };
    return this.#options.throttle(sent.answer, Date.parse(this.#options.clock.now()));
  }

  async #tell(told: Told): Promise<void> {
    const { journey, leave, sent, reading, judged, tookMs } = told;
    const outcome = outcomeOf(sent, judged, reading.refusal);
    await leave.settle(settlementOf(journey.call, sent, reading.sightings, outcome));
    this.#learn(outcome, reading, leave);
    const { label, method } = journey.call;
    const status = sent.kind === 'answered' ? sent.answer.status : null;
    const { waitedMs, underWay } = leave;
    const number = journey.attempts;
    const charged = journey.call.charges.length > 0;
    const timed = { waitedMs, tookMs, underWay };
    this.#options.onAttempt({ label, method, number, ...timed, status, outcome, charged });
    this.#options.log.debug('attempt', { label, number, status, outcome });
    if (outcome !== 'throttled' && sent.kind === 'answered')
      this.#pauses.letThrough(journey.call.charges, this.#options.clock.elapsedMs() - tookMs);
  }

  #pause(pause: Pause): void {
    this.#pauses.began(pause.because, this.#options.clock.elapsedMs());
    this.#options.onPause(pause);
  }

  #waitMost({ waitMostMs = this.#options.waitMostMs }: HttpCall): Pick<HttpCall, 'waitMostMs'> {
    return waitMostMs === undefined ? {} : { waitMostMs };
  }

  #learn(outcome: ReturnType<typeof outcomeOf>, { refusal }: ThrottleReading, { underWay }: Leave): void {
    const suffers = outcome === 'lost' || outcome === 'never-sent' || outcome === 'failed';
    if (suffers) this.#circuit.failed(this.#options.clock.elapsedMs());
    else this.#circuit.succeeded();
    if (suffers || refusal?.atOnce === true) this.#atOnce.shrink();
    else if (outcome === 'answered') {
      this.#atOnce.grow(underWay);
      this.#budget.succeeded();
    }
  }

  /** Where a redirect leads, if it is followed. Throws `http.foreign-host`. */
  #redirected(journey: Journey, from: URL, { status, headers }: HttpAnswer): string | null {
    const { method, redirects = 'same-host' } = journey.call;
    const location = headers['location'];
    const leads = [301, 302, 303, 307, 308].includes(status) && location !== undefined;
    if (!leads || redirects === 'never' || (method !== 'GET' && method !== 'HEAD')) return null;
    journey.redirects += 1;
    if (journey.redirects > redirectsMost) throw foreignHost(from.host, ['redirects that never end']);
    return new URL(location, from).href;
  }

  async #waitAgain(journey: Journey, again: Extract<Judgement, { kind: 'again' }>, url: URL): Promise<void> {
    const { clock, random, attemptsMost, signal, giveUp = signal } = this.#options;
    if (again.counted) {
      journey.throttles = 0;
      journey.failures += 1;
      if (journey.failures >= attemptsMost || !this.#budget.take())
        throw away(placeOf(journey.call, url), again.why, journey.attempts);
    } else {
      if (journey.throttles === 0) journey.throttledMs = clock.elapsedMs();
      journey.throttles += 1;
    }
    const attempt = again.counted ? journey.failures : journey.throttles;
    const waitMs = backoffMs(attempt, again.askedMs, { ...backoff, random });
    if (!again.counted) this.#waitRefused(journey, waitMs);
    await clock.sleep(waitMs, again.counted ? signal : AbortSignal.any([signal, giveUp]));
  }

  /** What the system refuses as too many, whether or not a quota of ours says why. Throws `http.quota-spent`. */
  #waitRefused({ call, throttledMs }: Journey, waitMs: number): void {
    const { clock } = this.#options;
    const until = new Date(Date.parse(clock.now()) + waitMs).toISOString();
    const { waitMostMs = Infinity } = this.#waitMost(call);
    const over = clock.elapsedMs() - throttledMs + waitMs > waitMostMs;
    if (over || waitMs >= refusedToldFromMs)
      this.#pause({ because: refusedName, spent: null, waitMs, until });
    if (over) throw quotaSpent(call.label, until, waitMs);
  }
}

interface Told {
  readonly journey: Journey;
  readonly leave: Leave;
  readonly sent: Sent;
  readonly reading: ThrottleReading;
  readonly judged: Judgement;
  readonly tookMs: number;
}

function settlementOf(
  { label }: HttpCall,
  sent: Sent,
  sightings: QuotaSettlement['sightings'],
  outcome: string,
): QuotaSettlement {
  const vendorMs = sent.kind === 'answered' ? vendorMsOf(sent.answer.headers) : null;
  return { reached: sent.kind !== 'never-sent', sightings, vendorMs, label, outcome };
}

/** Paths and queries may hold keys of records: only the host is shown. */
const placeOf = ({ label, method }: HttpCall, { host }: URL): string => `${label} (${method} ${host})`;
