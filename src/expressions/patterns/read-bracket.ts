import { valueFault } from '../faults.ts';
import { type ClassName, classSources } from '../text/character-classes.ts';
import { type CharacterSet, characterSource, classSource, createSet, rangeSource } from './character-set.ts';
import type { PatternFlags } from './pattern-flags.ts';
import { badPattern, type PatternScanner } from './pattern-scanner.ts';
import { readEscapedCode } from './read-escape.ts';

/** A bracket expression, its opening bracket taken. */
export function readBracket(scanner: PatternScanner, flags: PatternFlags): CharacterSet {
  const negated = scanner.take('^');
  let inside = '';
  for (let first = true; first || !scanner.sees(']'); first = false) {
    if (scanner.done) throw badPattern('brackets [] not balanced');
    inside += readPart(scanner, flags, first);
  }
  scanner.take(']');
  if (negated && flags.stopsAtNewline) inside += String.raw`\n`;
  return createSet(inside, negated);
}

function readPart(scanner: PatternScanner, flags: PatternFlags, first: boolean): string {
  const named = readClass(scanner, flags);
  if (named !== null) {
    if (scanner.sees('-') && !scanner.sees('-]')) throw badPattern('invalid character range');
    return named;
  }
  const from = readEnd(scanner, first);
  if (!scanner.sees('-') || scanner.sees('-]')) return characterSource(from, flags.caseless);
  scanner.take('-');
  if (scanner.done) throw badPattern('brackets [] not balanced');
  if (readClass(scanner, flags) !== null) throw badPattern('invalid character range');
  const to = readEnd(scanner, true);
  if (to < from) throw badPattern('invalid character range');
  if (flags.caseless && to - from > 10_000)
    throw valueFault('0A000', 'a range this wide is not supported without case');
  if (scanner.sees('-') && !scanner.sees('-]')) throw badPattern('invalid character range');
  return rangeSource(from, to, flags.caseless);
}

/** A single character; a minus only where it cannot mean a range. */
function readEnd(scanner: PatternScanner, minusAllowed: boolean): number {
  if (scanner.take('[.')) return readNamed(scanner, '.]');
  if (scanner.take('[=')) return readNamed(scanner, '=]');
  if (scanner.sees('\\')) return readEscapedCode(scanner);
  if (scanner.sees('-') && !minusAllowed && !scanner.sees('-]')) throw badPattern('invalid character range');
  return scanner.next();
}

/** `[.a.]`, `[=a=]`: only single characters, no names. */
function readNamed(scanner: PatternScanner, close: string): number {
  const code = scanner.next();
  if (!scanner.take(close)) throw valueFault('0A000', 'names of characters are not supported in patterns');
  return code;
}

function readClass(scanner: PatternScanner, { caseless }: PatternFlags): string | null {
  for (const [sign, name] of [
    ['d', 'digit'],
    ['s', 'space'],
    ['w', 'word'],
  ] as const) {
    if (scanner.take(`\\${sign}`)) return classSource(name, false);
    if (scanner.take(`\\${sign.toUpperCase()}`)) return `[^${classSource(name, false)}]`;
  }
  if (!scanner.take('[:')) return null;
  const name = scanner.takeMatch(/[a-z]*(?=:\])/y);
  if (name === null) throw badPattern('brackets [] not balanced');
  scanner.take(':]');
  if (name === 'print' || name === 'graph')
    throw valueFault('0A000', `the class [:${name}:] is not supported`);
  if (!Object.hasOwn(classSources, name)) throw badPattern('invalid character class');
  return classSource(name as ClassName, caseless);
}
