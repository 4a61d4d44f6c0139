/**
 * After MurmurHash3 x86 128 (Austin Appleby, public domain), over the UTF-16 code units of a text, in 32-bit arithmetic. Not against
 * an adversary: it only counts repeated keys. The last word is never 0, so that 0 can mark a free slot.
 */
export interface KeyHash {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  of(text: string): void;
  set(a: number, b: number, c: number, d: number): void;
}

export function startKeyHash(): KeyHash {
  return new Murmur128();
}

const c1 = 0x239b961b;
const c2 = 0xab0e9789;
const c3 = 0x38b34ae5;
const c4 = 0xa1e38b93;

class Murmur128 implements KeyHash {
  a = 0;
  b = 0;
  c = 0;
  d = 0;

  set(a: number, b: number, c: number, d: number): void {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  of(text: string): void {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    // One block is eight code units; the tail is a block filled up with zeros, told apart by the length mixed in below.
    for (let at = 0; at < text.length; at += 8) {
      a = rotate(a ^ mix(pair(text, at), c1, 15, c2), 19) + b;
      a = (Math.imul(a, 5) + 0x561ccd1b) | 0;
      b = rotate(b ^ mix(pair(text, at + 2), c2, 16, c3), 17) + c;
      b = (Math.imul(b, 5) + 0x0bcaa747) | 0;
      c = rotate(c ^ mix(pair(text, at + 4), c3, 17, c4), 15) + d;
      c = (Math.imul(c, 5) + 0x96cd1c35) | 0;
      d = rotate(d ^ mix(pair(text, at + 6), c4, 18, c1), 13) + a;
      d = (Math.imul(d, 5) + 0x32ac3b17) | 0;
    }
    this.#finish(a ^ text.length, b ^ text.length, c ^ text.length, d ^ text.length);
  }

  #finish(a: number, b: number, c: number, d: number): void {
    const sum = (a + b + c + d) | 0;
    const [x, y, z, w] = [avalanche(sum), avalanche(b + sum), avalanche(c + sum), avalanche(d + sum)];
    const total = (x + y + z + w) | 0;
    this.set(total >>> 0, (y + total) >>> 0, (z + total) >>> 0, (w + total) >>> 0 || 1);
  }
}

function pair(text: string, at: number): number {
  // Past the end charCodeAt is NaN, which bit operations read as 0.
  return text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16);
}

function mix(word: number, by: number, turn: number, then: number): number {
  return Math.imul(rotate(Math.imul(word, by), turn), then);
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function avalanche(word: number): number {
  let mixed = word;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
