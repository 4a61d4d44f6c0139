import { Client } from '@hubspot/api-client';
import { type Connected, openConnected } from './signed-in.contract.ts';

type ClientOptions = NonNullable<ConstructorParameters<typeof Client>[0]>;
type OpenOptions = NonNullable<Parameters<typeof openConnected>[0]>;

/** HubSpot's own client for Node beside a practice HubSpot. */
export interface Visit extends AsyncDisposable {
  readonly connected: Connected;
  /** The client, as its readme makes one, with the private app's token unless told otherwise. */
  client(options?: ClientOptions): Client;
  /**
   * What the client made of an answer. Throws where the answer has a name that the client's own model of it does not: it
   * would drop the name without a word.
   *
   * @param newer names that the vendor has added since
   */
  known<Result>(call: Promise<Result>, newer?: readonly string[]): Promise<Result>;
}

/** The part of an answer that the client hands to its middleware. */
interface Passing {
  readonly body: { text(): Promise<string> };
}

export async function openVisit(options: OpenOptions = {}): Promise<Visit> {
  const connected = await openConnected(options);
  let text = '';
  const middleware = [
    {
      pre: (request: unknown) => request,
      post: async (answer: unknown) => {
        text = await (answer as Passing).body.text();
        return answer;
      },
    },
  ];
  return {
    connected,
    client: (more = {}) =>
      new Client({ accessToken: 'pat-practice', basePath: connected.url, middleware, ...more }),
    known: async (call, newer = []) => {
      const result = await call;
      const lost = lostNames(JSON.parse(text), result).filter(
        (path) => !newer.some((name) => path.endsWith(`/${name}`)),
      );
      if (lost.length > 0) throw new Error(`the client knows no ${lost.join(', ')}`);
      return result;
    },
    [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose](),
  };
}

/** Paths of what was sent and is not in what was read. */
function lostNames(sent: unknown, read: unknown, path = ''): readonly string[] {
  if (sent === null || sent === undefined) return [];
  if (read === undefined) return [path];
  if (typeof sent !== 'object') return [];
  const model = (read ?? {}) as Readonly<Record<string, unknown>>;
  // Words that the language keeps for itself have a line before them in the client.
  return Object.entries(sent).flatMap(([name, value]) =>
    lostNames(value, model[name] ?? model[`_${name}`], `${path}/${name}`),
  );
}
