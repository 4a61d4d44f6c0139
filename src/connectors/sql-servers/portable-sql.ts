import { type FieldType, findField, type Relation } from '../../model/index.ts';

/**
 * Expressions of another engine that mean the same here. Only what is certain is carried over; the rest is left out, and
 * shows as a difference between the two schemas.
 */

/** Plain literals and the current time; null when there is none or it is not certain. */
export function portableDefault(expression: string | null, type: FieldType): string | null {
  const text = expression?.trim() ?? '';
  if (/^[-+]?\d+(\.\d+)?$/.test(text)) return acceptsNumber(type) ? text : null;
  if (/^'(?:[^'\\]|'')*'$/.test(text)) return type.kind === 'text' || type.kind === 'enum' ? text : null;
  if (/^(true|false)$/i.test(text)) return type.kind === 'boolean' ? text.toLowerCase() : null;
  if (/^current_(timestamp|date)$/i.test(text)) return acceptsNow(text, type) ? text.toUpperCase() : null;
  return null;
}

function acceptsNumber(type: FieldType): boolean {
  return type.kind === 'integer' || type.kind === 'decimal' || type.kind === 'float';
}

function acceptsNow(text: string, type: FieldType): boolean {
  return /date/i.test(text) ? type.kind === 'date' : type.kind === 'instant' || type.kind === 'timestamp';
}

const words = new Set(['and', 'or', 'not', 'in', 'is', 'null', 'between', 'true', 'false']);
const token = /\s+|'(?:[^'\\]|'')*'|"(?:[^"]|"")+"|\d+(?:\.\d+)?|[A-Za-z_]\w*|<=|>=|<>|!=|[<>=(),+*-]/y;

/**
 * A check of comparisons between fields and literals; null when anything else occurs in it.
 *
 * @param quoteName how the system that gets it quotes names
 */
export function portableCheck(
  definition: string,
  relation: Relation,
  quoteName: (name: string) => string,
): string | null {
  const text = definition.trim();
  if (!/^check\s*\(/i.test(text)) return null;
  const parts: string[] = [];
  token.lastIndex = 0;
  for (let at = 0; at < text.length; at = token.lastIndex) {
    token.lastIndex = at;
    const part = token.exec(text)?.[0];
    const written = part === undefined ? null : portablePart(part, at === 0, relation, quoteName);
    if (written === null) return null;
    parts.push(written);
  }
  return parts.join('');
}

function portablePart(
  part: string,
  first: boolean,
  relation: Relation,
  quoteName: (name: string) => string,
): string | null {
  if (first) return 'CHECK';
  if (/^\s+$/.test(part)) return ' ';
  if (part.startsWith('"')) return findField(relation, part.slice(1, -1).replaceAll('""', '"')) ? part : null;
  if (!/^[A-Za-z_]/.test(part)) return part;
  if (words.has(part.toLowerCase())) return part.toUpperCase();
  const field =
    findField(relation, part) ??
    relation.fields.find(({ name }) => name.toLowerCase() === part.toLowerCase());
  return field === undefined ? null : quoteName(field.name);
}
