import { type Field, findField, type Relation } from '../model/index.ts';
import { type Condition, type Literal, readCondition, type Token } from './condition.ts';
import { isDay, isExactlyCompared, quotedIn, type SqlWords, textIn } from './sql-words.ts';

/**
 * A check of one system in the words of another one, where it says the same there; null where that is not certain. Texts are
 * only compared for being equal, and where both sides call the same bytes equal and no others.
 */
export function translatedCheck(
  definition: string,
  relation: Relation,
  { from, to, names }: Translation,
): string | null {
  const text = /^CHECK \((?<inside>.*)\)$/s.exec(definition)?.groups?.['inside'];
  const tokens = text === undefined ? null : tokensOf(text, relation, from);
  const condition = tokens && readCondition(tokens, (operand, cast) => keepsValue(operand, cast, relation));
  if (!condition || !saysTheSame(condition, relation, names, from)) return null;
  return `CHECK (${written(condition, relation, { from, to, names })})`;
}

export interface Translation {
  readonly from: SqlWords;
  readonly to: SqlWords;
  /** The fields that are there, by their names in the relation, under their new ones; a check of others says nothing. */
  readonly names: ReadonlyMap<string, string>;
}

const patterns: Readonly<Record<SqlWords, RegExp>> = {
  mysql:
    /\s+|(?<name>`(?:[^`]|``)+`)|(?<text>'(?:[^'\\]|''|\\['\\])*')|(?<number>-?\d+(?:\.\d+)?(?![\w.]))|(?<word>[a-z]+\b)|(?<sign><=>|<=|>=|<>|!=|[<>=(),])/y,
  postgres:
    /\s+|(?<name>"(?:[^"]|"")+")|(?<text>'(?:[^'\\]|'')*')|(?<number>-?\d+(?:\.\d+)?(?![\w.]))|::(?<cast>(?:"(?:[^"]|"")+"|[a-z_]\w*)(?: varying| precision| without time zone)?(?:\[\])?)(?![\w.(])|(?<word>[A-Za-z_]\w*)|(?<sign><=|>=|<>|!=|[<>=(),[\]])/y,
};

const words = new Set(['and', 'or', 'not', 'in', 'is', 'null', 'between', 'any', 'all', 'array']);

function tokensOf(text: string, relation: Relation, from: SqlWords): readonly Token[] | null {
  const pattern = new RegExp(patterns[from]);
  const tokens: Token[] = [];
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text)?.groups;
    if (found === undefined) return null;
    const [kind, part] = Object.entries(found).find(([, one]) => one !== undefined) ?? ['', ''];
    if (kind === '' || part === undefined) continue;
    const token = tokenOf(kind as Token['kind'], part, relation);
    if (token === null) return null;
    tokens.push(token);
  }
  return tokens;
}

function tokenOf(kind: Token['kind'], part: string, relation: Relation): Token | null {
  if (kind === 'text')
    return { kind, text: part.slice(1, -1).replaceAll(/''|\\(.)/g, (_all, one) => one ?? "'") };
  if (kind === 'name') {
    const quote = part.slice(0, 1);
    const name = part.slice(1, -1).replaceAll(quote + quote, quote);
    return findField(relation, name) ? { kind, text: name } : null;
  }
  if (kind !== 'word' || words.has(part.toLowerCase())) return { kind, text: part.toLowerCase() };
  return findField(relation, part) ? { kind: 'name', text: part } : null;
}

/** The casts of PostgreSQL that say of what type a value is, and make no other value of it. */
function keepsValue(operand: string | Literal, cast: string, relation: Relation): boolean {
  const type = typeof operand === 'string' ? findField(relation, operand)?.type : null;
  if (type) {
    if (cast === 'text' || cast === 'character varying') return type.kind === 'text' || type.kind === 'enum';
    return /^(numeric|bigint)$/.test(cast) && type.kind === 'integer';
  }
  const { text } = operand as Literal;
  if (/^(smallint|integer|bigint)$/.test(cast)) return /^-?\d+$/.test(text);
  if (/^(numeric|double precision)$/.test(cast)) return number.test(text);
  if (/^(text|character varying|date|timestamp without time zone)$/.test(cast)) return true;
  const name = cast.replaceAll('"', '');
  return relation.fields.some((field) => field.type.kind === 'enum' && field.type.name === name);
}

const number = /^-?\d+(\.\d+)?$/;

function saysTheSame(
  condition: Condition,
  relation: Relation,
  names: ReadonlyMap<string, string>,
  from: SqlWords,
): boolean {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts.every((part) => saysTheSame(part, relation, names, from));
    case 'not':
      return saysTheSame(condition.part, relation, names, from);
    case 'null':
      return names.has(condition.field);
    case 'compare': {
      const field = findField(relation, condition.field);
      return field !== undefined && names.has(field.name) && isComparable(field, condition, from);
    }
  }
}

function isComparable(
  field: Field,
  { operator, literals }: Extract<Condition, { kind: 'compare' }>,
  from: SqlWords,
): boolean {
  const { type } = field;
  switch (type.kind) {
    case 'integer':
    case 'decimal':
      // MySQL reads small numbers of a year as one of this century.
      return !field.native.startsWith('year') && areNumbers(literals, from);
    case 'float':
      return type.bits === 64 && areNumbers(literals, from);
    case 'text':
    case 'enum': {
      const equal = operator === '=' || operator === '<>' || operator === 'in';
      return equal && isExactlyCompared(field, from) && literals.every(({ kind }) => kind === 'text');
    }
    case 'date':
    case 'timestamp':
      return literals.every(({ kind, text }) => kind === 'text' && isDay(text));
    default:
      return false;
  }
}

/** PostgreSQL writes negative ones as texts with a cast. MySQL would compare a text in another way. */
function areNumbers(literals: readonly Literal[], from: SqlWords): boolean {
  return literals.every(({ kind, text }) => (kind === 'number' || from === 'postgres') && number.test(text));
}

function written(condition: Condition, relation: Relation, into: Translation): string {
  const { to, names } = into;
  const named = (field: string): string => quotedIn(to, names.get(field) ?? field);
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.parts
        .map((part) => `(${written(part, relation, into)})`)
        .join(` ${condition.kind.toUpperCase()} `);
    case 'not':
      return `NOT (${written(condition.part, relation, into)})`;
    case 'null':
      return `${named(condition.field)} IS ${condition.negated ? 'NOT ' : ''}NULL`;
    case 'compare': {
      const { operator, negated, literals } = condition;
      const kind = findField(relation, condition.field)?.type.kind ?? '';
      const bare = /^(integer|decimal|float)$/.test(kind);
      const all = literals.map(({ text }) => (bare ? text : textIn(to, text)));
      const field = `${named(condition.field)}${negated ? ' NOT' : ''}`;
      if (operator === 'in') return `${field} IN (${all.join(', ')})`;
      return `${field} ${operator.toUpperCase()} ${all.join(' AND ')}`;
    }
  }
}
