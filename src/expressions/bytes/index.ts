import { hex } from '../../model/index.ts';
import { valueFault } from '../faults.ts';
import type { CatalogPart } from '../registry.ts';
import { compareBytes } from '../text/compare-text.ts';
import { decodeUtf8, encodeUtf8 } from '../text/utf8.ts';
import { decodeBytes, encodeBytes, readEscaped, readHex } from './encode-bytes.ts';
import { md5 } from './md5.ts';
import { sha256 } from './sha256.ts';

const strict = true;

function readBytes(text: string): Uint8Array {
  return text.startsWith('\\x') ? readHex(text.slice(2), '22023') : readEscaped(text);
}

/** The language's texts are UTF-8; no other encoding is offered. */
function checkUtf8(name: string): void {
  if (!/^utf-?8$/i.test(name)) throw valueFault('22023', "the encoding is 'UTF8'");
}

function readUuid(text: string): string {
  const bare = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
  if (!/^[0-9a-f]{4}(?:-?[0-9a-f]{4}){7}$/i.test(bare)) throw valueFault('22P02', 'a text is not a uuid');
  const digits = bare.replaceAll('-', '').toLowerCase();
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Bytes, digests and uuid. */
export const bytesCatalog: CatalogPart = {
  types: [
    {
      name: 'bytea',
      category: 'U',
      preferred: false,
      input: readBytes,
      output: (bytes: Uint8Array) => `\\x${hex(bytes)}`,
      compare: compareBytes,
    },
    {
      name: 'uuid',
      category: 'U',
      preferred: false,
      input: readUuid,
      compare: (a: string, b: string) => (a < b ? -1 : Number(a > b)),
    },
  ],
  operators: [
    {
      name: '||',
      left: 'bytea',
      right: 'bytea',
      result: 'bytea',
      strict,
      apply: (a: Uint8Array, b: Uint8Array) => Uint8Array.of(...a, ...b),
    },
  ],
  functions: [
    {
      name: 'md5',
      arguments: ['text'],
      result: 'text',
      strict,
      apply: (text: string) => hex(md5(encodeUtf8(text))),
      summary:
        'MD5 of the text in UTF-8, in hexadecimal. For matching old values, not for protecting anything.',
      example: ["md5('godwit')", '8dc2b2be9603e2115b4369d7b86a7058'],
    },
    {
      name: 'md5',
      arguments: ['bytea'],
      result: 'text',
      strict,
      apply: (bytes: Uint8Array) => hex(md5(bytes)),
      summary: 'MD5 of bytes, in hexadecimal.',
      example: ["md5('\\x00'::bytea)", '93b885adfe0da089cdf634904fd59f71'],
    },
    {
      name: 'sha256',
      arguments: ['bytea'],
      result: 'bytea',
      strict,
      apply: sha256,
      summary: "SHA-256 of bytes; of a text: `encode(sha256(convert_to(x, 'UTF8')), 'hex')`.",
      example: ["left(encode(sha256(convert_to('godwit', 'UTF8')), 'hex'), 8)", '9c333e08'],
    },
    {
      name: 'encode',
      arguments: ['bytea', 'text'],
      result: 'text',
      strict,
      apply: encodeBytes,
      summary: "Bytes as text: 'hex', 'base64' (lines of 76 characters) or 'escape'.",
      example: ["encode(convert_to('é', 'UTF8'), 'base64')", 'w6k='],
    },
    {
      name: 'decode',
      arguments: ['text', 'text'],
      result: 'bytea',
      strict,
      apply: decodeBytes,
      summary: 'Bytes of such a text.',
      example: ["decode('c3a9', 'hex')", '\\xc3a9'],
    },
    {
      name: 'convert_to',
      arguments: ['text', 'text'],
      result: 'bytea',
      strict,
      apply: (text: string, encoding: string) => {
        checkUtf8(encoding);
        return encodeUtf8(text);
      },
      summary: "Bytes of a text in an encoding, which is always 'UTF8'.",
      example: ["convert_to('é', 'UTF8')", '\\xc3a9'],
    },
    {
      name: 'convert_from',
      arguments: ['bytea', 'text'],
      result: 'text',
      strict,
      apply: (bytes: Uint8Array, encoding: string) => {
        checkUtf8(encoding);
        return decodeUtf8(bytes);
      },
      summary: "Text of bytes in an encoding, which is always 'UTF8'.",
      example: ["convert_from('\\xc3a9'::bytea, 'UTF8')", 'é'],
    },
    ...['length', 'octet_length'].map((name) => ({
      name,
      arguments: ['bytea'] as const,
      result: 'int4' as const,
      strict,
      apply: (bytes: Uint8Array) => String(bytes.length),
      summary: 'Number of bytes.',
      example: [`${name}('\\xc3a9'::bytea)`, '2'] as const,
    })),
  ],
};
