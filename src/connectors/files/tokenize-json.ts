/**
 * Reads one JSON object strictly by RFC 8259 and keeps every value's own text: numbers stay digits, nested values stay as
 * they are written. `JSON.parse` would round numbers and let the last of two equal keys win.
 */
export interface JsonMember {
  readonly key: string;
  readonly kind: JsonKind;
  /** Strings: the characters they stand for; everything else: the text as written. */
  readonly text: string;
}

export type JsonKind = 'string' | 'number' | 'boolean' | 'null' | 'nested';

export type JsonProblem = {
  readonly code:
    | 'files.invalid-json'
    | 'files.not-an-object'
    | 'files.duplicate-key'
    | 'files.lone-surrogate';
  readonly message: string;
};

const depthMax = 1_000;
const numberText = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const controlCharacter = /\p{Cc}/u;

export function tokenizeJsonObject(text: string): readonly JsonMember[] | JsonProblem {
  const reader = new JsonReader(text);
  try {
    return reader.object();
  } catch (error) {
    if (error instanceof JsonFault) return error.problem;
    throw error;
  }
}

/** JSON forbids U+0000 to U+001F inside a string, and no other control character. */
function hasLowControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) < 32) return true;
  return false;
}

class JsonFault extends Error {
  readonly problem: JsonProblem;

  constructor(problem: JsonProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

class JsonReader {
  readonly #text: string;
  #at = 0;
  /** What the string read last stands for. */
  #lastString = '';

  constructor(text: string) {
    this.#text = text;
  }

  object(): readonly JsonMember[] {
    this.#space();
    if (this.#text[this.#at] !== '{') {
      this.#value(0);
      this.#finish();
      throw new JsonFault({ code: 'files.not-an-object', message: 'is JSON but not an object' });
    }
    const members: JsonMember[] = [];
    this.#members(0, (key, kind, start) => {
      members.push({
        key,
        kind,
        text: kind === 'string' ? this.#lastString : this.#text.slice(start, this.#at),
      });
    });
    this.#finish();
    return members;
  }

  #finish(): void {
    this.#space();
    if (this.#at < this.#text.length) this.#fail('something behind its end');
  }

  #members(depth: number, member: (key: string, kind: JsonKind, start: number) => void): void {
    const keys = new Set<string>();
    this.#at += 1;
    this.#space();
    if (this.#next('}')) return;
    do {
      this.#space();
      const key = this.#key(keys);
      this.#space();
      if (!this.#next(':')) this.#fail('no colon behind a key');
      this.#space();
      const start = this.#at;
      member(key, this.#value(depth + 1), start);
      this.#space();
    } while (this.#next(','));
    if (!this.#next('}')) this.#fail('no comma or closing brace');
  }

  #key(keys: Set<string>): string {
    const start = this.#at;
    if (this.#text[start] !== '"') this.#fail('no key');
    this.#string();
    const key = this.#lastString;
    if (keys.has(key)) {
      throw new JsonFault({
        code: 'files.duplicate-key',
        message: `has the key ${JSON.stringify(key)} twice`,
      });
    }
    keys.add(key);
    return key;
  }

  #value(depth: number): JsonKind {
    if (depth > depthMax) this.#fail(`more than ${depthMax} levels`);
    switch (this.#text[this.#at]) {
      case '"':
        this.#string();
        return 'string';
      case '{':
        this.#members(depth, () => undefined);
        return 'nested';
      case '[':
        this.#list(depth);
        return 'nested';
      case 't':
        return this.#word('true', 'boolean');
      case 'f':
        return this.#word('false', 'boolean');
      case 'n':
        return this.#word('null', 'null');
      default:
        return this.#number();
    }
  }

  #list(depth: number): void {
    this.#at += 1;
    this.#space();
    if (this.#next(']')) return;
    do {
      this.#space();
      this.#value(depth + 1);
      this.#space();
    } while (this.#next(','));
    if (!this.#next(']')) this.#fail('no comma or closing bracket');
  }

  #word(word: string, kind: JsonKind): JsonKind {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('no value');
    this.#at += word.length;
    return kind;
  }

  #number(): JsonKind {
    numberText.lastIndex = this.#at;
    if (!numberText.test(this.#text)) this.#fail('no value');
    this.#at = numberText.lastIndex;
    return 'number';
  }

  /** Goes behind the closing quote. */
  #string(): void {
    const text = this.#text;
    const start = this.#at;
    for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
      let slashes = 0;
      while (text[quote - 1 - slashes] === '\\') slashes += 1;
      if (slashes % 2 === 1) continue;
      this.#at = quote + 1;
      this.#lastString = this.#decoded(text.slice(start, this.#at), start);
      return;
    }
    this.#fail('a string without end');
  }

  #decoded(written: string, at: number): string {
    const plain = written.slice(1, -1);
    if (!plain.includes('\\')) {
      if (controlCharacter.test(plain) && hasLowControl(plain))
        this.#fail('a control character inside a string', at);
      return plain;
    }
    const text = this.#parsed(written, at);
    if (!text.isWellFormed()) {
      throw new JsonFault({
        code: 'files.lone-surrogate',
        message: 'has half a character (a lone surrogate)',
      });
    }
    return text;
  }

  #parsed(written: string, at: number): string {
    try {
      return JSON.parse(written) as string;
    } catch (cause) {
      throw new JsonFault({
        code: 'files.invalid-json',
        message: `is not JSON: a wrong escape in the string at column ${at + 1} (${(cause as Error).name})`,
      });
    }
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 9 && code !== 10 && code !== 13) return;
      this.#at += 1;
    }
  }

  #next(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #fail(what: string, at: number = this.#at): never {
    throw new JsonFault({ code: 'files.invalid-json', message: `is not JSON: ${what} at column ${at + 1}` });
  }
}
