/** Comments, quoted names and texts, and what ends a statement. */
const token =
  /--[ \t][^\n]*|--\n|#[^\n]*|\/\*(?!!)[\s\S]*?\*\/|`(?:[^`]|``)*`|'(?:[^'\\]|''|\\[\s\S])*'|"(?:[^"\\]|""|\\[\s\S])*"|;/g;

/** The statements of a script for MySQL, without its comments; bodies of routines are cut at their semicolons as well. */
export function splitSql(script: string): readonly string[] {
  const statements: string[] = [];
  let [statement, from] = ['', 0];
  for (const { 0: part, index } of script.matchAll(token)) {
    statement += script.slice(from, index);
    from = index + part.length;
    if (part === ';') {
      statements.push(statement.trim());
      statement = '';
    } else if (!/^(--|#|\/\*)/.test(part)) statement += part;
  }
  return [...statements, (statement + script.slice(from)).trim()].filter((text) => text !== '');
}
