import { valueFault } from '../faults.ts';

/**
 * Steps through JSON text without making objects. Works on anything that may come in: what is no JSON is thrown as 22P02.
 * On canonical jsonb it is how members and elements are found.
 */
export interface JsonPart {
  readonly start: number;
  readonly end: number;
}

const space = /[ \t\n\r]*/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these unescaped
const string = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?![\w.+-])/y;

// PostgreSQL's own limit is its stack; this one leaves room on ours.
const depthMax = 1_000;

export function malformed(): Error {
  return valueFault('22P02', 'a text is not valid JSON');
}

export function skipSpace(text: string, at: number): number {
  space.lastIndex = at;
  space.test(text);
  return space.lastIndex;
}

/** End of the string that begins here. */
export function endOfString(text: string, at: number): number {
  return endOf(string, text, at);
}

/** End of the number, true, false or null that begins here. */
export function endOfScalar(text: string, at: number): number {
  return endOf(scalar, text, at);
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  if (!pattern.test(text)) throw malformed();
  return pattern.lastIndex;
}

/** End of the value that begins here. */
export function endOfValue(text: string, at: number, depth = 0): number {
  switch (text[at]) {
    case '{':
      return eachMember(text, at, ignore, depth);
    case '[':
      return eachElement(text, at, ignore, depth);
    case '"':
      return endOfString(text, at);
    default:
      return endOfScalar(text, at);
  }
}

function ignore(): void {
  // Only the end is wanted.
}

/** Calls back for each member of the object that begins here; gives its end. */
export function eachMember(
  text: string,
  start: number,
  visit: (key: JsonPart, value: JsonPart) => void,
  depth = 0,
): number {
  return eachPart(text, start, '}', depth, (at) => {
    const key = { start: at, end: endOfString(text, at) };
    const colon = skipSpace(text, key.end);
    if (text[colon] !== ':') throw malformed();
    const from = skipSpace(text, colon + 1);
    const end = endOfValue(text, from, depth + 1);
    visit(key, { start: from, end });
    return end;
  });
}

/** Calls back for each element of the array that begins here; gives its end. */
export function eachElement(
  text: string,
  start: number,
  visit: (element: JsonPart) => void,
  depth = 0,
): number {
  return eachPart(text, start, ']', depth, (at) => {
    const end = endOfValue(text, at, depth + 1);
    visit({ start: at, end });
    return end;
  });
}

function eachPart(
  text: string,
  start: number,
  close: string,
  depth: number,
  step: (at: number) => number,
): number {
  if (depth > depthMax) throw valueFault('54000', `JSON nested deeper than ${depthMax}`);
  let at = skipSpace(text, start + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    at = skipSpace(text, step(at));
    if (text[at] === close) return at + 1;
    if (text[at] !== ',') throw malformed();
    at = skipSpace(text, at + 1);
  }
}

/** The one value a document holds, without white space around it. */
export function wholeDocument(text: string): JsonPart {
  const start = skipSpace(text, 0);
  const end = endOfValue(text, start);
  if (skipSpace(text, end) !== text.length) throw malformed();
  return { start, end };
}
