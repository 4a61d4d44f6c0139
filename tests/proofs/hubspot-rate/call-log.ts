import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** One call as it came in at a server of this process. */
export interface LoggedCall {
  /** In milliseconds of this process. */
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  /** 0 until it was answered. */
  status: number;
}

const [came, answered] = ['http.server.request.start', 'http.server.response.finish'];

/** Everything that servers of this process hear, as Node itself tells it: no server is other than it is elsewhere. */
export class CallLog implements Disposable {
  readonly calls: LoggedCall[] = [];
  readonly #open = new Map<unknown, LoggedCall>();

  constructor() {
    subscribe(came, this.#come);
    subscribe(answered, this.#answer);
  }

  readonly #come = (message: unknown): void => {
    const { request } = message as { readonly request: IncomingMessage };
    const [path = ''] = (request.url ?? '').split('?');
    const call = { atMs: performance.now(), method: request.method ?? '', path, status: 0 };
    this.calls.push(call);
    this.#open.set(request, call);
  };

  readonly #answer = (message: unknown): void => {
    const { request, response } = message as { readonly request: unknown; readonly response: ServerResponse };
    const call = this.#open.get(request);
    if (call !== undefined) call.status = response.statusCode;
    this.#open.delete(request);
  };

  [Symbol.dispose](): void {
    unsubscribe(came, this.#come);
    unsubscribe(answered, this.#answer);
  }
}
