import type { Field } from '../../model/index.ts';
import { quoted, textLiteral } from './sql.ts';

/**
 * Rules of other systems that mean the same in SQLite. Only comparisons of whole numbers, texts and booleans with constants,
 * joined by AND, OR and NOT, are certain: everything else is left out by whoever asks, and said.
 */
export function portableCheck(definition: string, fields: readonly Field[]): string | null {
  const text = /^\s*CHECK\s*(\([\s\S]*\))\s*$/i.exec(definition)?.[1];
  if (text === undefined) return null;
  const tokens = text.match(/"(?:[^"]|"")+"|'(?:[^']|'')*'|\w+|<=|>=|<>|!=|[<>=()]|\S/g) ?? [];
  const parts = tokens.map((token) => portableToken(token, fields));
  return parts.includes(null) ? null : parts.join(' ');
}

const words = /^(AND|OR|NOT|IS|NULL|TRUE|FALSE)$/i;

function portableToken(token: string, fields: readonly Field[]): string | null {
  if (/^(<=|>=|<>|!=|[<>=()]|\d+|'(?:[^']|'')*')$/.test(token) || words.test(token)) return token;
  const name = token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token;
  const field = fields.find((each) => each.name === name);
  return field && ['integer', 'text', 'boolean', 'enum'].includes(field.type.kind) ? quoted(name) : null;
}

/** A constant: a number, a text (with or without PostgreSQL's cast behind it), a truth value, NULL. */
export function portableDefault(text: string): string | null {
  const literal = /^'((?:[^']|'')*)'(?:::[\w ()[\],"]+)?$/.exec(text.trim());
  if (literal) return textLiteral((literal[1] ?? '').replaceAll("''", "'"));
  const bare = /^\(?(-?\d+(?:\.\d+)?|true|false|null)\)?(?:::[\w ()]+)?$/i.exec(text.trim());
  return bare ? (bare[1] ?? null) : null;
}
