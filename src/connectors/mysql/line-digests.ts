import { sha256 } from '../../host/index.ts';

/** What names the content of a record among those of its slice: 64 bits in hexadecimal digits. */
export type LineDigest = string;

/** Bytes a digest takes where it is kept. */
const digestBytes = 8;

const newline = 10;

export function digestOfLine(line: Uint8Array | string): LineDigest {
  return sha256(line).slice(0, 2 * digestBytes);
}

/** Digests the lines of `mysql-text` on their way through, without their line feeds. */
export class LineDigests {
  #pending: Buffer[] = [];
  #kept = Buffer.alloc(4096 * digestBytes);
  count = 0;

  async *of(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      this.#take(bytes);
      // To the server an empty packet is the end.
      if (bytes.length > 0) yield bytes;
    }
    if (this.#pending.length > 0) this.#add(Buffer.concat(this.#pending));
  }

  /** One behind the other, in the order of the lines. */
  get kept(): Buffer {
    return this.#kept.subarray(0, this.count * digestBytes);
  }

  #take(bytes: Buffer): void {
    let from = 0;
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
      const line = bytes.subarray(from, end);
      this.#add(this.#pending.length === 0 ? line : Buffer.concat([...this.#pending, line]));
      this.#pending = [];
      from = end + 1;
    }
    // A copy: whoever gives the bytes may use their room again.
    if (from < bytes.length) this.#pending.push(Buffer.from(bytes.subarray(from)));
  }

  #add(line: Buffer): void {
    const at = this.count * digestBytes;
    if (at === this.#kept.length) this.#kept = Buffer.concat([this.#kept, Buffer.alloc(this.#kept.length)]);
    this.#kept.write(digestOfLine(line), at, 'hex');
    this.count += 1;
  }
}

/** The digests that stand one behind the other. */
export function* readDigests(kept: Buffer): Generator<LineDigest> {
  for (let at = 0; at < kept.length; at += digestBytes) yield kept.toString('hex', at, at + digestBytes);
}
