import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

const begins = 'http.server.request.start';

/** Calls that the servers of this process had at the same time, from when they came until their answers had left. */
export class CallsAtOnce implements Disposable {
  readonly #of: (path: string) => boolean;
  readonly #there = new Set<IncomingMessage>();
  most = 0;

  /** @param of which calls count */
  constructor(of: (path: string) => boolean) {
    this.#of = of;
    subscribe(begins, this.#begin);
  }

  readonly #begin = (message: unknown): void => {
    const { request, response } = message as {
      readonly request: IncomingMessage;
      readonly response: ServerResponse;
    };
    if (!this.#of(request.url ?? '')) return;
    this.#there.add(request);
    this.most = Math.max(this.most, this.#there.size);
    response.once('close', () => this.#there.delete(request));
  };

  [Symbol.dispose](): void {
    unsubscribe(begins, this.#begin);
  }
}
