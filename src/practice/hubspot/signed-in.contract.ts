import { type Reply, send, wordOf } from '../reply.contract.ts';
import { openPracticeHubspot, type PracticeHubspotOptions } from './open-practice-hubspot.ts';

export interface Connected extends AsyncDisposable {
  readonly url: string;
  /** A call with the token of the private app. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  order(name: string, content?: unknown): Promise<Reply>;
  /** Makes a record and gives its id. */
  make(type: string, properties: object, associations?: readonly object[]): Promise<string>;
}

/** A practice HubSpot whose search sees everything at once, unless told otherwise. */
export async function openConnected(options: Partial<PracticeHubspotOptions> = {}): Promise<Connected> {
  const told = typeof options.account === 'object' ? options.account : {};
  const account = { search: { lagMs: 0 }, ...told };
  const server = await openPracticeHubspot({ state: ':memory:', ...options, account });
  const call: Connected['call'] = (method, path, body, headers = {}) =>
    send(`${server.url}${path}`, {
      method,
      headers: {
        authorization: 'Bearer pat-practice',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    url: server.url,
    call,
    order: (name, content = {}) =>
      send(`${server.url}/__practice/${name}`, { method: 'POST', body: JSON.stringify(content) }),
    make: async (type, properties, associations = []) => {
      const reply = await call('POST', `/crm/v3/objects/${type}`, { properties, associations });
      if (reply.status !== 201) throw new Error(reply.text);
      return wordOf(reply.body['id']);
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
