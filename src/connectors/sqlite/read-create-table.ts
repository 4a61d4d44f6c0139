/** What only the text of a CREATE TABLE tells: no pragma of SQLite answers for these. */
export interface TableText {
  readonly checks: readonly { readonly name: string | null; readonly definition: string }[];
  /** In the order of their declaration. */
  readonly references: readonly { readonly name: string | null; readonly deferrable: boolean }[];
  /** Names of declared PRIMARY KEY and UNIQUE constraints with their fields, lower case, as written. */
  readonly keys: readonly { readonly name: string; readonly fields: readonly string[] }[];
}

interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'mark';
  /** Words in upper case; names and texts without their quotes. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** Reads the original text SQLite keeps of a table. A text it cannot make sense of (a virtual table's) has none of these. */
export function readCreateTable(sql: string): TableText {
  const tokens = tokensOf(sql);
  const open = tokens.findIndex(({ kind, value }) => kind === 'mark' && value === '(');
  if (open < 0 || tokens.some(({ value }, at) => at < open && value === 'VIRTUAL'))
    return { checks: [], references: [], keys: [] };
  const clauses = clausesOf(tokens.slice(open + 1)).map((clause) => readClause(sql, clause));
  return {
    checks: clauses.flatMap(({ checks }) => checks),
    references: clauses.flatMap(({ references }) => references),
    keys: clauses.flatMap(({ keys }) => keys),
  };
}

const pattern =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|(?<word>[\p{L}_\u0080-\uFFFF][\p{L}\p{N}_$\u0080-\uFFFF]*)|(?<double>"(?:[^"]|"")*")|(?<back>`(?:[^`]|``)*`)|(?<square>\[[^\]]*\])|(?<text>'(?:[^']|'')*')|(?<mark>[\s\S])/gu;

function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  for (const found of sql.matchAll(pattern)) {
    const [all] = found;
    const { word, double, back, square, text, mark } = found.groups ?? {};
    const place = { start: found.index, end: found.index + all.length };
    if (word !== undefined) tokens.push({ kind: 'word', value: word.toUpperCase(), ...place });
    else if (double !== undefined) tokens.push({ kind: 'name', value: unquoted(double, '"'), ...place });
    else if (back !== undefined) tokens.push({ kind: 'name', value: unquoted(back, '`'), ...place });
    else if (square !== undefined) tokens.push({ kind: 'name', value: square.slice(1, -1), ...place });
    else if (text !== undefined) tokens.push({ kind: 'text', value: unquoted(text, "'"), ...place });
    else if (mark !== undefined) tokens.push({ kind: 'mark', value: mark, ...place });
  }
  return tokens;
}

function unquoted(text: string, quote: string): string {
  return text.slice(1, -1).replaceAll(quote + quote, quote);
}

/** The parts between the commas of the outermost parentheses. */
function clausesOf(tokens: readonly Token[]): Token[][] {
  const clauses: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'mark' && token.value === '(') depth += 1;
    if (token.kind === 'mark' && token.value === ')') depth -= 1;
    if (depth < 0) break;
    if (depth === 0 && token.kind === 'mark' && token.value === ',') clauses.push([]);
    else clauses.at(-1)?.push(token);
  }
  return clauses;
}

interface ClauseText {
  readonly checks: { name: string | null; definition: string }[];
  readonly references: { name: string | null; deferrable: boolean }[];
  readonly keys: { name: string; fields: readonly string[] }[];
}

/** Walks one clause on its outer level; what stands in parentheses belongs to the word before them. */
function readClause(sql: string, clause: readonly Token[]): ClauseText {
  const found: ClauseText = { checks: [], references: [], keys: [] };
  let name: string | null = null;
  for (let at = 0; at < clause.length; at += 1) {
    const token = clause[at] as Token;
    if (token.kind === 'mark' && token.value === '(') at = closing(clause, at);
    if (token.kind !== 'word' || isColumnName(clause, at)) continue;
    const next = clause[at + 1];
    if (token.value === 'CONSTRAINT' && next) {
      name = sql.slice(next.start, next.end).replace(/^["'`[]|["'`\]]$/g, '');
      at += 1;
    } else if (token.value === 'CHECK') {
      const end = closing(clause, at + 1);
      found.checks.push({ name, definition: sql.slice(token.start, clause[end]?.end ?? token.end) });
      [at, name] = [end, null];
    } else if (token.value === 'REFERENCES') {
      found.references.push({ name, deferrable: isDeferred(clause.slice(at)) });
      name = null;
    } else if ((token.value === 'UNIQUE' || token.value === 'PRIMARY') && name !== null) {
      found.keys.push({ name, fields: keyFields(sql, clause, at) });
      name = null;
    } else if (/^(NOT|NULL|DEFAULT|COLLATE|GENERATED|AS)$/.test(token.value)) name = null;
  }
  return found;
}

/** The first token of a column's clause is its name, even when it reads like a keyword. */
function isColumnName(clause: readonly Token[], at: number): boolean {
  if (at !== 0) return false;
  const value = clause[0]?.value ?? '';
  return !['CONSTRAINT', 'CHECK', 'FOREIGN', 'UNIQUE', 'PRIMARY'].includes(value);
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const { kind, value } = tokens[at] as Token;
    if (kind !== 'mark') continue;
    if (value === '(') depth += 1;
    if (value === ')') depth -= 1;
    if (depth === 0 && at > open) return at;
  }
  return tokens.length - 1;
}

/** `DEFERRABLE INITIALLY DEFERRED`, up to the next reference; anything else is checked at once. */
function isDeferred(tokens: readonly Token[]): boolean {
  const next = tokens.findIndex(({ kind, value }, at) => at > 0 && kind === 'word' && value === 'REFERENCES');
  const words = tokens.slice(0, next < 0 ? undefined : next).map(({ value }) => value);
  return (
    words.join(' ').includes('DEFERRABLE INITIALLY DEFERRED') && !words.join(' ').includes('NOT DEFERRABLE')
  );
}

/** The fields in the parentheses behind the word; of a column's own clause the column. */
function keyFields(sql: string, clause: readonly Token[], at: number): string[] {
  const open = clause.findIndex(({ value, kind }, place) => place > at && kind === 'mark' && value === '(');
  const bare = (token: Token): string =>
    token.kind === 'word' ? sql.slice(token.start, token.end) : token.value;
  const first = clause[0] as Token;
  if (open < 0 || isColumnName(clause, 0)) return [bare(first).toLowerCase()];
  const inside = clause.slice(open + 1, closing(clause, open));
  return clausesOf(inside).flatMap(([token]) => (token ? [bare(token).toLowerCase()] : []));
}
