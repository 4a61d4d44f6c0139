import { sha256Into } from '../../host/index.ts';

/** What names the content of a record, or its key, among those of its slice: in hexadecimal digits. */
export type Digest = string;

/**
 * Digests of the records of a slice, one behind the other, in the order of its lines.
 *
 * A line's has 64 bits: a record that somebody changed must not be taken for one of the slice. A key's has 48: where two are
 * alike a record of others is named in vain, of a million of them beside a slice of a million one in 280 times.
 */
export interface KeptDigests {
  readonly lines: Buffer;
  /** Null where the key is not among the fields of the line, and of slices that were loaded before keys were kept. */
  readonly keys: Buffer | null;
}

export const lineBytes = 8;
export const keyBytes = 6;

const firstKeysMax = 20;

const [tab, newline] = [9, 10];

export function digestOf(content: string, bytes: number): Digest {
  const digest = Buffer.alloc(bytes);
  sha256Into(content, digest, 0, bytes);
  return digest.toString('hex');
}

/** Digests the lines of `mysql-text` on their way through, without their line feeds. */
export class LineDigests {
  readonly #keyPlaces: readonly number[];
  #pending: Buffer[] = [];
  #lines = Buffer.alloc(4096 * lineBytes);
  #keys = Buffer.alloc(4096 * keyBytes);
  /** The key's fields of the first lines, with tabs between them; none where the lines do not name their records. */
  readonly firstKeys: string[] = [];
  count = 0;

  /** @param keyPlaces which fields of a line name its record, the first one first; none where they do not */
  constructor(keyPlaces: readonly number[]) {
    this.#keyPlaces = keyPlaces;
  }

  async *of(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      this.#take(bytes);
      // To the server an empty packet is the end.
      if (bytes.length > 0) yield bytes;
    }
    if (this.#pending.length > 0) this.#add(Buffer.concat(this.#pending));
  }

  get kept(): KeptDigests {
    return {
      lines: this.#lines.subarray(0, this.count * lineBytes),
      keys: this.#keyPlaces.length === 0 ? null : this.#keys.subarray(0, this.count * keyBytes),
    };
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
    if (this.count * lineBytes === this.#lines.length) {
      this.#lines = Buffer.concat([this.#lines, Buffer.alloc(this.#lines.length)]);
      this.#keys = Buffer.concat([this.#keys, Buffer.alloc(this.#keys.length)]);
    }
    sha256Into(line, this.#lines, this.count * lineBytes, lineBytes);
    if (this.#keyPlaces.length > 0) {
      const key = fieldsOf(line, this.#keyPlaces);
      sha256Into(key, this.#keys, this.count * keyBytes, keyBytes);
      if (this.firstKeys.length < firstKeysMax) this.firstKeys.push(key.toString());
    }
    this.count += 1;
  }
}

/** These fields of a line, with tabs between them. */
function fieldsOf(line: Buffer, places: readonly number[]): Buffer {
  const found: Buffer[] = [];
  let from = 0;
  for (let place = 0; found.length < places.length; place += 1) {
    const end = line.indexOf(tab, from);
    const to = end === -1 ? line.length : end;
    // With the tab behind it, unless it is the last one wanted.
    if (place === places[found.length])
      found.push(line.subarray(from, found.length === places.length - 1 ? to : to + 1));
    from = to + 1;
  }
  return found.length === 1 ? (found[0] as Buffer) : Buffer.concat(found);
}

/** Tells the records of a slice by their digests. */
export class KnownRecords {
  readonly #kept: KeptDigests;
  readonly #lines: ReadonlySet<Digest>;
  readonly #keys: ReadonlySet<Digest> | null;

  constructor(kept: KeptDigests) {
    this.#kept = kept;
    this.#lines = new Set(digestsIn(kept.lines, lineBytes));
    this.#keys = kept.keys && new Set(digestsIn(kept.keys, keyBytes));
  }

  /** False where keys tell nothing: then a record that the slice does not know may be one of its own all the same. */
  get keysTell(): boolean {
    return this.#keys !== null;
  }

  hasLine(digest: Digest): boolean {
    return this.#lines.has(digest);
  }

  /** Whether the slice had a record of this key. */
  hasKey(digest: Digest): boolean {
    return this.#keys?.has(digest) ?? false;
  }

  /** What is kept when the records of these lines are gone. */
  without(gone: ReadonlySet<Digest>): KeptDigests {
    const lines = [...digestsIn(this.#kept.lines, lineBytes)];
    const left = lines.flatMap((digest, at) => (gone.has(digest) ? [] : [at]));
    return {
      lines: onlyAt(this.#kept.lines, lineBytes, left),
      keys: this.#kept.keys && onlyAt(this.#kept.keys, keyBytes, left),
    };
  }
}

function onlyAt(kept: Buffer, bytes: number, places: readonly number[]): Buffer {
  return Buffer.concat(places.map((at) => kept.subarray(at * bytes, (at + 1) * bytes)));
}

export function* digestsIn(kept: Buffer, bytes: number): Generator<Digest> {
  for (let at = 0; at < kept.length; at += bytes) yield kept.toString('hex', at, at + bytes);
}
