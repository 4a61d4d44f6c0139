import { hash } from 'node:crypto';
import { type Row, recordKey, type Value } from '../model/index.ts';
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
  #sizes: number[] = [];
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

  /** Adds the key of each row together with the key of its record; rows without a key are passed over. */
  addRows(
    rows: readonly Row[],
    places: readonly number[],
    identity: readonly number[],
    textOf: (values: readonly Value[]) => string | null,
  ): void {
    for (const row of rows) {
      const text = textOf(places.map((place) => row[place] as Value));
      if (text !== null) this.add(text, recordKey(identity.map((place) => row[place] as Value)));
    }
  }

  /** No more keys will come: memory is given back. */
  seal(): void {
    if (this.#writers === null) return;
    this.#blocks = this.#writers.map((writer) => writer.finish());
    this.#sizes = this.#writers.map((writer) => writer.keys);
    this.#writers = null;
  }

  /** How many keys lie in a partition. */
  size(number: number): number {
    let size = this.#sizes[number] ?? 0;
    for (const key of this.#held) if (partitionOf(key.text) === number) size += 1;
    return size;
  }

  /** Shows the bytes of each key of one partition, in the order they were added; call after `seal`. */
  each(number: number, look: (key: KeyView) => void): void {
    const view = new KeyView();
    for (const key of this.#held) {
      if (partitionOf(key.text) !== number) continue;
      const bytes = Buffer.alloc(8 + (key.text.length + key.payload.length) * 3);
      pack(bytes, 0, key.text, key.payload);
      view.at(bytes, 0);
      look(view);
    }
    for (const block of this.#blocks[number] ?? []) {
      const bytes = this.#file.read(block);
      for (let at = 0; at < bytes.length; at = view.past) {
        view.at(bytes, at);
        look(view);
      }
    }
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
  keys = 0;

  constructor(file: SpillFile) {
    this.#file = file;
  }

  add(text: string, payload: string): void {
    const most = 8 + (text.length + payload.length) * 3;
    if (this.#used + most > blockBytes) this.#flush();
    const buffer = most > blockBytes ? Buffer.alloc(most) : this.#buffer;
    const size = pack(buffer, this.#used, text, payload);
    this.keys += 1;
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

/** Writes `text length, payload length, text, payload` and answers with the bytes it took. */
function pack(buffer: Buffer, at: number, text: string, payload: string): number {
  const textBytes = buffer.write(text, at + 8);
  const payloadBytes = payload === '' ? 0 : buffer.write(payload, at + 8 + textBytes);
  buffer.writeUInt32LE(textBytes, at);
  buffer.writeUInt32LE(payloadBytes, at + 4);
  return 8 + textBytes + payloadBytes;
}

/** A key where it lies in a block; its text is made only when somebody asks. Valid during the call it was handed to. */
export class KeyView {
  #bytes: Buffer = Buffer.alloc(0);
  #start = 0;
  #textEnd = 0;
  past = 0;

  at(bytes: Buffer, at: number): void {
    this.#bytes = bytes;
    this.#start = at + 8;
    this.#textEnd = this.#start + bytes.readUInt32LE(at);
    this.past = this.#textEnd + bytes.readUInt32LE(at + 4);
  }

  get text(): string {
    return this.#bytes.toString('utf8', this.#start, this.#textEnd);
  }

  get payload(): string {
    return this.#bytes.toString('utf8', this.#textEnd, this.past);
  }

  /** Two hashes of 32 bits each of the text's bytes, the second never 0. */
  hash(into: Uint32Array): void {
    let a = 0x811c9dc5;
    let b = 0x2545f491;
    for (let at = this.#start; at < this.#textEnd; at += 1) {
      const byte = this.#bytes[at] as number;
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b ^ byte, 0x85ebca6b) + 0x52dce729;
      b = (b << 13) | (b >>> 19);
    }
    a ^= this.#textEnd - this.#start;
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b);
    a ^= a >>> 13;
    b = Math.imul(b ^ (b >>> 15) ^ a, 0xc2b2ae35);
    into[0] = a >>> 0;
    into[1] = (b ^ (b >>> 16)) >>> 0 || 1;
  }
}
