import type { Clock, Random } from '../../../host/index.ts';
import { Secret } from '../../../model/index.ts';
import { backoffMs } from '../backoff.ts';
import { type HttpAnswer, textOf } from '../call.ts';
import { away, signInRefused } from '../faults.ts';
import { refuseOpen } from '../own-hosts.ts';
import { retryAfterMs, vendorMsOf } from '../retry-after.ts';
import { type Sent, sendOnce, type TimeLimits } from '../send-once.ts';
import type { Wire } from '../wire.ts';
import { type JwtClaims, jwtAssertion } from './jwt-assertion.ts';
import type { AccessToken, TokenSource } from './token-source.ts';

/** How a token is come by (RFC 6749, RFC 7523). */
export type Grant =
  | { readonly kind: 'refresh-token'; readonly refreshToken: Secret; readonly client: Client }
  | { readonly kind: 'client-credentials'; readonly client: Client }
  | { readonly kind: 'jwt-bearer'; readonly claims: JwtClaims; readonly key: Secret };

export interface Client {
  readonly id: string;
  readonly secret: Secret | null;
  readonly scope?: string;
}

export interface OAuthOptions {
  /** The vendor's token address. */
  readonly tokenUrl: string;
  readonly grant: Grant;
  readonly wire: Wire;
  readonly clock: Clock;
  readonly machine: Clock;
  readonly random: Random;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  /** Told of every request for a token, whatever came of it. */
  onAttempt(status: number | null): void;
  /** Some vendors hand out a new refresh token each time: kept before the first call with the new access token. */
  keepRefreshToken?(token: Secret): Promise<void>;
}

const attemptsMost = 5;
/** A token is renewed that long before it ends. */
const earlyMs = 30_000;

interface Held {
  readonly token: AccessToken;
  /** Null where the vendor does not say. */
  readonly untilMs: number | null;
  readonly sinceMs: number;
}

/**
 * Tokens by OAuth 2.0.
 *
 * Invariants: 1. however many calls wait, one request for a token is under way. 2. a token that was renewed meanwhile is not
 * renewed again. 3. what the vendor answers is in no error, only its code for the reason.
 */
export class OAuthTokens implements TokenSource {
  readonly #options: OAuthOptions;
  #held: Held | null = null;
  #asking: Promise<Held> | null = null;
  #refreshToken: Secret | null;
  /** The vendor's clock less ours. */
  #vendorAheadMs = 0;

  /** Throws `http.not-encrypted`. */
  constructor(options: OAuthOptions) {
    refuseOpen(new URL(options.tokenUrl));
    this.#options = options;
    this.#refreshToken = options.grant.kind === 'refresh-token' ? options.grant.refreshToken : null;
  }

  async token(youngerMs: number = Number.POSITIVE_INFINITY): Promise<AccessToken> {
    const [held, nowMs] = [this.#held, this.#now()];
    const isGood =
      held !== null && (held.untilMs === null || nowMs < held.untilMs) && nowMs - held.sinceMs <= youngerMs;
    if (isGood) return held.token;
    return (await this.#askOnce()).token;
  }

  async renew(spent: AccessToken): Promise<AccessToken> {
    if (this.#held !== null && this.#held.token !== spent) return await this.token();
    return (await this.#askOnce()).token;
  }

  #now(): number {
    return Date.parse(this.#options.clock.now());
  }

  async #askOnce(): Promise<Held> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    this.#held = await this.#asking;
    return this.#held;
  }

  async #ask(): Promise<Held> {
    let corrected = false;
    for (let attempt = 1; ; attempt += 1) {
      const sent = await this.#send();
      if (sent.kind === 'answered' && sent.answer.status === 200) return await this.#read(sent.answer);
      if (sent.kind === 'answered' && sent.answer.status < 500 && sent.answer.status !== 429) {
        // An assertion that has expired by the vendor's clock, and not by ours, is written again for the vendor's.
        if (!corrected && this.#clockDiffers(sent.answer)) {
          corrected = true;
          continue;
        }
        throw signInRefused(this.#place(), reasonOf(sent.answer));
      }
      if (attempt >= attemptsMost) throw away(this.#place(), whyOf(sent), attempt);
      const { clock, random, signal } = this.#options;
      const askedMs = sent.kind === 'answered' ? retryAfterMs(sent.answer.headers, this.#now()) : null;
      await clock.sleep(backoffMs(attempt, askedMs, { random, baseMs: 500, mostMs: 30_000 }), signal);
    }
  }

  async #send(): Promise<Sent> {
    const { wire, machine, limits, signal, tokenUrl } = this.#options;
    const sent = await sendOnce(
      {
        url: tokenUrl,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: this.#form().toString(),
      },
      { wire, machine, limits, signal, bytesMax: 1_000_000, place: this.#place() },
    );
    this.#options.onAttempt(sent.kind === 'answered' ? sent.answer.status : null);
    return sent;
  }

  #form(): URLSearchParams {
    const { grant, random } = this.#options;
    if (grant.kind === 'jwt-bearer') {
      const assertion = jwtAssertion(
        grant.claims,
        grant.key,
        this.#now() + this.#vendorAheadMs,
        random.uuid(),
      );
      const kind = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
      return new URLSearchParams({ grant_type: kind, assertion: assertion.reveal() });
    }
    const { client } = grant;
    return new URLSearchParams({
      grant_type: grant.kind === 'refresh-token' ? 'refresh_token' : 'client_credentials',
      client_id: client.id,
      ...(client.secret === null ? {} : { client_secret: client.secret.reveal() }),
      ...(client.scope === undefined ? {} : { scope: client.scope }),
      ...(this.#refreshToken === null ? {} : { refresh_token: this.#refreshToken.reveal() }),
    });
  }

  #clockDiffers({ headers }: HttpAnswer): boolean {
    const vendorMs = vendorMsOf(headers);
    if (this.#options.grant.kind !== 'jwt-bearer' || vendorMs === null) return false;
    const aheadMs = vendorMs - this.#now();
    const differs = Math.abs(aheadMs - this.#vendorAheadMs) > 5_000;
    this.#vendorAheadMs = aheadMs;
    return differs;
  }

  async #read(answer: HttpAnswer): Promise<Held> {
    const content = jsonOf(answer);
    const [access, refresh] = [content['access_token'], content['refresh_token']];
    if (typeof access !== 'string' || access === '')
      throw signInRefused(this.#place(), 'the answer holds no access token');
    if (typeof refresh === 'string' && refresh !== '') {
      this.#refreshToken = new Secret(refresh);
      await this.#options.keepRefreshToken?.(this.#refreshToken);
    }
    const lastsSeconds = Number(content['expires_in']);
    const { instance_url: address, scope } = content;
    const sinceMs = this.#now();
    return {
      sinceMs,
      token: {
        header: new Secret(`Bearer ${access}`),
        address: typeof address === 'string' ? address : null,
        scopes: typeof scope === 'string' ? scope.split(/\s+/).filter((one) => one !== '') : null,
      },
      untilMs:
        lastsSeconds > 0 ? sinceMs + Math.max(lastsSeconds * 500, lastsSeconds * 1_000 - earlyMs) : null,
    };
  }

  #place(): string {
    return `sign-in at ${new URL(this.#options.tokenUrl).host}`;
  }
}

const whyOf = (sent: Sent): string => (sent.kind === 'answered' ? `status ${sent.answer.status}` : sent.why);

/** The code of RFC 6749, 5.2, where there is one. Descriptions are left out: they may repeat what was sent. */
function reasonOf(answer: HttpAnswer): string {
  const { error } = jsonOf(answer) as { readonly error?: unknown };
  const code = typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? `, ${error}` : '';
  return `status ${answer.status}${code}`;
}

function jsonOf(answer: HttpAnswer): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(textOf(answer));
    return typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
