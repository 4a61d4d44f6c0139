const delimiters = {
  BACKQUOTE: '`',
  CARET: '^',
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  TAB: '\t',
} as const;

export type DelimiterName = keyof typeof delimiters;
export const delimiterNames = Object.keys(delimiters) as readonly DelimiterName[];

/** A line as RFC 4180 has it, every value in quotes. */
export function csvLine(
  values: readonly string[],
  delimiter: DelimiterName,
  lineEnding: 'LF' | 'CRLF',
): string {
  const quoted = values.map((value) => `"${value.replaceAll('"', '""')}"`);
  return `${quoted.join(delimiters[delimiter])}${lineEnding === 'LF' ? '\n' : '\r\n'}`;
}

/**
 * Lines of a CSV text as RFC 4180 has them; both line ends are read, empty lines are passed over. Throws RangeError for a
 * quote that never ends, and for anything behind a quote that has.
 */
export function* readCsv(text: string, delimiter: DelimiterName): Generator<readonly string[]> {
  const separator = delimiters[delimiter];
  let values: string[] = [];
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  while (at < text.length) {
    const { value, next } = text.charAt(at) === '"' ? quotedValue(text, at) : plainValue(text, at, separator);
    values.push(value);
    const behind = text.charAt(next);
    if (behind === separator) {
      at = next + 1;
      if (at === text.length) values.push('');
      continue;
    }
    if (behind !== '' && behind !== '\n' && behind !== '\r')
      throw new RangeError(`unexpected character ${JSON.stringify(behind)} behind a quoted value`);
    if (values.length > 1 || values[0] !== '') yield values;
    values = [];
    at = next + (text.startsWith('\r\n', next) ? 2 : 1);
  }
  if (values.length > 0) yield values;
}

interface Value {
  readonly value: string;
  readonly next: number;
}

function quotedValue(text: string, from: number): Value {
  let end = text.indexOf('"', from + 1);
  while (end >= 0 && text.charAt(end + 1) === '"') end = text.indexOf('"', end + 2);
  if (end < 0) throw new RangeError('a quoted value never ends');
  return { value: text.slice(from + 1, end).replaceAll('""', '"'), next: end + 1 };
}

function plainValue(text: string, from: number, separator: string): Value {
  let next = from;
  while (next < text.length && !'\r\n'.includes(text.charAt(next)) && text.charAt(next) !== separator)
    next += 1;
  return { value: text.slice(from, next), next };
}
