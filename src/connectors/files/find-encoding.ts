import { isAscii, isUtf8 } from 'node:buffer';
import type { Encoding } from './dialect.ts';
import { encodingUnclear } from './faults.ts';

export interface FoundEncoding {
  readonly encoding: Encoding;
  readonly byteOrderMark: boolean;
}

/**
 * Finds the encoding from every byte of the file: a mark says it, valid UTF-8 proves itself, pairs with zeros are UTF-16.
 * What is none of these is Windows-1252 when enough bytes are its letters (Latin-1 reads the same then); when the bytes
 * could as well be damaged UTF-8, a person is asked.
 */
export async function findEncoding(path: string, chunks: AsyncIterable<Uint8Array>): Promise<FoundEncoding> {
  const census = new ByteCensus();
  for await (const chunk of chunks) {
    const marked = census.bytes === 0 ? markOf(path, chunk) : null;
    if (marked !== null) return marked;
    census.add(chunk);
  }
  return { encoding: judge(path, census), byteOrderMark: false };
}

function markOf(path: string, chunk: Uint8Array): FoundEncoding | null {
  const [first, second, third, fourth] = chunk;
  if (first === 0xff && second === 0xfe && third === 0 && fourth === 0)
    throw encodingUnclear(path, 'it has the mark of UTF-32, which is not read');
  if (first === 0xef && second === 0xbb && third === 0xbf) return { encoding: 'utf-8', byteOrderMark: true };
  if (first === 0xff && second === 0xfe) return { encoding: 'utf-16le', byteOrderMark: true };
  if (first === 0xfe && second === 0xff) return { encoding: 'utf-16be', byteOrderMark: true };
  return null;
}

/** Bytes of the mark of an encoding. */
export function markBytes(encoding: Encoding): number {
  return encoding === 'utf-8' ? 3 : 2;
}

class ByteCensus {
  bytes = 0;
  zerosEven = 0;
  zerosOdd = 0;
  /** Characters of more than one byte that are well-formed UTF-8, and bytes beyond ASCII that are in none. */
  sequences = 0;
  strays = 0;
  /** Bytes 80 to 9F: control characters in Latin-1, punctuation in Windows-1252, where five of them are nothing. */
  upperControls = 0;
  undefinedInWindows = 0;
  /** Strays that Windows-1252 reads as a letter beside an ASCII letter. */
  letters = 0;
  #carry: Uint8Array = new Uint8Array(0);

  add(chunk: Uint8Array): void {
    const whole =
      this.#carry.length > 0
        ? Buffer.concat([this.#carry, chunk])
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const end = whole.length - unfinishedBytes(whole);
    const part = whole.subarray(0, end);
    this.#zeros(part);
    if (!isUtf8(part)) this.#count(part);
    else if (!isAscii(part)) this.#leads(part);
    this.bytes += part.length;
    this.#carry = Uint8Array.from(whole.subarray(end));
  }

  finish(): void {
    this.#count(this.#carry);
    this.bytes += this.#carry.length;
    this.#carry = new Uint8Array(0);
  }

  #zeros(part: Buffer): void {
    for (let at = part.indexOf(0); at >= 0; at = part.indexOf(0, at + 1)) {
      if ((this.bytes + at) % 2 === 0) this.zerosEven += 1;
      else this.zerosOdd += 1;
    }
  }

  /** In well-formed UTF-8 every character beyond ASCII has one byte from C0 on. */
  #leads(part: Uint8Array): void {
    for (const byte of part) if (byte >= 0xc0) this.sequences += 1;
  }

  #count(part: Uint8Array): void {
    for (let at = 0; at < part.length; ) {
      const byte = part[at] as number;
      const length = byte < 0x80 ? 1 : sequenceLength(part, at);
      if (byte >= 0x80) {
        if (length > 0) this.sequences += 1;
        else this.#stray(part, at, byte);
      }
      at += Math.max(1, length);
    }
  }

  #stray(part: Uint8Array, at: number, byte: number): void {
    this.strays += 1;
    if (byte < 0xa0) {
      this.upperControls += 1;
      if ([0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte)) this.undefinedInWindows += 1;
    } else if (
      byte >= 0xc0 &&
      byte !== 0xd7 &&
      byte !== 0xf7 &&
      (isLetter(part[at - 1]) || isLetter(part[at + 1]))
    ) {
      this.letters += 1;
    }
  }
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122));
}

/** Length of the well-formed sequence that starts here; 0 when there is none. */
function sequenceLength(part: Uint8Array, at: number): number {
  const byte = part[at] as number;
  const length =
    byte >= 0xc2 && byte < 0xe0 ? 2 : byte >= 0xe0 && byte < 0xf0 ? 3 : byte >= 0xf0 && byte < 0xf5 ? 4 : 0;
  return length > 0 && at + length <= part.length && isUtf8(part.subarray(at, at + length)) ? length : 0;
}

/** Bytes at the end that may be the beginning of a sequence. */
function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < length ? back : 0;
    }
  }
  return 0;
}

function judge(path: string, census: ByteCensus): Encoding {
  census.finish();
  const { bytes, zerosEven, zerosOdd, sequences, strays, letters } = census;
  const pairs = bytes / 2;
  if (bytes % 2 === 0 && zerosOdd > pairs * 0.4 && zerosEven < pairs * 0.05) return 'utf-16le';
  if (bytes % 2 === 0 && zerosEven > pairs * 0.4 && zerosOdd < pairs * 0.05) return 'utf-16be';
  if (strays === 0 || sequences >= strays * 10) return 'utf-8';
  if (sequences === 0 && letters >= 3 && letters >= strays * 0.5) return eightBits(path, census);
  throw encodingUnclear(
    path,
    `${strays} bytes beyond ASCII are not UTF-8, ${sequences} characters are: it is damaged UTF-8, Windows-1252, or another encoding`,
  );
}

function eightBits(path: string, census: ByteCensus): Encoding {
  if (census.upperControls === 0 || census.undefinedInWindows === 0) return 'windows-1252';
  throw encodingUnclear(path, `${census.undefinedInWindows} bytes are no characters in Windows-1252`);
}
