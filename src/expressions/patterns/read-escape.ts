import { valueFault } from '../faults.ts';
import { badPattern, type PatternScanner } from './pattern-scanner.ts';

const signs: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  B: 0x5c,
  e: 27,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

/** Code point of an escape that stands for one character; the backslash is next. */
export function readEscapedCode(scanner: PatternScanner): number {
  scanner.take('\\');
  if (scanner.done) throw badPattern('invalid escape \\ sequence');
  const sign = String.fromCodePoint(scanner.next());
  const known = signs[sign];
  if (known !== undefined) return known;
  switch (sign) {
    case 'u':
      return hexadecimal(scanner, /[0-9a-fA-F]{4}/y);
    case 'U':
      return hexadecimal(scanner, /[0-9a-fA-F]{8}/y);
    case 'x':
      return hexadecimal(scanner, /[0-9a-fA-F]+/y);
    case 'c':
      throw valueFault('0A000', 'control escapes (\\c) are not supported in patterns');
    default:
      if (/[0-9]/.test(sign))
        throw valueFault('0A000', 'back references and octal escapes are not supported in patterns');
      if (/[a-zA-Z]/.test(sign)) throw badPattern('invalid escape \\ sequence');
      return sign.codePointAt(0) ?? 0;
  }
}

function hexadecimal(scanner: PatternScanner, digits: RegExp): number {
  const found = scanner.takeMatch(digits);
  if (found === null) throw badPattern('invalid escape \\ sequence');
  const code = Number.parseInt(found, 16);
  if (code === 0 || code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff))
    throw valueFault('0A000', 'a character number in a pattern is not supported');
  return code;
}
