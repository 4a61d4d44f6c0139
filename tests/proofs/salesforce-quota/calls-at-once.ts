import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** How many calls the servers of this process had at once, from when they began to come until their answers had left. */
export class CallsAtOnce implements Disposable {
  readonly #there = new Set<IncomingMessage>();
  most = 0;

  constructor() {
    subscribe('http.server.request.start', this.#begins);
  }

  [Symbol.dispose](): void {
    unsubscribe('http.server.request.start', this.#begins);
  }

  readonly #begins = (message: unknown): void => {
    const { request, response } = message as {
      readonly request: IncomingMessage;
      readonly response: ServerResponse;
    };
    this.#there.add(request);
    this.most = Math.max(this.most, this.#there.size);
    response.once('close', () => this.#there.delete(request));
  };
}
