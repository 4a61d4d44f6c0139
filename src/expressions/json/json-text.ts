import { valueFault } from '../faults.ts';

/** The text of a JSON string as PostgreSQL writes it: only quotes, backslashes and control characters are escaped. */
export function jsonString(text: string): string {
  return plain.test(text) ? `"${text}"` : `"${text.replace(escaped, escapeOf)}"`;
}

// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these unescaped
const plain = /^[^"\\\x00-\x1f]*$/;
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these unescaped
const escaped = /["\\\x00-\x1f]/g;

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escapeOf(character: string): string {
  return shortEscapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

const meanings: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** What a JSON string (given with its quotes, known to be well formed) stands for. */
export function textOfJsonString(token: string): string {
  const inner = token.slice(1, -1);
  if (!inner.includes('\\')) return inner;
  const text = inner.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, code?: string, sign?: string) =>
    code === undefined ? (meanings[sign ?? ''] ?? '') : unitOf(code),
  );
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text))
    throw valueFault('22P02', 'a JSON string holds half of a surrogate pair');
  return text;
}

function unitOf(code: string): string {
  if (code === '0000')
    throw valueFault('22P05', 'a JSON string holds \\u0000, which is no character of a text');
  return String.fromCharCode(Number.parseInt(code, 16));
}
