import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One request as it went over the wire, without values of records. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly contentType: string | null;
  /** Names of a JSON object or of a form, with the types of its values; null for any other body. */
  readonly body: Readonly<Record<string, string>> | null;
}

export interface Recorder extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
}

/** Stands before a system on this machine, passes everything on unchanged, and writes down what was asked. */
export async function recordBefore(system: string): Promise<Recorder> {
  const requests: RecordedRequest[] = [];
  const to = new URL(system);
  const passOn = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const content = await buffer(incoming);
    const { method = '', url = '', headers } = incoming;
    requests.push(...recorded(method, url, headers['content-type'] ?? null, content.toString()));
    const passed = forward({ host: to.hostname, port: to.port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    passed.on('error', () => response.destroy());
    passed.end(content);
  };
  const server = createServer((incoming, response) => {
    passOn(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A request, and the requests that a composite one holds. */
function recorded(
  method: string,
  url: string,
  contentType: string | null,
  text: string,
): readonly RecordedRequest[] {
  const { pathname: path, searchParams } = new URL(url, 'http://127.0.0.1');
  const query = [...new Set(searchParams.keys())].sort();
  const request = { method, path, query, contentType, body: shapeOf(contentType ?? '', text) };
  return [request, ...partsOf(contentType ?? '', text)];
}

interface Composite {
  readonly compositeRequest?: readonly {
    readonly method: string;
    readonly url: string;
    readonly body?: unknown;
  }[];
}

function partsOf(contentType: string, text: string): readonly RecordedRequest[] {
  if (text === '' || !contentType.startsWith('application/json')) return [];
  const { compositeRequest = [] } = JSON.parse(text) as Composite;
  return compositeRequest.flatMap(({ method, url, body }) =>
    body === undefined
      ? recorded(method, url, null, '')
      : recorded(method, url, 'application/json', JSON.stringify(body)),
  );
}

function shapeOf(contentType: string, text: string): RecordedRequest['body'] {
  if (text === '') return null;
  if (contentType.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries([...new URLSearchParams(text).keys()].map((name) => [name, 'string']));
  if (!contentType.startsWith('application/json')) return null;
  const content = JSON.parse(text) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(content).map(([name, value]) => [name, typeOf(value)]));
}

export const typeOf = (value: unknown): string => (Array.isArray(value) ? 'list' : typeof value);
