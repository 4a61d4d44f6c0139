import { refusal } from '../refusal.ts';

export interface Token {
  /** `word` also stands for date literals, `instant` for dates and moments. */
  readonly kind: 'word' | 'text' | 'number' | 'instant' | 'sign';
  readonly text: string;
  /** Where it begins, from 0. */
  readonly at: number;
}

const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['instant', /\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))?/y],
  ['number', /[+-]?\d+(?:\.\d+)?/y],
  ['word', /[A-Za-z_][\w.]*(?::\d+)?/y],
  ['text', /'(?:[^'\\]|\\.)*'/y],
  ['sign', /!=|<>|<=|>=|[(),=<>]/y],
];

/** Cuts a query into tokens. Throws MALFORMED_QUERY at what is none. */
export function readTokens(soql: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < soql.length; ) {
    if (/\s/.test(soql.charAt(at))) {
      at += 1;
      continue;
    }
    const token = tokenAt(soql, at);
    if (token === null) throw malformed(soql, at, `unexpected token: '${soql.charAt(at)}'`);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(soql: string, at: number): Token | null {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(soql)?.[0];
    if (found !== undefined) return { kind, text: found, at };
  }
  return null;
}

/** The vendor's way of pointing into a query. */
export function pointInto(soql: string, at: number, message: string): string {
  const before = soql.slice(Math.max(0, at - 20), at).replaceAll('\n', ' ');
  const line = soql.slice(0, at).split('\n').length;
  const column = at - soql.lastIndexOf('\n', at - 1);
  return `\n${before}${soql.slice(at, at + 20).replaceAll('\n', ' ')}\n${' '.repeat(before.length)}^\nERROR at Row:${line}:Column:${column}\n${message}`;
}

export const malformed = (soql: string, at: number, message: string): Error =>
  refusal(400, 'MALFORMED_QUERY', pointInto(soql, at, message));
