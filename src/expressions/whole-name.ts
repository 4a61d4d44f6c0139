import { encodeUtf8 } from './text/utf8.ts';

/** PostgreSQL's parser cuts a name behind so many bytes, less where the last character would be cut in two. */
const bytesMax = 63;
const bytesOfCharacterMax = 4;

/**
 * A name of the tree as the text spells it. Fields of SQLite and of files have longer names than PostgreSQL takes; cut, one of
 * them could be taken for another. Null where it stands as `U&"..."`, whose escapes only the parser reads.
 *
 * @param byte where the name begins, in bytes of the text's UTF-8
 */
export function wholeName(text: string, byte: number, parsed: string): string | null {
  if (encodeUtf8(parsed).length <= bytesMax - bytesOfCharacterMax) return parsed;
  const found = written.exec(text.slice(indexOfByte(text, byte)));
  const quoted = found?.groups?.['quoted'];
  if (quoted !== undefined) return quoted.replaceAll('""', '"');
  // Like the parser: names without quotes are folded, but only the letters of ASCII.
  return found?.groups?.['bare']?.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase()) ?? null;
}

const written = /^(?:"(?<quoted>(?:[^"]|"")*)"|(?!u&")(?<bare>[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*))/i;

function indexOfByte(text: string, byte: number): number {
  let index = 0;
  let passed = 0;
  for (const character of text) {
    if (passed >= byte) break;
    passed += encodeUtf8(character).length;
    index += character.length;
  }
  return index;
}
