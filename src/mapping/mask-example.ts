import type { Value } from '../model/index.ts';

/**
 * The shape of a value, for messages that people and files see: the first character stays, other letters become `x` or `X`,
 * digits `9`, the rest stays; long ones are cut and say how long they are. `Ada Lovelace` -> `Axx Xxxxxxxx`.
 */
export function maskExample(value: Value): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value !== 'string') return `list of ${value.length}`;
  const characters = Array.from(value.slice(0, 2 * charactersShown));
  const masked = characters.slice(0, charactersShown).map(maskCharacter).join('');
  if (value.length <= charactersShown) return masked;
  const length = charactersOf(value);
  return length <= charactersShown ? masked : `${masked}… (${length} characters)`;
}

const charactersShown = 40;

function maskCharacter(character: string, at: number): string {
  if (at === 0) return character;
  if (/\p{Lu}/u.test(character)) return 'X';
  if (/\p{L}/u.test(character)) return 'x';
  return /\p{N}/u.test(character) ? '9' : character;
}

/** Characters as the model counts them: code points. */
export function charactersOf(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const paired = unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    if (paired) at += 1;
    count += 1;
  }
  return count;
}
