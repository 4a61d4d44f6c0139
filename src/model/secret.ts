const hidden = '[secret]';

/** A password, key or token. Printing, logging, joining or serialising it shows `[secret]`; only `reveal()` gives the text. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    Object.defineProperty(this, Symbol.for('nodejs.util.inspect.custom'), { value: () => hidden });
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  get [Symbol.toStringTag](): string {
    return hidden;
  }

  [Symbol.toPrimitive](): string {
    return hidden;
  }
}
