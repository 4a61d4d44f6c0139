import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, type Log, silentLog, systemClock, systemRandom } from '../../host/index.ts';
import { Secret } from '../../model/index.ts';
import type { Attempt, HttpCall } from './call.ts';
import type { Pause } from './governor.ts';
import { fixedToken, type TokenSource } from './oauth/token-source.ts';
import { QuotaWorld } from './quota/quota-world.contract.ts';
import { plainThrottle, type Throttle } from './throttle.ts';
import { Transport } from './transport.ts';
import { openWire, type Wire, type WireOptions } from './wire.ts';

export interface HttpServer extends AsyncDisposable {
  readonly url: string;
  /** Requests in the order they came. */
  readonly seen: {
    readonly method: string;
    readonly path: string;
    readonly headers: IncomingMessage['headers'];
  }[];
}

/** A real server on a free port. @param answer given the request and how many came before it */
export async function serve(
  answer: (request: IncomingMessage, response: ServerResponse, before: number) => void | Promise<void>,
  make: (listener: RequestListener) => ReturnType<typeof createServer> = createServer,
): Promise<HttpServer> {
  const seen: HttpServer['seen'][number][] = [];
  const server = make((request, response) => {
    const before = seen.length;
    seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers });
    void answer(request, response, before);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const json = (
  response: ServerResponse,
  status: number,
  content: unknown,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(content));
};

export const token = 'tok-3f9a77c1-secret';

export interface HttpWorld extends AsyncDisposable {
  readonly transport: Transport;
  readonly world: QuotaWorld;
  readonly wire: Wire;
  readonly attempts: Attempt[];
  readonly pauses: Pause[];
  /** Everything that was logged. */
  readonly logged: unknown[];
  readonly stop: AbortController;
}

export interface HttpWorldOptions {
  readonly tokens?: TokenSource;
  readonly throttle?: Throttle | ((world: QuotaWorld) => Throttle);
  readonly alsoHosts?: readonly string[];
  readonly wire?: Partial<WireOptions>;
  readonly attemptsMost?: number;
  readonly atOnce?: { readonly start: number; readonly most: number };
  readonly clock?: Clock;
  readonly limits?: { readonly answerMs?: number; readonly idleMs?: number; readonly wholeMs?: number };
}

/** A transport towards an address, in a world where waiting takes no time. */
export async function openHttpWorld(address: string, options: HttpWorldOptions = {}): Promise<HttpWorld> {
  const world = new QuotaWorld(Date.now());
  const wire = await openWire({ connectMs: 5_000, headBytesMax: 16_384, ...options.wire });
  const [attempts, pauses, logged]: [Attempt[], Pause[], unknown[]] = [[], [], []];
  const log: Log = { ...silentLog, debug: (...said) => logged.push(said) };
  const stop = new AbortController();
  const transport = new Transport({
    address,
    alsoHosts: options.alsoHosts ?? [],
    tokens: options.tokens ?? fixedToken(new Secret(`Bearer ${token}`)),
    throttle: (options.throttle ?? plainThrottle) as Throttle,
    book: world.book,
    wire,
    clock: options.clock ?? world.clock,
    machine: systemClock,
    random: systemRandom,
    log,
    signal: stop.signal,
    limits: { answerMs: 20_000, idleMs: 20_000, wholeMs: 60_000, ...options.limits },
    atOnce: options.atOnce ?? { start: 4, most: 16 },
    attemptsMost: options.attemptsMost ?? 5,
    requestHeadMax: 16_384,
    onAttempt: (attempt) => attempts.push(attempt),
    onPause: (pause) => pauses.push(pause),
  });
  return {
    transport,
    world,
    wire,
    attempts,
    pauses,
    logged,
    stop,
    [Symbol.asyncDispose]: async () => {
      await wire[Symbol.asyncDispose]();
      world[Symbol.dispose]();
    },
  };
}

export const read = (path = '/things', more: Partial<HttpCall> = {}): HttpCall => ({
  method: 'GET',
  path,
  repeat: 'safe',
  charges: [],
  label: 'read things',
  ...more,
});

export const write = (more: Partial<HttpCall> = {}): HttpCall => ({
  method: 'POST',
  path: '/things',
  body: '{"name":"A"}',
  headers: { 'content-type': 'application/json' },
  repeat: 'once',
  charges: [],
  label: 'write things',
  ...more,
});
