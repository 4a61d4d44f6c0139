import { type Reply, send, wordOf } from '../reply.contract.ts';
import { openPracticeSalesforce, type PracticeSalesforceOptions } from './open-practice-salesforce.ts';

export interface SignedIn extends AsyncDisposable {
  readonly url: string;
  readonly token: string;
  /** A call below `/services/data/v62.0`, or of a whole path that begins with a slash. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  order(name: string, content?: unknown): Promise<Reply>;
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** A practice Salesforce whose sessions outlive a slow machine at any speed, unless told otherwise. */
export async function openSignedIn(options: Partial<PracticeSalesforceOptions> = {}): Promise<SignedIn> {
  const told = typeof options.org === 'object' ? options.org : {};
  const org = { sessionMinutes: 10_000_000, ...told };
  const server = await openPracticeSalesforce({ state: ':memory:', ...options, org });
  const grant = { grant_type: 'client_credentials', client_id: 'practice', client_secret: 'practice-secret' };
  const signed = await send(`${server.url}/services/oauth2/token`, {
    method: 'POST',
    headers: form,
    body: new URLSearchParams(grant).toString(),
  });
  const token = wordOf(signed.body['access_token']);
  return {
    url: server.url,
    token,
    call: (method, path, body, headers = {}) =>
      send(path.startsWith('/') ? `${server.url}${path}` : `${server.url}/services/data/v62.0/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    order: (name, content = {}) =>
      send(`${server.url}/__practice/${name}`, { method: 'POST', body: JSON.stringify(content) }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
