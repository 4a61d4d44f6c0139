import { hash } from 'node:crypto';
import type { SpillBlock, SpillFile } from './spill-file.ts';

/** A key and what was kept with it (the record's own key, or nothing). */
export interface StoredKey {
  readonly text: string;
  readonly payload: string;
}

const partitions = 64;
const heldMax = 4_096;
const blockBytes = 8 * 1024;
const textCharactersMax = 400;

/**
 * Keys of one kind, in bounded memory: up to 4,096 are held, more go to the spill file, spread over 64 partitions by their
 * hash so that equal keys always lie in the same one and one partition at a time fits into memory.
 */
export class KeyStore {
  readonly #file: SpillFile;
  #held: StoredKey[] = [];
  #writers: PartitionWriter[] | null = null;
  #blocks: SpillBlock[][] = [];
  count = 0;

  constructor(file: SpillFile) {
    this.#file = file;
  }

  add(text: string, payload: string = ''): void {
    this.count += 1;
    // A key of that length is compared by its digest.
    const key =
      text.length > textCharactersMax ? `sha256:${hash('sha256', text, 'hex')}:${text.slice(0, 40)}` : text;
    if (this.#writers !== null) {
      this.#writer(key).add(key, payload);
      return;
    }
    this.#held.push({ text: key, payload });
    if (this.#held.length > heldMax) this.#spill();
  }

  /** No more keys will come: memory is given back. */
  seal(): void {
    if (this.#writers === null) return;
    this.#blocks = this.#writers.map((writer) => writer.finish());
    this.#writers = null;
  }

  get spilled(): boolean {
    return this.#blocks.length > 0;
  }

  /** The keys of one partition, in the order they were added; call after `seal`. */
  *partition(number: number): Generator<StoredKey> {
    for (const key of this.#held) if (partitionOf(key.text) === number) yield key;
    for (const block of this.#blocks[number] ?? []) yield* unpack(this.#file.read(block));
  }

  #spill(): void {
    this.#writers = Array.from({ length: partitions }, () => new PartitionWriter(this.#file));
    for (const { text, payload } of this.#held) this.#writer(text).add(text, payload);
    this.#held = [];
  }

  #writer(key: string): PartitionWriter {
    return this.#writers?.[partitionOf(key)] as PartitionWriter;
  }
}

/** Numbers of all partitions. */
export const partitionNumbers: readonly number[] = Array.from({ length: partitions }, (_, at) => at);

function partitionOf(text: string): number {
  let mixed = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed >>> 16) % partitions;
}

class PartitionWriter {
  readonly #file: SpillFile;
  readonly #buffer = Buffer.alloc(blockBytes);
  readonly #blocks: SpillBlock[] = [];
  #used = 0;

  constructor(file: SpillFile) {
    this.#file = file;
  }

  add(text: string, payload: string): void {
    const most = 8 + (text.length + payload.length) * 3;
    if (this.#used + most > blockBytes) this.#flush();
    const buffer = most > blockBytes ? Buffer.alloc(most) : this.#buffer;
    const at = this.#used;
    const textBytes = buffer.write(text, at + 8);
    const payloadBytes = payload === '' ? 0 : buffer.write(payload, at + 8 + textBytes);
    buffer.writeUInt32LE(textBytes, at);
    buffer.writeUInt32LE(payloadBytes, at + 4);
    const size = 8 + textBytes + payloadBytes;
    if (buffer === this.#buffer) this.#used += size;
    else this.#blocks.push(this.#file.append(buffer.subarray(0, size)));
  }

  finish(): SpillBlock[] {
    this.#flush();
    return this.#blocks;
  }

  #flush(): void {
    if (this.#used > 0) this.#blocks.push(this.#file.append(this.#buffer.subarray(0, this.#used)));
    this.#used = 0;
  }
}

function* unpack(bytes: Buffer): Generator<StoredKey> {
  for (let at = 0; at < bytes.length; ) {
    const textBytes = bytes.readUInt32LE(at);
    const payloadBytes = bytes.readUInt32LE(at + 4);
    const textEnd = at + 8 + textBytes;
    yield {
      text: bytes.toString('utf8', at + 8, textEnd),
      payload: bytes.toString('utf8', textEnd, textEnd + payloadBytes),
    };
    at = textEnd + payloadBytes;
  }
}
