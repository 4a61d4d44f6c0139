import { bytesOfHex, type FieldType, hex, type Value } from '../../model/index.ts';
import { formatArray, parseArray } from './array-text.ts';
import { UnfitValue } from './unfit-value.ts';

/** From the server's text to the canonical value; throws UnfitValue. */
export function decodeValue(type: FieldType): (text: string) => Value {
  switch (type.kind) {
    case 'boolean':
      return (text) => text === 't';
    case 'bytes':
      return (text) => bytesOfHex(text.slice(2));
    case 'list':
      return decodeList(type.of);
    default:
      return asItIs;
  }
}

function asItIs(text: string): Value {
  return text;
}

function decodeList(element: FieldType): (text: string) => Value {
  const decode = decodeValue(element);
  const separator = separatorOf(element);
  return (text) => {
    // A literal with bounds (`[0:2]={...}`) says that the first element is not number 1; a list cannot say so.
    if (text.startsWith('['))
      throw new UnfitValue(
        'postgres.array-bounds',
        `the array starts at an index other than 1: ${text.slice(0, text.indexOf('='))}`,
      );
    return parseArray(text, decode, separator);
  };
}

/** `box` is the one type whose own text is full of commas, so its arrays are cut at semicolons. */
function separatorOf(type: FieldType | undefined): string {
  if (type?.kind === 'list') return separatorOf(type.of);
  return type?.kind === 'native' && type.name === 'box' ? ';' : ',';
}

/** The text a server reads the value from; throws UnfitValue. */
export function encodeValue(value: Value, type?: FieldType): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return wellFormed(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value instanceof Uint8Array) return `\\x${hex(value)}`;
  return formatArray(value, encodeValue, separatorOf(type));
}

function wellFormed(text: string): string {
  // The driver would send U+FFFD in place of half a character without a word.
  if (!text.isWellFormed())
    throw new UnfitValue('target.type', 'the text holds half of a surrogate pair, which UTF-8 cannot carry');
  if (text.includes('\0'))
    throw new UnfitValue('target.type', 'PostgreSQL text cannot hold the character U+0000');
  return text;
}
