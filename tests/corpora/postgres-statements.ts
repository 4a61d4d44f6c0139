/** Comments, texts in every spelling, quoted names, and what ends a statement. */
const token =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|'(?:[^']|'')*'|"(?:[^"]|"")*"|;|[^;'"$/-]+|[\s\S]/g;

/** The statements of a plain dump that make something; those that fill it, and psql's own commands, are left out. */
export function postgresStatements(script: string): readonly string[] {
  const plain = script
    .replaceAll('\r', '')
    .replaceAll(/^COPY [^;]* FROM stdin;\n[\s\S]*?^\\\.$/gim, '')
    .replaceAll(/^\\.*$/gm, '');
  const statements: string[] = [];
  let statement = '';
  for (const { 0: part } of plain.matchAll(token)) {
    if (part === ';') {
      statements.push(statement.trim());
      statement = '';
    } else if (!part.startsWith('--') && !part.startsWith('/*')) statement += part;
  }
  return [...statements, statement.trim()].filter((text) => text !== '' && !leftOut.test(text));
}

const leftOut = /^(INSERT|BEGIN|COMMIT|(DROP|CREATE) DATABASE)\b/i;
