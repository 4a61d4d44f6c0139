import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PracticeClock } from '../host/index.ts';
import { answerAdmin } from './admin.ts';
import { cut, type Delivery, deliverAnswer } from './deliver-answer.ts';
import { FaultInjector, type Trouble } from './fault-injector.ts';
import type { FaultScript } from './fault-script.ts';
import { portTaken } from './faults.ts';
import type { PracticeAnswer, PracticeRequest, PracticeSystem } from './practice-message.ts';

export interface PracticeServerOptions {
  readonly system: PracticeSystem;
  readonly clock: PracticeClock;
  /** 0 for any free one. */
  readonly port: number;
  readonly script: FaultScript;
  /** The largest body of a request that is read, in bytes. */
  readonly bodyMaxBytes: number;
}

/** More than any vendor takes, so that the refusal of a long address is the vendor's. */
const maxHeaderSize = 64 * 1024;

/**
 * Puts a practice system behind a port of this machine, and lets go wrong what the fault script says.
 *
 * Invariants: 1. only this machine reaches it. 2. a call is worked on whole before its answer goes wrong, unless the fault
 * says that it never arrived. 3. orders of the admin (`/__practice/...`) never count as calls and never go wrong.
 */
export class PracticeServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #options: PracticeServerOptions;
  readonly #stop = new AbortController();
  readonly #delivery: Delivery;
  #injector: FaultInjector;

  private constructor(options: PracticeServerOptions) {
    this.#options = options;
    this.#injector = new FaultInjector(options.script);
    this.#delivery = { clock: options.clock, left: 0, signal: this.#stop.signal };
    this.#server = createServer({ keepAliveTimeout: 60_000, maxHeaderSize }, (request, response) => {
      this.#serve(request, response).catch(() => cut(response));
    });
  }

  /** Throws `practice.port-taken`. */
  static async open(options: PracticeServerOptions): Promise<PracticeServer> {
    const practice = new PracticeServer(options);
    await new Promise<void>((resolve, reject) => {
      practice.#server.once('error', (cause) => reject(portTaken(options.port, cause)));
      practice.#server.listen(options.port, '127.0.0.1', resolve);
    });
    return practice;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get faultsHappened(): FaultInjector['happened'] {
    return this.#injector.happened;
  }

  setScript(script: FaultScript): void {
    this.#injector = new FaultInjector(script);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#server.closeAllConnections();
    await closed;
    await this.#options.system.settle();
    this.#options.system[Symbol.dispose]();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const read = await readBody(incoming, this.#options.bodyMaxBytes);
    const url = new URL(incoming.url ?? '/', this.url);
    const path = url.pathname;
    const { system, clock } = this.#options;
    if (path.startsWith('/__practice/')) {
      const answer = answerAdmin(
        { method: incoming.method ?? '', path, body: read.body },
        { system, clock, server: this },
      );
      return await deliverAnswer(response, answer, null, this.#delivery);
    }
    const trouble = this.#injector.next(incoming.method ?? '', path);
    for (const { order, content } of trouble.orders) system.order(order, content);
    if (trouble.call?.kind === 'reset-before') return cut(response);
    const request = this.#request(incoming, url, path, read, trouble);
    const answer = this.#work(request, trouble);
    const dated = { ...answer, headers: { Date: new Date(request.nowMs).toUTCString(), ...answer.headers } };
    await deliverAnswer(response, dated, trouble.call, this.#delivery);
  }

  #work(request: PracticeRequest, { call }: Trouble): PracticeAnswer {
    const { system } = this.#options;
    if (call?.kind === 'refuse') return { status: call.status, headers: call.headers, body: call.body };
    const first = system.answer(request);
    return call?.kind === 'carried-out-twice' ? system.answer(request) : first;
  }

  #request(
    { method = '', headers }: IncomingMessage,
    { searchParams }: URL,
    path: string,
    { body, bodyBytes }: ReadBody,
    { rows, skewMs }: Trouble,
  ): PracticeRequest {
    const flat = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]);
    return {
      method,
      path,
      query: searchParams,
      headers: Object.fromEntries(flat) as Record<string, string>,
      body,
      bodyBytes,
      origin: headers.host === undefined ? this.url : `http://${headers.host}`,
      nowMs: Math.floor(this.#options.clock.nowMs() + skewMs),
      rows,
    };
  }
}

interface ReadBody {
  readonly body: Buffer;
  readonly bodyBytes: number;
}

/** Reads on past the largest body without keeping it, so that the caller gets an answer instead of a broken connection. */
async function readBody(incoming: IncomingMessage, mostBytes: number): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    length += (chunk as Buffer).length;
    if (length <= mostBytes) chunks.push(chunk as Buffer);
  }
  return { body: Buffer.concat(chunks), bodyBytes: length };
}
