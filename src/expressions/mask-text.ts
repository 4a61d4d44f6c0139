import { lowerCharacter, upperCharacter } from './text/fold-case.ts';

/** `text`: letters become letters, digits digits. `email`: the same, and the part behind the last dot stays. */
export type MaskShape = 'text' | 'email';

export const maskShapes: readonly MaskShape[] = ['text', 'email'];

/**
 * Another text of the same shape, the same for the same input: every letter becomes a letter of the same case (a to z),
 * every digit a digit, everything else stays. `digest` is a keyed digest in hexadecimal; without its key the original
 * cannot be found by trying.
 */
export function maskText(text: string, shape: MaskShape, digest: (text: string) => string): string {
  const end = shape === 'email' ? topLevelDomain(text) : text.length;
  const stream = new DigitStream(text, digest);
  let masked = '';
  for (const character of text.slice(0, end)) masked += maskedCharacter(character, stream);
  return masked + text.slice(end);
}

function topLevelDomain(text: string): number {
  const at = text.lastIndexOf('@');
  const dot = text.lastIndexOf('.');
  return at !== -1 && dot > at ? dot : text.length;
}

function maskedCharacter(character: string, stream: DigitStream): string {
  if (/\p{Nd}/u.test(character)) return String(stream.below(10));
  if (!/\p{L}/u.test(character)) return character;
  const letter = String.fromCharCode(97 + stream.below(26));
  const isUpper = lowerCharacter(character) !== character && upperCharacter(character) === character;
  return isUpper ? letter.toUpperCase() : letter;
}

/** Numbers drawn from a digest of the text, and from digests of that where it is used up. */
class DigitStream {
  readonly #text: string;
  readonly #digest: (text: string) => string;
  #hex = '';
  #at = 0;
  #round = 0;

  constructor(text: string, digest: (text: string) => string) {
    this.#text = text;
    this.#digest = digest;
  }

  /** A number from 0 to below the limit; 32 bits for each, so that no letter is noticeably more frequent. */
  below(limit: number): number {
    if (this.#at + 8 > this.#hex.length) {
      this.#hex = this.#digest(`${this.#round}:${this.#text}`);
      this.#round += 1;
      this.#at = 0;
    }
    const drawn = Number.parseInt(this.#hex.slice(this.#at, this.#at + 8), 16);
    this.#at += 8;
    return drawn % limit;
  }
}
