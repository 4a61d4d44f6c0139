import { Readable } from 'node:stream';
import type { Connection, Submittable } from 'pg';

const errorResponse = 'E'.charCodeAt(0);
const copyData = 'd'.charCodeAt(0);
/** What may stand between pieces of data: the answer that begins them, parameters, notices, notifications. */
const besides = new Set(['H', 'S', 'N', 'A'].map((letter) => letter.charCodeAt(0)));
/** A letter, and the length of the message without it. */
const headBytes = 5;

/**
 * The bytes of a `COPY ... TO STDOUT`. The server sends each record in a message of its own; here the messages of a chunk are
 * taken off their heads in place, which costs a fraction of what handling each of them does.
 *
 * Until the last one the connection's socket is read here, then by the driver again; errors are the driver's throughout.
 */
export class CopyOut extends Readable implements Submittable {
  readonly #sql: string;
  #connection: Connection | null = null;
  #driver: ((bytes: Buffer) => void) | null = null;
  #wanted = false;
  #forwarding = false;
  /** Of the message under way: bytes still to come, and whether they are data. */
  #left = 0;
  #isData = false;
  /** The beginning of a head that was cut by the end of a chunk. */
  #cut: Buffer | null = null;
  readonly #onReadable = (): void => this.#forward();

  constructor(sql: string) {
    super();
    this.#sql = sql;
  }

  /** Called by the driver when it is this query's turn. */
  submit(connection: Connection): void {
    const { stream } = connection;
    const [driver] = stream.listeners('data') as ((bytes: Buffer) => void)[];
    if (!driver) throw new RangeError('nobody reads this connection');
    this.#connection = connection;
    this.#driver = driver;
    stream.removeListener('data', driver);
    stream.pause();
    stream.on('readable', this.#onReadable);
    connection.query(this.#sql);
  }

  handleError(error: Error): void {
    this.destroy(error);
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {}

  override _read(): void {
    this.#wanted = true;
    this.#forward();
  }

  #forward(): void {
    if (this.#forwarding) return;
    this.#forwarding = true;
    for (let chunk = this.#next(); chunk !== null; chunk = this.#next())
      this.#take(this.#cut === null ? chunk : Buffer.concat([this.#cut, chunk]));
    this.#forwarding = false;
  }

  #next(): Buffer | null {
    if (!this.#wanted || this.#connection === null) return null;
    return this.#connection.stream.read() as Buffer | null;
  }

  /** Moves the data of a chunk to its beginning and passes them on. */
  #take(chunk: Buffer): void {
    this.#cut = null;
    let at = 0;
    let end = 0;
    for (;;) {
      const some = Math.min(this.#left, chunk.length - at);
      if (this.#isData && some > 0) {
        if (end < at) chunk.copyWithin(end, at, at + some);
        end += some;
      }
      at += some;
      this.#left -= some;
      if (this.#left > 0) break;
      if (chunk.length - at < headBytes) {
        if (at < chunk.length) this.#cut = Buffer.from(chunk.subarray(at));
        break;
      }
      const kind = chunk[at] ?? 0;
      this.#isData = kind === copyData;
      if (!this.#isData && !besides.has(kind)) return this.#finish(chunk, at, end, kind);
      this.#left = chunk.readUInt32BE(at + 1) - (headBytes - 1);
      at += headBytes;
    }
    if (end > 0) this.#wanted = this.push(chunk.subarray(0, end));
  }

  /** The last message of the data, or an error: it and what follows are for the driver. */
  #finish(chunk: Buffer, at: number, end: number, kind: number): void {
    if (kind !== errorResponse && end > 0) this.push(chunk.subarray(0, end));
    const [connection, driver] = [this.#connection, this.#driver];
    this.#connection = null;
    if (connection === null || driver === null) return;
    const { stream } = connection;
    stream.removeListener('readable', this.#onReadable);
    stream.on('data', driver);
    driver(Buffer.from(chunk.subarray(at)));
    // Listening for readable bytes, and the driver itself, may have paused the socket.
    process.nextTick(() => stream.resume());
    if (kind !== errorResponse) this.push(null);
  }
}
