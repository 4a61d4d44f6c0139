/** Comments, quoted names and texts; what ends a statement comes behind them. */
const quoted =
  /--[ \t][^\n]*|--\r?\n|#[^\n]*|\/\*(?!!)[\s\S]*?\*\/|`(?:[^`]|``)*`|'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*"/;

/** The statements of a script for MySQL, without its comments; a line `DELIMITER //` says what ends those behind it. */
export function splitSql(script: string): readonly string[] {
  const parts = script.split(/^[ \t]*DELIMITER[ \t]+(\S+)[ \t]*\r?$/gim);
  return parts.flatMap((part, at) => (at % 2 === 0 ? statementsOf(part, parts[at - 1] ?? ';') : []));
}

function statementsOf(script: string, delimiter: string): readonly string[] {
  const token = new RegExp(`${quoted.source}|${delimiter.replaceAll(/[$|;/.*+?^(){}[\]\\]/g, '\\$&')}`, 'g');
  const statements: string[] = [];
  let [statement, from] = ['', 0];
  for (const { 0: part, index } of script.matchAll(token)) {
    statement += script.slice(from, index);
    from = index + part.length;
    if (part === delimiter) {
      statements.push(statement.trim());
      statement = '';
    } else if (!/^(--|#|\/\*)/.test(part)) statement += part;
  }
  return [...statements, (statement + script.slice(from)).trim()].filter((text) => text !== '');
}
