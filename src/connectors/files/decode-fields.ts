import { isUtf8 } from 'node:buffer';
import type { Encoding } from './dialect.ts';
import type { RecordShape } from './record-shape.ts';

/**
 * Makes text of the fields of a record. Answers null when the bytes are not text of that encoding: nothing is ever replaced.
 * Text of an encoding with one unit for each character is made once for the whole record and cut; the cuts share its memory.
 */
export type DecodeFields = (buffer: Buffer, shape: RecordShape) => string[] | null;

export function decodeFieldsOf(encoding: Encoding): DecodeFields {
  switch (encoding) {
    case 'utf-8':
      return utf8Fields;
    case 'latin-1':
      return (buffer, shape) => cut(buffer.toString('latin1', shape.start, shape.past), shape);
    case 'windows-1252':
      return windowsFields;
    case 'utf-16le':
    case 'utf-16be':
      return utf16Fields;
  }
}

function utf8Fields(buffer: Buffer, shape: RecordShape): string[] | null {
  const { start, past } = shape;
  if (!shape.high) return cut(buffer.toString('latin1', start, past), shape);
  if (!isUtf8(buffer.subarray(start, past))) return null;
  const fields: string[] = [];
  for (let at = 0; at < shape.fields; at += 1) {
    fields.push(buffer.toString('utf8', shape.starts[at], shape.ends[at]));
  }
  return fields;
}

function utf16Fields(buffer: Buffer, shape: RecordShape): string[] | null {
  const text = buffer.toString('ucs2', shape.start * 2, shape.past * 2);
  return shape.high && !text.isWellFormed() ? null : cut(text, shape);
}

function windowsFields(buffer: Buffer, shape: RecordShape): string[] | null {
  const text = buffer.toString('latin1', shape.start, shape.past);
  if (!shape.high) return cut(text, shape);
  const decoded = decodeWindows1252(text);
  return decoded === null ? null : cut(decoded, shape);
}

function cut(text: string, shape: RecordShape): string[] {
  const { start, starts, ends, fields: count } = shape;
  const fields: string[] = [];
  for (let at = 0; at < count; at += 1) {
    fields.push(text.substring((starts[at] as number) - start, (ends[at] as number) - start));
  }
  return fields;
}

// The characters of the bytes 80 to 9F; a space stands where Windows-1252 has none.
const windowsUpper = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const control = /[\u0080-\u009f]/g;

/** @param text the bytes read as Latin-1; null when one of them is no character of Windows-1252 */
function decodeWindows1252(text: string): string | null {
  let undefinedByte = false;
  const decoded = text.replace(control, (byte) => {
    const character = windowsUpper[byte.charCodeAt(0) - 0x80] as string;
    if (character === ' ') undefinedByte = true;
    return character;
  });
  return undefinedByte ? null : decoded;
}

/** The byte of a character in Windows-1252; -1 when it has none. */
export function windows1252Byte(character: number): number {
  if (character < 0x80 || (character >= 0xa0 && character <= 0xff)) return character;
  const at = windowsUpper.indexOf(String.fromCharCode(character));
  return at < 0 ? -1 : 0x80 + at;
}
