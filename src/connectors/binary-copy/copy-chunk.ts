import type { ChunkMemory } from '../../host/index.ts';

/**
 * The bytes of a binary COPY as they grow: a header, tuples of fields each behind its length, a trailer
 * (https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4). Writers put single values behind `begin`.
 *
 * Invariants: 1. `bytes` is not shared with anything: whoever takes a chunk may hand its memory to another thread.
 * 2. `room` is asked before writing; nothing checks again. 3. a chunk is taken between two tuples only.
 */
export class CopyChunk {
  readonly #usualBytes: number;
  readonly #memory: ChunkMemory | null;
  bytes: Buffer;
  /** Where the next byte goes. */
  at = 0;

  /** @param memory of chunks that are needed no more */
  constructor(usualBytes: number = chunkBytes, memory: ChunkMemory | null = null) {
    this.#usualBytes = usualBytes;
    this.#memory = memory;
    this.bytes = this.#next();
  }

  /** Enough was written to be sent. */
  get full(): boolean {
    return this.at >= this.#usualBytes;
  }

  header(): void {
    this.room(19);
    this.bytes.set(signature, this.at);
    this.bytes.fill(0, this.at + 11, this.at + 19);
    this.at += 19;
  }

  trailer(): void {
    this.room(2);
    this.int16(-1);
  }

  tuple(fields: number): void {
    this.room(2);
    this.int16(fields);
  }

  absent(): void {
    this.room(4);
    this.int32(-1);
  }

  /** Begins a value of that many bytes, for which there is room afterwards. */
  begin(length: number): void {
    this.room(length + 4);
    this.int32(length);
  }

  /** A whole value, as it is. */
  value(bytes: Uint8Array, from: number, to: number): void {
    this.begin(to - from);
    this.copy(bytes, from, to);
  }

  /** Bytes of a value that was begun. */
  copy(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    const { at, bytes: room } = this;
    if (length < shortBytes)
      for (let next = 0; next < length; next += 1) room[at + next] = bytes[from + next] as number;
    else if (bytes instanceof Buffer) bytes.copy(room, at, from, to);
    else room.set(bytes.subarray(from, to), at);
    this.at = at + length;
  }

  int16(value: number): void {
    const { bytes, at } = this;
    bytes[at] = value >> 8;
    bytes[at + 1] = value;
    this.at = at + 2;
  }

  int32(value: number): void {
    const { bytes, at } = this;
    bytes[at] = value >> 24;
    bytes[at + 1] = value >> 16;
    bytes[at + 2] = value >> 8;
    bytes[at + 3] = value;
    this.at = at + 4;
  }

  /** A whole number that a double holds exactly. */
  int64(value: number): void {
    const high = Math.floor(value / 4_294_967_296);
    this.int32(high);
    this.int32((value - high * 4_294_967_296) | 0);
  }

  room(bytes: number): void {
    if (this.at + bytes > this.bytes.length) this.#grow(this.at + bytes);
  }

  /** What was written since the last one; it belongs to whoever took it. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.at);
    this.bytes = this.#next();
    this.at = 0;
    return taken;
  }

  #next(): Buffer {
    const bytes = this.#usualBytes + spareBytes;
    return this.#memory?.take(bytes) ?? unshared(bytes);
  }

  #grow(needed: number): void {
    const larger = unshared(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.at);
    this.bytes = larger;
  }
}

const chunkBytes = 256 * 1024;
/** Most tuples fit behind a chunk that is nearly full. */
const spareBytes = 16 * 1024;

const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');

/** Below it a loop is faster than asking for a copy. */
const shortBytes = 40;

/** Not from the pool that small buffers share; not filled with zeros, for only what was written is ever sent. */
function unshared(bytes: number): Buffer {
  return Buffer.allocUnsafeSlow(bytes);
}
