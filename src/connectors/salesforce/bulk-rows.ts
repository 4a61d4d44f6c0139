import { ExactNumber, type Json } from './exact-json.ts';
import { answerUnreadable } from './faults.ts';

/** What a field, and a whole record, of a bulk job may have; in characters (Bulk API 2.0, limits). */
const fieldMost = 32_000;
const recordMost = 400_000;
/** How a job is told that a field has no value; an empty one would be left as it is. */
const noValue = '#N/A';

type Fields = Readonly<Record<string, Json>>;

/** The record as a line of a job; null where a line would not say the same: then it goes by itself. */
export function bulkLine(fields: Fields, columns: readonly string[]): readonly string[] | null {
  const cells = columns.map((name) => (name in fields ? cellOf(fields[name] ?? null) : ''));
  if (cells.includes(null)) return null;
  const line = cells as readonly string[];
  return line.reduce((sum, cell) => sum + cell.length, 0) > recordMost ? null : line;
}

function cellOf(value: Json): string | null {
  if (value === null) return noValue;
  if (value instanceof ExactNumber) return value.text;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return null;
  // An empty text and the word for no value would mean something else; line ends may be made uniform on the way.
  const isPlain = value !== '' && value !== noValue && !value.includes('\r') && value.length <= fieldMost;
  return isPlain ? value : null;
}

/** A line as RFC 4180 has it, every value in quotes, ended by a line feed. */
export const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`;

/** Results of a job, by the names of their columns in lower case: a vendor may spell them its own way. Throws `salesforce.answer-unreadable`. */
export function readResults(label: string, text: string): readonly Readonly<Record<string, string>>[] {
  const [names = [], ...lines] = csvLines(label, text);
  return lines.map((cells) => {
    if (cells.length !== names.length)
      throw answerUnreadable(label, 'a line has not the columns of the first');
    return Object.fromEntries(names.map((name, at) => [name.toLowerCase(), cells[at] ?? '']));
  });
}

/** Lines as RFC 4180 has them, empty ones passed over. Throws `salesforce.answer-unreadable`. */
export function csvLines(label: string, text: string): readonly (readonly string[])[] {
  const cell = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  cell.lastIndex = text.startsWith('\uFEFF') ? 1 : 0;
  const lines: (readonly string[])[] = [];
  let line: string[] = [];
  while (cell.lastIndex < text.length) {
    const [, quoted, plain = '', end] = cell.exec(text) ?? [];
    if (end === undefined) throw answerUnreadable(label, 'it is no CSV');
    line.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    if (line.length > 1 || line[0] !== '') lines.push(line);
    line = [];
  }
  return lines;
}
