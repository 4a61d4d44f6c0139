import { type MessagePort, parentPort, type Transferable, Worker } from 'node:worker_threads';
import { GodwitError } from '../model/index.ts';
import { revived } from './worker.ts';

/**
 * A thread that takes chunks of bytes from the one everything else runs on, and answers when it had all of them.
 *
 * Invariants: 1. a thread works on one order at a time; whoever has another waits or takes another thread. 2. at most `aheadMax`
 * chunks wait for it, then whoever sends waits too. 3. an error of the thread comes out as it was thrown, a GodwitError with
 * its code and fate. 4. an idle thread keeps no process alive.
 */
export class SinkWorker implements AsyncDisposable {
  readonly #worker: Worker;
  #hear: ((message: FromSink) => void) | null = null;
  #gone: unknown;

  /** @param entry the module that calls `serveSink` */
  constructor(entry: URL) {
    // It makes hardly any objects: a smaller place for new ones is no loss.
    this.#worker = new Worker(entry, { resourceLimits: { maxYoungGenerationSizeMb: 4 } });
    this.#worker.unref();
    this.#worker.on('message', (message: FromSink) => this.#hear?.(message));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('the thread ended before its order was carried out')));
  }

  /** Feeds the chunks of one order to the thread; gives its answer. */
  async feed<Answer>(order: unknown, chunks: AsyncIterable<Uint8Array>): Promise<Answer> {
    const state = new Feeding();
    this.#hear = (message) => state.hear(message);
    if (this.#gone !== undefined) state.hear({ kind: 'failed', error: this.#gone });
    this.#worker.ref();
    let over = false;
    try {
      this.#post({ kind: 'order', order }, []);
      for await (const chunk of gathered(chunks)) {
        this.#post({ kind: 'chunk', bytes: chunk }, [chunk.buffer as Transferable]);
        await state.room();
      }
      this.#post({ kind: 'end' }, []);
      const answer = await state.answer();
      over = true;
      return answer as Answer;
    } finally {
      if (!over) await this.#stop(state);
      this.#worker.unref();
      this.#hear = null;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  /** What is half done is given up; the thread says when. */
  async #stop(state: Feeding): Promise<void> {
    if (state.failed) return;
    this.#post({ kind: 'stop' }, []);
    await state.answer().catch(() => undefined);
  }

  #post(message: ToSink, moved: readonly Transferable[]): void {
    this.#worker.postMessage(message, moved);
  }

  #end(error: unknown): void {
    this.#gone ??= error;
    this.#hear?.({ kind: 'failed', error });
  }
}

const aheadMax = 4;
const chunkBytes = 1 << 20;

type ToSink =
  | { readonly kind: 'order'; readonly order: unknown }
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'stop' };

type FromSink =
  | { readonly kind: 'taken' }
  | { readonly kind: 'done'; readonly answer: unknown }
  /** `error` is the content of a GodwitError, or an error as it is. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** What whoever feeds knows of the thread. */
class Feeding {
  readonly #answer = Promise.withResolvers<unknown>();
  #ahead = 0;
  #wake: (() => void) | null = null;
  failed = false;
  #error: unknown;

  constructor() {
    // Whether anybody waits for it already is not known.
    this.#answer.promise.catch(() => undefined);
  }

  hear(message: FromSink): void {
    if (message.kind === 'taken') this.#ahead -= 1;
    else if (message.kind === 'done') this.#answer.resolve(message.answer);
    else {
      this.failed = true;
      this.#error = revived(message.error);
      this.#answer.reject(this.#error);
    }
    this.#wake?.();
  }

  /** A chunk was sent; resolves when another one may be, throws when the thread wants no more. */
  async room(): Promise<void> {
    this.#ahead += 1;
    while (this.#ahead >= aheadMax && !this.failed) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    if (this.failed) throw this.#error;
  }

  async answer(): Promise<unknown> {
    return this.#answer.promise;
  }
}

/** The same bytes in few chunks with memory of their own, which can be given away. */
async function* gathered(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let room = new Uint8Array(chunkBytes);
  let length = 0;
  for await (const chunk of chunks)
    for (let from = 0; from < chunk.length; ) {
      const part = chunk.subarray(from, from + room.length - length);
      room.set(part, length);
      length += part.length;
      from += part.length;
      if (length < room.length) continue;
      yield room;
      room = new Uint8Array(chunkBytes);
      length = 0;
    }
  if (length > 0) yield room.subarray(0, length);
}

/** What the thread does with one order. */
export interface Sink extends Disposable {
  take(chunk: Uint8Array): void;
  /** After the last chunk. */
  finish(): unknown;
}

/**
 * The thread's side: carries out orders until the thread is ended.
 *
 * @param open begins one order
 */
export function serveSink(open: (order: never) => Sink): void {
  if (parentPort === null) throw new Error('only a thread takes chunks');
  const port = parentPort;
  const orders = new Orders(port, open);
  port.on('message', (message: ToSink) => orders.hear(message));
}

/** A failure is told once: of an order that failed nothing more is said. */
class Orders {
  readonly #port: MessagePort;
  readonly #open: (order: never) => Sink;
  #sink: Sink | null = null;

  constructor(port: MessagePort, open: (order: never) => Sink) {
    this.#port = port;
    this.#open = open;
  }

  hear(message: ToSink): void {
    try {
      if (message.kind === 'order') this.#sink = this.#open(message.order as never);
      else if (message.kind === 'chunk') this.#take(message.bytes);
      else this.#end(message.kind === 'end' ? this.#sink?.finish() : undefined);
    } catch (error) {
      this.#close();
      this.#tell({ kind: 'failed', error: error instanceof GodwitError ? error.toJSON() : error });
    }
  }

  #take(bytes: Uint8Array): void {
    this.#sink?.take(bytes);
    this.#tell({ kind: 'taken' });
  }

  #end(answer: unknown): void {
    if (this.#sink === null) return;
    this.#close();
    this.#tell({ kind: 'done', answer });
  }

  #close(): void {
    this.#sink?.[Symbol.dispose]();
    this.#sink = null;
  }

  #tell(message: FromSink): void {
    this.#port.postMessage(message, []);
  }
}
