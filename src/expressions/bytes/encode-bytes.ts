import { hex } from '../../model/index.ts';
import { valueFault } from '../faults.ts';

/** `encode(bytes, format)`. */
export function encodeBytes(bytes: Uint8Array, format: string): string {
  switch (format.toLowerCase()) {
    case 'hex':
      return hex(bytes);
    case 'base64':
      return base64Lines(bytes);
    case 'escape':
      return escapedBytes(bytes);
    default:
      throw unknownFormat();
  }
}

/** `decode(text, format)`. */
export function decodeBytes(text: string, format: string): Uint8Array {
  switch (format.toLowerCase()) {
    case 'hex':
      return readHex(text, '22023');
    case 'base64':
      return readBase64(text);
    case 'escape':
      return readEscaped(text);
    default:
      throw unknownFormat();
  }
}

function unknownFormat(): Error {
  return valueFault('22023', "the formats are 'hex', 'base64' and 'escape'");
}

/** Pairs of hexadecimal digits, white space between them. */
export function readHex(text: string, state: '22023' | '22P02'): Uint8Array {
  const digits = text.replace(/[ \n\t\r]/g, (space, at: number) => (pairsBefore(text, at) ? '' : space));
  if (!/^[0-9a-fA-F]*$/.test(digits)) throw valueFault(state, 'a text is not hexadecimal');
  if (digits.length % 2 !== 0) throw valueFault(state, 'an odd number of hexadecimal digits');
  const bytes = new Uint8Array(digits.length / 2);
  for (let at = 0; at < bytes.length; at += 1)
    bytes[at] = Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}

/** White space may stand between bytes, not inside one. */
function pairsBefore(text: string, at: number): boolean {
  return text.slice(0, at).replace(/[ \n\t\r]/g, '').length % 2 === 0;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Lines of 76 characters, as MIME and PostgreSQL break them. */
function base64Lines(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const signs = [18, 12, 6, 0].map((shift) => alphabet[(group >> shift) & 63] ?? '').join('');
    text += signs.slice(0, Math.min(bytes.length - at, 3) + 1).padEnd(4, '=');
    if (text.length % 77 === 76) text += '\n';
  }
  return text;
}

function readBase64(text: string): Uint8Array {
  const signs = text.replace(/[ \t\n\r]/g, '');
  if (signs.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(signs))
    throw valueFault('22023', 'a text is not base64');
  const bytes: number[] = [];
  for (let at = 0; at < signs.length; at += 4) {
    const part = signs.slice(at, at + 4).replace(/=/g, '');
    const group = part
      .padEnd(4, 'A')
      .split('')
      .reduce((sum, sign) => sum * 64 + alphabet.indexOf(sign), 0);
    bytes.push(...[group >> 16, (group >> 8) & 255, group & 255].slice(0, part.length - 1));
  }
  return Uint8Array.from(bytes);
}

function escapedBytes(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    if (byte === 0x5c) text += '\\\\';
    else if (byte === 0 || byte > 0x7f) text += `\\${byte.toString(8).padStart(3, '0')}`;
    else text += String.fromCharCode(byte);
  }
  return text;
}

const encoder = new TextEncoder();

/** `\\` is a backslash, `\nnn` a byte in octal digits, everything else itself. */
export function readEscaped(text: string): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; ) {
    if (text[at] !== '\\') {
      const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
      bytes.push(...encoder.encode(character));
      at += character.length;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(at + 1, at + 4));
    if (octal === null && text[at + 1] !== '\\') throw valueFault('22P02', 'a backslash escapes nothing');
    bytes.push(octal === null ? 0x5c : Number.parseInt(octal[0], 8));
    at += octal === null ? 2 : 4;
  }
  return Uint8Array.from(bytes);
}
