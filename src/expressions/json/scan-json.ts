import { valueFault } from '../faults.ts';

/**
 * Steps through JSON text without making objects. Works on anything that may come in: what is no JSON is thrown as 22P02.
 * Written with character codes: on canonical jsonb this is how members and elements are found for every record.
 */
export interface JsonPart {
  readonly start: number;
  readonly end: number;
}

const quote = 0x22;
const backslash = 0x5c;
const space = 0x20;

// Long before a document exhausts our stack; PostgreSQL's own limit is its stack.
const depthMax = 1_000;

export function malformed(): Error {
  return valueFault('22P02', 'a text is not valid JSON');
}

export function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== space && code !== 10 && code !== 13 && code !== 9) return at;
    at += 1;
  }
}

const escape = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;

/** End of the string that begins here. */
export function endOfString(text: string, from: number): number {
  if (text.charCodeAt(from) !== quote) throw malformed();
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at + 1;
    if (code < space) break;
    if (code !== backslash) continue;
    escape.lastIndex = at + 1;
    if (!escape.test(text)) break;
    at = escape.lastIndex - 1;
  }
  throw malformed();
}

const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?![\w.+-])/y;

/** End of the number, true, false or null that begins here. */
export function endOfScalar(text: string, at: number): number {
  scalar.lastIndex = at;
  if (!scalar.test(text)) throw malformed();
  return scalar.lastIndex;
}

/** End of the value that begins here. */
export function endOfValue(text: string, at: number, depth = 0): number {
  switch (text.charCodeAt(at)) {
    case 0x7b:
      return eachMember(text, at, ignore, depth);
    case 0x5b:
      return eachElement(text, at, ignore, depth);
    case quote:
      return endOfString(text, at);
    default:
      return endOfScalar(text, at);
  }
}

function ignore(): void {
  // Only the end is wanted.
}

/** Calls back with the places of key and value for each member of the object that begins here; gives its end. */
export function eachMember(
  text: string,
  start: number,
  visit: (keyStart: number, keyEnd: number, start: number, end: number) => void,
  depth = 0,
): number {
  checkDepth(depth);
  let at = skipSpace(text, start + 1);
  if (text[at] === '}') return at + 1;
  for (;;) {
    const keyEnd = endOfString(text, at);
    const colon = skipSpace(text, keyEnd);
    if (text[colon] !== ':') throw malformed();
    const from = skipSpace(text, colon + 1);
    const end = endOfValue(text, from, depth + 1);
    visit(at, keyEnd, from, end);
    at = skipSpace(text, end);
    if (text[at] === '}') return at + 1;
    if (text[at] !== ',') throw malformed();
    at = skipSpace(text, at + 1);
  }
}

/** Calls back with the place of each element of the array that begins here; gives its end. */
export function eachElement(
  text: string,
  start: number,
  visit: (start: number, end: number) => void,
  depth = 0,
): number {
  checkDepth(depth);
  let at = skipSpace(text, start + 1);
  if (text[at] === ']') return at + 1;
  for (;;) {
    const end = endOfValue(text, at, depth + 1);
    visit(at, end);
    at = skipSpace(text, end);
    if (text[at] === ']') return at + 1;
    if (text[at] !== ',') throw malformed();
    at = skipSpace(text, at + 1);
  }
}

function checkDepth(depth: number): void {
  if (depth > depthMax) throw valueFault('54000', `JSON nested deeper than ${depthMax}`);
}

/** The one value a document holds, without white space around it. */
export function wholeDocument(text: string): JsonPart {
  const start = skipSpace(text, 0);
  const end = endOfValue(text, start);
  if (skipSpace(text, end) !== text.length) throw malformed();
  return { start, end };
}
