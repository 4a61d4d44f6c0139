/**
 * One spelling for every JSON document with the same content: RFC 8785 member order, no spaces, and numbers as exact decimal
 * text (`1.0`, `1e0` and `1` are one number; `9007199254740993` stays itself, since no binary number is made of it).
 * A document with duplicate keys keeps the last one, as PostgreSQL's jsonb does. Text that is not JSON is returned as it is.
 */
export function canonicalJsonText(text: string): string {
  const reader = new JsonReader(text);
  try {
    return reader.document();
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const stringPattern = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const depthMax = 2_000;

class JsonReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): string {
    const value = this.#value();
    this.#space();
    if (this.#at !== this.#text.length) throw new SyntaxError('more than one value');
    return value;
  }

  #value(): string {
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#quoted();
      case 't':
        return this.#word('true');
      case 'f':
        return this.#word('false');
      case 'n':
        return this.#word('null');
      default:
        return canonicalNumber(this.#match(numberPattern));
    }
  }

  #nested(read: () => string): string {
    this.#depth += 1;
    if (this.#depth > depthMax) throw new SyntaxError('nested too deeply');
    this.#at += 1;
    const text = read();
    this.#depth -= 1;
    return text;
  }

  #object(): string {
    const members = new Map<string, string>();
    if (!this.#skip('}')) {
      do {
        this.#space();
        const name = this.#string();
        this.#expect(':');
        members.set(name, this.#value());
      } while (this.#skip(','));
      this.#expect('}');
    }
    let text = '';
    for (const name of [...members.keys()].sort(byUnits))
      text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${members.get(name) as string}`;
    return `{${text}}`;
  }

  #array(): string {
    const parts: string[] = [];
    if (!this.#skip(']')) {
      do parts.push(this.#value());
      while (this.#skip(','));
      this.#expect(']');
    }
    return `[${parts.join(',')}]`;
  }

  #string(): string {
    const match = this.#match(stringPattern);
    return match.includes('\\') ? (JSON.parse(match) as string) : match.slice(1, -1);
  }

  /** A string in its one spelling: without escapes it has it already. */
  #quoted(): string {
    const match = this.#match(stringPattern);
    return match.includes('\\') ? JSON.stringify(JSON.parse(match)) : match;
  }

  #word(word: string): string {
    if (!this.#text.startsWith(word, this.#at)) throw new SyntaxError('not a JSON value');
    this.#at += word.length;
    return word;
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) throw new SyntaxError('not a JSON value');
    const from = this.#at;
    this.#at = pattern.lastIndex;
    return this.#text.slice(from, this.#at);
  }

  #skip(mark: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== mark) return false;
    this.#at += 1;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#skip(mark)) throw new SyntaxError(`expected ${mark}`);
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && (code > 13 || (code !== 9 && code !== 10 && code !== 13))) return;
      this.#at += 1;
    }
  }
}

/** RFC 8785, section 3.2.3: by UTF-16 code units. */
function byUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const plainNumber = /^-?(?:[1-9]\d*)?[1-9]$/;

/** Digits and exponent in one form: `<digits>e<exponent>` without trailing zeros, or plain `0`. */
function canonicalNumber(text: string): string {
  if (plainNumber.test(text)) return text;
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) throw new SyntaxError('not a number');
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return '0';
  const significant = digits.replace(/0+$/, '');
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}${power === 0n ? '' : `e${power}`}`;
}
