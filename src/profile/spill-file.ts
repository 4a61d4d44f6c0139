import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spillFailed } from './faults.ts';

/** A piece of the spill file. */
export interface SpillBlock {
  readonly offset: number;
  readonly bytes: number;
}

/**
 * One temporary file for all keys that do not fit into memory. It has no name as soon as it is open (where the system
 * allows that), so nothing is left behind by a crash; only this user can read it.
 */
export class SpillFile implements Disposable {
  readonly #folder: string;
  readonly #handle: number;
  #size = 0;
  #read: Buffer = Buffer.alloc(64 * 1024);

  constructor(parent: string = tmpdir()) {
    try {
      this.#folder = mkdtempSync(join(parent, 'godwit-profile-'));
      const path = join(this.#folder, 'keys');
      this.#handle = openSync(path, 'wx+', 0o600);
      if (process.platform !== 'win32') rmSync(this.#folder, { recursive: true });
    } catch (error) {
      throw spillFailed(parent, error);
    }
  }

  append(bytes: Uint8Array): SpillBlock {
    const block = { offset: this.#size, bytes: bytes.length };
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#handle, bytes, done, bytes.length - done, this.#size + done);
      }
    } catch (error) {
      throw spillFailed(this.#folder, error);
    }
    this.#size += bytes.length;
    return block;
  }

  /** The bytes are valid until the next read. */
  read(block: SpillBlock): Buffer {
    if (this.#read.length < block.bytes) this.#read = Buffer.alloc(block.bytes);
    const bytes = this.#read.subarray(0, block.bytes);
    try {
      for (let done = 0; done < bytes.length; ) {
        const read = readSync(this.#handle, bytes, done, bytes.length - done, block.offset + done);
        if (read === 0) throw new RangeError('the temporary file is shorter than what was written to it');
        done += read;
      }
    } catch (error) {
      throw spillFailed(this.#folder, error);
    }
    return bytes;
  }

  [Symbol.dispose](): void {
    closeSync(this.#handle);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
