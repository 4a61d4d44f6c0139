import type { Place } from './expression-faults.ts';

/** Line and column of a place given in bytes of the text's UTF-8, as the parser's tree gives it. */
export function placeOfByte(text: string, byte: number): Place {
  return countPlace(text, byte, utf8Length);
}

/** Line and column of a place given in characters (code points), as the parser's errors give it. */
export function placeOfCharacter(text: string, character: number): Place {
  return countPlace(text, character, () => 1);
}

function countPlace(text: string, offset: number, size: (codePoint: number) => number): Place {
  let line = 1;
  let column = 1;
  let passed = 0;
  for (const character of text) {
    if (passed >= offset) break;
    passed += size(character.codePointAt(0) ?? 0);
    if (character === '\n') {
      line += 1;
      column = 1;
    } else column += 1;
  }
  return { line, column };
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x1_0000 ? 3 : 4;
}
