const linesMax = 5;
const error = /\b(?:error|fatal|panic)\b[: ]/i;
/** What stands behind these words, in quotes, is a value of a record, or begins with one. */
const value = /((?:syntax|value|entry|representation|element)[^"'’]*|too long[^"']*)(["']).*\2/gi;

/** The reasons a client of a database gives, without the lines that quote records (`DETAIL`, `CONTEXT`) and without values. */
export function sayableLines(err: string): readonly string[] {
  return err
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) => error.test(line) && !/^(?:DETAIL|CONTEXT|HINT|STATEMENT|LINE \d+|Command was)/.test(line),
    )
    .slice(0, linesMax)
    .map((line) => line.replace(value, '$1$2...$2').slice(0, 300));
}
