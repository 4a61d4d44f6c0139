import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { isMainThread } from 'node:worker_threads';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Compression } from './dialect.ts';
import { compressionDamaged } from './faults.ts';

const firstChunkBytes = 16 * 1024;
const chunkBytes = 256 * 1024;

/**
 * The bytes of a file, decompressed, from an offset in the decompressed content on. Every member of a gzip file and every
 * frame of a Zstandard file is read: the decompressor of Node 24 stops behind the first Zstandard frame without a word.
 * A chunk belongs to whoever got it.
 */
export async function* openBytes(
  file: FileHandle,
  path: string,
  compression: Compression,
  offset: number,
): AsyncGenerator<Uint8Array> {
  if (compression === 'none') {
    yield* plainBytes(file, offset);
    return;
  }
  let skip = offset;
  for await (const chunk of decompressed(file, path, compression)) {
    if (chunk.length <= skip) {
      skip -= chunk.length;
      continue;
    }
    yield skip > 0 ? chunk.subarray(skip) : chunk;
    skip = 0;
  }
}

/** Bytes of a file, one after the other, into memory of whoever asks for them. */
export interface ByteSource {
  /** Puts at most `room` bytes into `buffer` from `at` on; answers how many, 0 when there are no more. */
  read(buffer: Buffer, at: number, room: number): Promise<number>;
  close(): Promise<void>;
}

/** The same bytes as `openBytes` gives. */
export function openSource(
  file: FileHandle,
  path: string,
  compression: Compression,
  offset: number,
): ByteSource {
  return compression === 'none'
    ? new PlainSource(file, offset)
    : new ChunkSource(openBytes(file, path, compression, offset));
}

/** In a thread of its own it waits for the bytes: to be woken up again takes longer than to have them read. */
class PlainSource implements ByteSource {
  readonly #file: FileHandle;
  #next: number;

  constructor(file: FileHandle, offset: number) {
    this.#file = file;
    this.#next = offset;
  }

  async read(buffer: Buffer, at: number, room: number): Promise<number> {
    const bytesRead = isMainThread
      ? (await this.#file.read(buffer, at, room, this.#next)).bytesRead
      : readSync(this.#file.fd, buffer, at, room, this.#next);
    this.#next += bytesRead;
    return bytesRead;
  }

  async close(): Promise<void> {
    // The file belongs to whoever opened it.
  }
}

class ChunkSource implements ByteSource {
  readonly #chunks: AsyncGenerator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncGenerator<Uint8Array>) {
    this.#chunks = chunks;
  }

  async read(buffer: Buffer, at: number, room: number): Promise<number> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done === true) return 0;
      this.#rest = value;
    }
    const part = this.#rest.subarray(0, room);
    buffer.set(part, at);
    this.#rest = this.#rest.subarray(part.length);
    return part.length;
  }

  async close(): Promise<void> {
    await this.#chunks.return(undefined);
  }
}

/** Starts small: whoever looks at the beginning needs little, whoever reads on soon gets large chunks. */
async function* plainBytes(file: FileHandle, offset: number): AsyncGenerator<Uint8Array> {
  let size = firstChunkBytes;
  for (let at = offset; ; size = Math.min(size * 4, chunkBytes)) {
    const buffer = Buffer.allocUnsafe(size);
    const { bytesRead } = await file.read(buffer, 0, size, at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

async function* decompressed(
  file: FileHandle,
  path: string,
  compression: 'gzip' | 'zstd',
): AsyncGenerator<Uint8Array> {
  const { size } = await file.stat();
  for (let at = 0; at < size; ) {
    const decompressor = compression === 'gzip' ? createGunzip() : createZstdDecompress();
    const input = Readable.from(plainBytes(file, at));
    input.on('error', (error) => decompressor.destroy(error));
    try {
      for await (const chunk of input.pipe(decompressor)) yield chunk as Uint8Array;
    } catch (cause) {
      throw compressionDamaged(path, compression, cause);
    } finally {
      input.destroy();
    }
    const used = decompressor.bytesWritten;
    if (compression === 'gzip' || used === 0) return;
    at += used;
  }
}
