import { createPublicKey, verify } from 'node:crypto';
import type { Random } from '../../host/index.ts';
import { emptyAnswer, jsonAnswer, type PracticeAnswer, type PracticeRequest } from '../practice-message.ts';
import type { PracticeState } from '../practice-state.ts';
import { TokenStore } from '../token-store.ts';
import type { OrgClient, OrgSettings } from './org-file.ts';
import { invalidSession, Refusal } from './refusal.ts';

/** Whom a call is made for. */
export interface Session {
  readonly userName: string;
  readonly scopes: readonly string[];
}

interface SignInOptions {
  readonly state: PracticeState;
  readonly random: Random;
  readonly orgId: string;
  /** The current settings; they can be changed while it runs. */
  readonly settings: () => OrgSettings;
  readonly userIdOf: (userName: string) => string | null;
}

const jwtGrant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const jwtLongestMs = 5 * 60 * 1000;

/** OAuth 2.0 of the org: refresh token, client credentials, JWT bearer; what it hands out lives as long as a session does. */
export class SignIn {
  readonly #options: SignInOptions;
  readonly #tokens: TokenStore;

  constructor(options: SignInOptions) {
    this.#options = options;
    this.#tokens = new TokenStore(options.state);
  }

  /** `POST /services/oauth2/token`. */
  token(request: PracticeRequest): PracticeAnswer {
    const form = formOf(request);
    const grant = form.get('grant_type');
    if (grant === jwtGrant) return this.#grant(request, this.#clientOfAssertion(form, request));
    if (grant !== 'refresh_token' && grant !== 'client_credentials')
      throw oauthError('unsupported_grant_type', 'grant type not supported');
    const client = this.#client(form);
    if (grant === 'client_credentials') return this.#grant(request, client);
    if (client.refreshToken === undefined || form.get('refresh_token') !== client.refreshToken)
      throw oauthError('invalid_grant', 'expired access/refresh token');
    return this.#grant(request, client);
  }

  /** `POST /services/oauth2/revoke`: an access token stops working; an unknown one is refused. */
  revoke(request: PracticeRequest): PracticeAnswer {
    const token = formOf(request).get('token') ?? '';
    if (!this.#tokens.end(token))
      throw oauthError('unsupported_token_type', 'this token type is not supported');
    return emptyAnswer(200);
  }

  /** Throws 401 INVALID_SESSION_ID for a token that is missing, unknown, expired or of no use for this API. */
  session(request: PracticeRequest): Session {
    const token = /^(?:Bearer|OAuth) (.+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? '';
    const holder = this.#tokens.find(token, request.nowMs);
    if (holder === null) throw invalidSession();
    const { scopes } = holder;
    if (!scopes.includes('api') && !scopes.includes('full'))
      throw invalidSession('This session is not valid for use with the REST API');
    return { userName: holder.user, scopes };
  }

  /** Ends all sessions at once. */
  expireAll(): number {
    return this.#tokens.endAll();
  }

  #client(form: URLSearchParams): OrgClient {
    const client = this.#options.settings().clients.find(({ id }) => id === form.get('client_id'));
    if (client === undefined) throw oauthError('invalid_client_id', 'client identifier invalid');
    if (form.get('client_secret') !== client.secret)
      throw oauthError('invalid_client', 'invalid client credentials');
    return client;
  }

  #clientOfAssertion(form: URLSearchParams, { nowMs }: PracticeRequest): OrgClient {
    const assertion = form.get('assertion') ?? '';
    const [head = '', claims = '', signature = ''] = assertion.split('.');
    const { iss, sub, exp } = readPart(claims);
    const client = this.#options.settings().clients.find(({ id }) => id === iss);
    if (client?.publicKey === undefined || readPart(head)['alg'] !== 'RS256')
      throw oauthError('invalid_client_id', 'client identifier invalid');
    const key = createPublicKey(client.publicKey);
    const signed = Buffer.from(`${head}.${claims}`);
    if (!verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url')))
      throw oauthError('invalid_grant', 'invalid assertion');
    const untilMs = Number(exp) * 1000;
    if (!(untilMs > nowMs && untilMs <= nowMs + jwtLongestMs))
      throw oauthError('invalid_grant', 'expired authorization code');
    if (sub !== client.user) throw oauthError('invalid_grant', "user hasn't approved this consumer");
    return client;
  }

  #grant({ nowMs, origin }: PracticeRequest, client: OrgClient): PracticeAnswer {
    const { random, orgId, settings, userIdOf } = this.#options;
    const userId = userIdOf(client.user);
    if (userId === null) throw oauthError('invalid_grant', 'user is inactive');
    const token = `${orgId.slice(0, 15)}!${Buffer.from(random.bytes(48)).toString('base64url')}`;
    const { id, user, scopes } = client;
    this.#tokens.keep(token, { client: id, user, scopes }, nowMs + settings().sessionMinutes * 60_000);
    return jsonAnswer(200, {
      access_token: token,
      signature: Buffer.from(random.bytes(32)).toString('base64'),
      scope: scopes.join(' '),
      instance_url: origin,
      id: `${origin}/id/${orgId}/${userId}`,
      token_type: 'Bearer',
      issued_at: String(nowMs),
    });
  }
}

function formOf({ headers, body }: PracticeRequest): URLSearchParams {
  if (!(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'))
    throw oauthError('invalid_request', 'only application/x-www-form-urlencoded is supported');
  return new URLSearchParams(body.toString('utf8'));
}

function readPart(text: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    throw oauthError('invalid_grant', 'invalid assertion');
  }
}

const oauthError = (error: string, description: string): Refusal =>
  new Refusal(400, [{ errorCode: error, message: description }], { error, error_description: description });
