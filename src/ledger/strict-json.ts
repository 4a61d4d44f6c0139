import { notStrictJson } from './faults.ts';

/**
 * Reads JSON that can be read in one way only: valid UTF-8 without a byte order mark, no duplicate keys, no integer beyond
 * 2^53, no number that overflows, no lone surrogate, nothing behind the value. Two readers of the same bytes then cannot
 * see two contents, which is what a signature needs.
 */
export function parseStrictJson(content: Uint8Array | string): unknown {
  const text = typeof content === 'string' ? content : decodeUtf8(content);
  return new StrictReader(text).document();
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw notStrictJson(0, `not UTF-8 (${cause instanceof Error ? cause.message : String(cause)})`);
  }
}

const depthMax = 200;
const blank = /[ \t\n\r]*/y;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these characters
const string = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const word = /true|false|null/y;

class StrictReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value();
    this.#take(blank);
    if (this.#at < this.#text.length) throw notStrictJson(this.#at, 'something stands behind the value');
    return value;
  }

  #value(): unknown {
    this.#take(blank);
    const first = this.#text[this.#at];
    if (first === '{') return this.#nested(() => this.#object());
    if (first === '[') return this.#nested(() => this.#array());
    if (first === '"') return this.#string();
    const named = this.#take(word);
    return named === null ? this.#number() : JSON.parse(named);
  }

  #nested<Result>(read: () => Result): Result {
    this.#depth += 1;
    if (this.#depth > depthMax) throw notStrictJson(this.#at, `deeper than ${depthMax} levels`);
    const result = read();
    this.#depth -= 1;
    return result;
  }

  #object(): unknown {
    const members = new Map<string, unknown>();
    this.#each('{', '}', () => {
      const start = this.#at;
      const key = this.#string();
      if (members.has(key)) throw notStrictJson(start, `the key ${JSON.stringify(key)} stands there twice`);
      this.#expect(':');
      members.set(key, this.#value());
    });
    // fromEntries defines own properties, also one named __proto__.
    return Object.fromEntries(members);
  }

  #array(): unknown {
    const values: unknown[] = [];
    this.#each('[', ']', () => values.push(this.#value()));
    return values;
  }

  #each(open: string, close: string, read: () => unknown): void {
    this.#expect(open);
    this.#take(blank);
    if (this.#text[this.#at] === close) {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#take(blank);
      read();
      this.#take(blank);
      if (this.#text[this.#at] !== ',') break;
      this.#at += 1;
    }
    this.#expect(close);
  }

  #string(): string {
    const start = this.#at;
    const token = this.#take(string);
    if (token === null) throw notStrictJson(start, 'a text is expected');
    const value = JSON.parse(token) as string;
    if (!value.isWellFormed()) throw notStrictJson(start, 'half of a character (a lone surrogate)');
    return value;
  }

  #number(): number {
    const start = this.#at;
    const token = this.#take(number);
    if (token === null) throw notStrictJson(start, 'a value is expected');
    const value = Number(token);
    if (!Number.isFinite(value)) throw notStrictJson(start, `${token} is too large for a number`);
    if (Number.isInteger(value) && !Number.isSafeInteger(value))
      throw notStrictJson(start, `${token} lies beyond 2^53`);
    return value;
  }

  #expect(character: string): void {
    this.#take(blank);
    if (this.#text[this.#at] !== character) throw notStrictJson(this.#at, `"${character}" is expected`);
    this.#at += 1;
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return null;
    this.#at = pattern.lastIndex;
    return match[0];
  }
}
