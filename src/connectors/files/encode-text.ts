import { windows1252Byte } from './decode-fields.ts';
import type { Encoding } from './dialect.ts';

/** The bytes of a text; null when the encoding has no bytes for one of its characters: nothing is ever replaced. */
export function encodeText(text: string, encoding: Encoding): Buffer | null {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'utf-16le':
      return Buffer.from(text, 'utf16le');
    case 'utf-16be':
      return Buffer.from(text, 'utf16le').swap16();
    case 'latin-1':
      return latinBytes(text);
    case 'windows-1252':
      return windowsBytes(text);
  }
}

function latinBytes(text: string): Buffer | null {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0xff) return null;
  return Buffer.from(text, 'latin1');
}

function windowsBytes(text: string): Buffer | null {
  const bytes = Buffer.alloc(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const byte = windows1252Byte(text.charCodeAt(at));
    if (byte < 0) return null;
    bytes[at] = byte;
  }
  return bytes;
}

/** The byte order mark of an encoding. */
export function markOf(encoding: Encoding): Buffer {
  return encodeText('\uFEFF', encoding) ?? Buffer.alloc(0);
}
