import type { ByteSource } from './open-bytes.ts';
import type { ScanUnits } from './record-shape.ts';

const firstReadBytes = 16 * 1024;
const readBytes = 256 * 1024;

/**
 * The part of a file that is being looked at: filled from the front, discarded from the back. `units` is what scanners see,
 * bytes or 16-bit units; positions in it are valid until the next `fill` or `discard`. The file is read into the same memory
 * again and again; it grows only for a record that does not fit.
 */
export class ByteWindow {
  readonly #source: ByteSource;
  readonly #unitBytes: 1 | 2;
  readonly #swapped: boolean;
  #buffer: Buffer = Buffer.from(new ArrayBuffer(32 * 1024));
  #filled = 0;
  /** Offset in the file of the buffer's first byte. */
  #base: number;
  #ended = false;
  /** Starts small: whoever goes to a single record needs little, whoever reads on soon gets much. */
  #readBytes = firstReadBytes;
  units: ScanUnits = new Uint8Array(0);

  /** @param offset where in the file the source starts */
  constructor(source: ByteSource, unitBytes: 1 | 2, swapped: boolean, offset: number) {
    this.#source = source;
    this.#unitBytes = unitBytes;
    this.#swapped = swapped;
    this.#base = offset;
    this.#show();
  }

  /** No more bytes will come. */
  get ended(): boolean {
    return this.#ended;
  }

  get heldBytes(): number {
    return this.#filled;
  }

  /** The file ended in the middle of a 16-bit unit. */
  get endsInsideUnit(): boolean {
    return this.#ended && this.#unitBytes === 2 && this.#filled % 2 === 1;
  }

  /** The offset in the file of a position in `units`. */
  offsetOf(unit: number): number {
    return this.#base + unit * this.#unitBytes;
  }

  /** The memory of `units`; big-endian pairs are little-endian here. */
  get bytes(): Buffer {
    return this.#buffer;
  }

  /** The file's own bytes of a part of `units`, as a copy. */
  original(from: number, to: number): Uint8Array {
    const copy = Buffer.from(this.#buffer.subarray(from * this.#unitBytes, to * this.#unitBytes));
    return this.#swapped ? copy.swap16() : copy;
  }

  /** Reads at least as much again as is held, so that a long record is looked at a few times only. False: there is no more. */
  async fill(): Promise<boolean> {
    const wanted = Math.max(1, this.#filled);
    let got = 0;
    while (got < wanted && !this.#ended) {
      const bytes = await this.#append();
      if (bytes === 0) this.#ended = true;
      got += bytes;
    }
    this.#show();
    return got > 0;
  }

  /** Forgets everything before that unit, which becomes unit 0. */
  discard(before: number): void {
    const bytes = before * this.#unitBytes;
    this.#buffer.copyWithin(0, bytes, this.#filled);
    this.#filled -= bytes;
    this.#base += bytes;
    this.#show();
  }

  async close(): Promise<void> {
    await this.#source.close();
  }

  async #append(): Promise<number> {
    const size = this.#readBytes;
    this.#readBytes = Math.min(size * 4, readBytes);
    const needed = this.#filled + size;
    if (needed > this.#buffer.length) {
      const larger = Buffer.from(new ArrayBuffer(Math.max(needed, this.#buffer.length * 2)));
      this.#buffer.copy(larger, 0, 0, this.#filled);
      this.#buffer = larger;
    }
    const from = this.#filled;
    const bytes = await this.#source.read(this.#buffer, from, size);
    this.#filled += bytes;
    if (this.#swapped) this.#swap(from, this.#filled);
    return bytes;
  }

  /** Big-endian pairs become little-endian ones; a pair may be split between two chunks. */
  #swap(from: number, to: number): void {
    // Whole units are discarded only, so that a pair always starts at an even place of the buffer.
    for (let at = from - (from % 2); at + 1 < to; at += 2) {
      const first = this.#buffer[at] as number;
      this.#buffer[at] = this.#buffer[at + 1] as number;
      this.#buffer[at + 1] = first;
    }
  }

  #show(): void {
    const memory = this.#buffer.buffer as ArrayBuffer;
    this.units =
      this.#unitBytes === 1
        ? new Uint8Array(memory, 0, this.#filled)
        : new Uint16Array(memory, 0, this.#filled >> 1);
  }
}
