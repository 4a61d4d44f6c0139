import { dateWord } from './date-words.ts';

/**
 * Cuts a date or time text into fields the way PostgreSQL does before it asks what they mean.
 * Returns undefined when a character fits nowhere.
 */
export type FieldKind = 'number' | 'date' | 'time' | 'zone' | 'word' | 'special';

export interface DateField {
  readonly kind: FieldKind;
  /** Letters in lower case. */
  readonly text: string;
}

const fieldsMax = 25;
/** All fields together, each with an end mark. */
const charactersMax = 153;

export function splitDateFields(text: string): readonly DateField[] | undefined {
  const fields: DateField[] = [];
  let at = 0;
  let size = 0;
  while (at < text.length) {
    if (isSpace(text, at)) {
      at += 1;
      continue;
    }
    const field = fieldAt(text, at);
    if (field === undefined) return undefined;
    at += field.length;
    if (field.kind === undefined) continue;
    fields.push({ kind: field.kind, text: field.text });
    size += field.text.length + 1;
    if (fields.length > fieldsMax || size > charactersMax) return undefined;
  }
  return fields;
}

/** `kind` undefined: punctuation that only separates. */
interface Cut {
  readonly kind: FieldKind | undefined;
  readonly text: string;
  readonly length: number;
}

function fieldAt(text: string, at: number): Cut | undefined {
  const rest = text.slice(at);
  const first = rest.charAt(0);
  if (isDigit(first)) return numericField(rest);
  if (first === '.') return cut('number', rest, /^\.\d*/);
  if (isLetter(first)) return wordField(rest);
  if (first === '+' || first === '-') return signedField(rest);
  return /^[!-/:-@[-`{-~]/.test(first) ? { kind: undefined, text: '', length: 1 } : undefined;
}

function numericField(rest: string): Cut {
  const digits = (/^\d+/.exec(rest) as RegExpExecArray)[0];
  const delimiter = rest.charAt(digits.length);
  if (delimiter === ':') return cut('time', rest, /^\d+:[\d:.]*/);
  if (delimiter !== '-' && delimiter !== '/' && delimiter !== '.') return cut('number', rest, /^\d+/);
  const mark = `\\${delimiter}`;
  if (!isDigit(rest.charAt(digits.length + 1)))
    return cut('date', rest, new RegExp(`^\\d+${mark}[A-Za-z0-9${mark}]*`));
  const two = (new RegExp(`^\\d+${mark}\\d+`).exec(rest) as RegExpExecArray)[0];
  if (rest.charAt(two.length) === delimiter)
    return cut('date', rest, new RegExp(`^\\d+${mark}\\d+${mark}[\\d${mark}]*`));
  return { kind: delimiter === '.' ? 'number' : 'date', text: two, length: two.length };
}

/** A month, a special word, or the name of a zone with its punctuation. */
function wordField(rest: string): Cut {
  const letters = (/^[A-Za-z]+/.exec(rest) as RegExpExecArray)[0];
  const next = rest.charAt(letters.length);
  const joined =
    next === '-' ||
    next === '/' ||
    next === '.' ||
    ((next === '+' || isDigit(next)) && dateWord(letters.toLowerCase()) === undefined);
  return joined ? cut('date', rest, /^[A-Za-z]+[-+/_.:A-Za-z0-9]*/) : cut('word', rest, /^[A-Za-z]+/);
}

function signedField(rest: string): Cut | undefined {
  const match = /^([-+])\s*(\d[\d:.-]*|[A-Za-z]+)/.exec(rest);
  if (match === null) return undefined;
  const [whole, sign = '', body = ''] = match;
  return {
    kind: isDigit(body.charAt(0)) ? 'zone' : 'special',
    text: sign + body.toLowerCase(),
    length: whole.length,
  };
}

function cut(kind: FieldKind, rest: string, pattern: RegExp): Cut {
  const [text] = pattern.exec(rest) as RegExpExecArray;
  return { kind, text: text.toLowerCase(), length: text.length };
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

function isLetter(character: string): boolean {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

function isSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 32 || (code >= 9 && code <= 13);
}
