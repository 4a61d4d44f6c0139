import { type MessagePort, parentPort, type Transferable, Worker } from 'node:worker_threads';
import { GodwitError, type GodwitErrorContent } from '../model/index.ts';

/**
 * A thread that makes chunks of bytes beside the one everything else runs on.
 *
 * Invariants: 1. a thread works on one order at a time; further ones wait. 2. at most `aheadMax` chunks wait to be taken, then
 * the thread waits too. 3. the memory of a chunk goes over to whoever takes it; nothing is copied. Whoever needs it no more may
 * give it back (`giveBack`), and the thread writes its next chunk into it. 4. an error of the thread comes out as it was
 * thrown, a GodwitError with its code and fate. 5. an idle thread keeps no process alive, and a chunk that nobody waits for
 * any more ends the order.
 */
export class ChunkWorker implements AsyncDisposable {
  readonly #worker: Worker;
  #tail: Promise<unknown> = Promise.resolve();
  #hear: ((message: FromWorker) => void) | null = null;
  #gone: unknown;

  /** @param entry the module that calls `serveChunks` */
  constructor(entry: URL) {
    this.#worker = new Worker(entry, { resourceLimits: { maxYoungGenerationSizeMb: youngMax } });
    this.#worker.unref();
    this.#worker.on('message', (message: FromWorker) => this.#hear?.(message));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new Error('the thread ended before its order was carried out')));
  }

  /** The chunks that the thread makes for this order, in its words. */
  async *chunks(order: unknown): AsyncGenerator<Uint8Array> {
    const release = await this.#turn();
    const messages = new Messages();
    this.#hear = (message) => messages.put(message);
    if (this.#gone !== undefined) messages.put({ kind: 'failed', error: this.#gone });
    let over = false;
    try {
      this.#worker.ref();
      this.#post({ kind: 'order', order });
      for (;;) {
        const message = await messages.next();
        over = message.kind !== 'chunk';
        if (message.kind === 'failed') throw revived(message.error);
        if (message.kind === 'done') return;
        this.#post({ kind: 'taken' });
        owners.set(message.bytes, this.#takeBack);
        yield message.bytes;
      }
    } finally {
      if (!over) await this.#stop(messages);
      this.#worker.unref();
      this.#hear = null;
      release();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }

  /** Resolves when every order before this one is over. */
  async #turn(): Promise<() => void> {
    const before = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    await before;
    return resolve;
  }

  async #stop(messages: Messages): Promise<void> {
    this.#post({ kind: 'stop' });
    while ((await messages.next()).kind === 'chunk');
  }

  #post(message: ToWorker, moved: readonly Transferable[] = []): void {
    this.#worker.postMessage(message, moved);
  }

  readonly #takeBack = ({ buffer }: Uint8Array): void => {
    if (this.#gone === undefined) this.#post({ kind: 'back', memory: buffer }, [buffer as Transferable]);
  };

  #end(error: unknown): void {
    this.#gone ??= error;
    this.#hear?.({ kind: 'failed', error });
  }
}

/** Where a chunk goes that is given back. */
const owners = new WeakMap<Uint8Array, (chunk: Uint8Array) => void>();

/** Says that nobody reads this chunk any more; its memory goes back to the thread that made it, if one did. */
export function giveBack(chunk: Uint8Array): void {
  const takeBack = owners.get(chunk);
  owners.delete(chunk);
  takeBack?.(chunk);
}

const aheadMax = 4;

/** What a thread holds passes quickly: collected often, it takes some 30 MB less. */
const youngMax = 12;

type ToWorker =
  | { readonly kind: 'order'; readonly order: unknown }
  | { readonly kind: 'taken' }
  | { readonly kind: 'back'; readonly memory: ArrayBufferLike }
  | { readonly kind: 'stop' };

type FromWorker =
  | { readonly kind: 'chunk'; readonly bytes: Uint8Array }
  | { readonly kind: 'done' }
  /** `error` is the content of a GodwitError, or an error as it is. */
  | { readonly kind: 'failed'; readonly error: unknown };

/** Messages in the order they came, for one who waits for them. */
class Messages {
  readonly #waiting: FromWorker[] = [];
  #wake: (() => void) | null = null;

  put(message: FromWorker): void {
    this.#waiting.push(message);
    this.#wake?.();
  }

  async next(): Promise<FromWorker> {
    for (;;) {
      const message = this.#waiting.shift();
      if (message !== undefined) return message;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }
}

/** Memory of chunks that came back. */
export interface ChunkMemory {
  /** Exactly so many bytes, with anything in them; null where there is none. */
  take(bytes: number): Buffer | null;
}

class ReturnedMemory implements ChunkMemory {
  readonly #free: ArrayBufferLike[] = [];

  put(memory: ArrayBufferLike): void {
    if (this.#free.length < returnedMax) this.#free.push(memory);
  }

  take(bytes: number): Buffer | null {
    for (let memory = this.#free.pop(); memory !== undefined; memory = this.#free.pop())
      if (memory.byteLength === bytes) return Buffer.from(memory);
    return null;
  }
}

/** As many as can be on their way at once. */
const returnedMax = aheadMax + 2;

/**
 * The thread's side: carries out orders until the thread is ended. The chunks have memory of their own, which they lose.
 *
 * @param carryOut makes the chunks of one order, in memory that came back where there is some
 */
export function serveChunks(
  carryOut: (order: never, memory: ChunkMemory) => AsyncIterable<Uint8Array>,
): void {
  if (parentPort === null) throw new Error('only a thread serves chunks');
  const port = parentPort;
  const returned = new ReturnedMemory();
  let credit = new Credit();
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'taken') credit.add();
    else if (message.kind === 'back') returned.put(message.memory);
    else if (message.kind === 'stop') credit.stop();
    else {
      credit = new Credit();
      void answer(port, credit, carryOut(message.order as never, returned));
    }
  });
}

async function answer(port: MessagePort, credit: Credit, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const tell = (message: FromWorker, moved: readonly Transferable[]): void =>
    port.postMessage(message, moved);
  try {
    for await (const bytes of chunks) {
      tell({ kind: 'chunk', bytes }, [bytes.buffer as Transferable]);
      if (!(await credit.spend())) break;
    }
    tell({ kind: 'done' }, []);
  } catch (error) {
    tell({ kind: 'failed', error: error instanceof GodwitError ? error.toJSON() : error }, []);
  }
}

/** How many chunks may be sent before one is taken. */
class Credit {
  #left = aheadMax;
  #stopped = false;
  #wake: (() => void) | null = null;

  add(): void {
    this.#left += 1;
    this.#wake?.();
  }

  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** Resolves when another one may be made; false: nobody wants any more. */
  async spend(): Promise<boolean> {
    this.#left -= 1;
    if (this.#left <= 0 && !this.#stopped) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    return !this.#stopped;
  }
}

export function revived(error: unknown): unknown {
  if (error instanceof Error || typeof error !== 'object' || error === null || !('fate' in error))
    return error;
  return new GodwitError(error as GodwitErrorContent);
}
