import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
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

/** Starts small: whoever goes to a single record needs little, whoever reads on soon gets large chunks. */
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
