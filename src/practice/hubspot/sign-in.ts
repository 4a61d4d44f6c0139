import type { Random } from '../../host/index.ts';
import { jsonAnswer, type PracticeAnswer, type PracticeRequest } from '../practice-message.ts';
import type { PracticeState } from '../practice-state.ts';
import { TokenStore } from '../token-store.ts';
import type { AccountApp, AccountSettings } from './account-file.ts';
import { expired, invalid, missingScopes, notAuthenticated, Refusal } from './refusal.ts';

/** Who calls, and what it may. */
export interface Caller {
  readonly app: AccountApp;
  readonly scopes: readonly string[];
}

interface SignInOptions {
  readonly state: PracticeState;
  readonly random: Random;
  readonly settings: () => AccountSettings;
}

/** Tokens of private apps, which last, and those of OAuth, which last half an hour. */
export class SignIn {
  readonly #options: SignInOptions;
  readonly #tokens: TokenStore;

  constructor(options: SignInOptions) {
    this.#options = options;
    this.#tokens = new TokenStore(options.state);
  }

  /** `POST /oauth/v1/token` with a refresh token. */
  token({ headers, body, nowMs }: PracticeRequest): PracticeAnswer {
    if (!(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'))
      throw new Refusal(415, { message: 'Unsupported Media Type' });
    const form = new URLSearchParams(body.toString('utf8'));
    if (form.get('grant_type') !== 'refresh_token')
      throw oauthError('BAD_GRANT_TYPE', 'missing or unknown grant type');
    const { random, settings } = this.#options;
    const app = settings().apps.find(
      ({ clientId, kind }) => kind === 'oauth' && clientId === form.get('client_id'),
    );
    if (app === undefined || app.clientSecret !== form.get('client_secret'))
      throw oauthError('BAD_CLIENT_ID', 'missing or unknown client id');
    if (app.refreshToken === undefined || app.refreshToken !== form.get('refresh_token'))
      throw oauthError('BAD_REFRESH_TOKEN', 'missing or unknown refresh token');
    const token = Buffer.from(random.bytes(48)).toString('base64url');
    const { tokenMinutes } = settings();
    this.#tokens.keep(
      token,
      { client: app.name, user: '', scopes: app.scopes },
      nowMs + tokenMinutes * 60_000,
    );
    return jsonAnswer(200, {
      token_type: 'bearer',
      refresh_token: app.refreshToken,
      access_token: token,
      expires_in: Math.floor(tokenMinutes * 60),
    });
  }

  /** Throws 401 for a token nobody has, or that has ended. */
  caller({ headers, nowMs }: PracticeRequest): Caller {
    const token = /^Bearer (\S+)$/.exec(headers['authorization'] ?? '')?.[1];
    if (token === undefined) throw notAuthenticated();
    const { apps } = this.#options.settings();
    const fixed = apps.find((app) => app.kind !== 'oauth' && app.token === token);
    if (fixed !== undefined) return { app: fixed, scopes: fixed.scopes };
    const holder = this.#tokens.find(token, nowMs);
    const app = holder === null ? undefined : apps.find(({ name }) => name === holder.client);
    if (app !== undefined) return { app, scopes: app.scopes };
    throw this.#tokens.find(token, 0) === null ? notAuthenticated() : expired();
  }

  expireAll(): number {
    return this.#tokens.endAll();
  }
}

/** Throws 403 MISSING_SCOPES with the names; nothing asked for is always granted. */
export function needScope({ scopes }: Caller, needed: readonly string[]): void {
  if (needed.length > 0 && !needed.some((scope) => scopes.includes(scope))) throw missingScopes(needed);
}

const oauthError = (status: string, message: string): Refusal => invalid(message, { subCategory: status });
