import { malformed, readTokens, type Token } from './tokens.ts';

/** A name with the relationships before it: `Account.Owner.Name`. */
export interface Path {
  readonly names: readonly string[];
  readonly at: number;
}

export interface Aggregate {
  readonly function: 'COUNT' | 'COUNT_DISTINCT' | 'MIN' | 'MAX' | 'SUM' | 'AVG';
  readonly path: Path | null;
  readonly alias: string | null;
}

export type Literal =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'instant'; readonly value: string }
  | { readonly kind: 'word'; readonly value: string };

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | {
      readonly kind: 'compare';
      readonly path: Path;
      readonly sign: string;
      readonly values: readonly Literal[];
    }
  | {
      readonly kind: 'join';
      readonly path: Path;
      readonly sign: 'IN' | 'NOT IN';
      readonly query: SoqlQuery;
    };

export interface SoqlQuery {
  readonly text: string;
  readonly paths: readonly Path[];
  readonly aggregates: readonly Aggregate[];
  /** `FIELDS(ALL)` and its like, in lower case. */
  readonly all: 'all' | 'standard' | 'custom' | null;
  readonly object: string;
  readonly where: Condition | null;
  readonly groupBy: readonly Path[];
  readonly orderBy: readonly {
    readonly path: Path;
    readonly descending: boolean;
    readonly nullsLast: boolean;
  }[];
  readonly limit: number | null;
  readonly offset: number;
}

const functions = ['COUNT', 'COUNT_DISTINCT', 'MIN', 'MAX', 'SUM', 'AVG'] as const;
const signs = new Set(['=', '!=', '<>', '<', '<=', '>', '>=']);
/** Words after which no field follows that would have to be read as one. */
const mostCharacters = 100_000;

/** Reads the part of SOQL that the practice system speaks. Throws MALFORMED_QUERY where it ends. */
export function parseSoql(text: string): SoqlQuery {
  if (text.length > mostCharacters)
    throw malformed(text, 0, 'SOQL statements cannot be longer than 100000 characters.');
  return new SoqlParser(text).query();
}

class SoqlParser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = readTokens(text);
  }

  query(): SoqlQuery {
    const query = this.#select();
    const rest = this.#tokens[this.#next];
    if (rest !== undefined) throw this.#unexpected(rest);
    return query;
  }

  #select(): SoqlQuery {
    this.#word('SELECT');
    const selected = this.#selected();
    this.#word('FROM');
    const object = this.#name().names.join('.');
    const where = this.#takes('WHERE') ? this.#condition() : null;
    const groupBy = this.#takes('GROUP') ? this.#list('BY', () => this.#name()) : [];
    const orderBy = this.#takes('ORDER') ? this.#list('BY', () => this.#order()) : [];
    const limit = this.#takes('LIMIT') ? this.#count() : null;
    const offset = this.#takes('OFFSET') ? this.#count() : 0;
    return { text: this.#text, ...selected, object, where, groupBy, orderBy, limit, offset };
  }

  #selected(): Pick<SoqlQuery, 'paths' | 'aggregates' | 'all'> {
    const paths: Path[] = [];
    const aggregates: Aggregate[] = [];
    let all: SoqlQuery['all'] = null;
    do {
      const path = this.#name();
      if (!this.#sign('(')) paths.push(path);
      else if (path.names[0]?.toUpperCase() === 'FIELDS') all = this.#all();
      else aggregates.push(this.#aggregate(path));
    } while (this.#sign(','));
    return { paths, aggregates, all };
  }

  #all(): SoqlQuery['all'] {
    const { names, at } = this.#name();
    const which = (names[0] ?? '').toLowerCase();
    this.#close();
    if (which === 'all' || which === 'standard' || which === 'custom') return which;
    throw malformed(this.#text, at, `unexpected token: '${which}'`);
  }

  #aggregate({ names, at }: Path): Aggregate {
    const called = functions.find((one) => one === (names[0] ?? '').toUpperCase());
    if (called === undefined) throw malformed(this.#text, at, `unknown function: ${names.join('.')}`);
    const path = this.#sign(')') ? null : this.#name();
    if (path !== null) this.#close();
    const next = this.#tokens[this.#next];
    const alias = next?.kind === 'word' && next.text.toUpperCase() !== 'FROM' ? this.#name() : null;
    return { function: called, path, alias: alias?.names[0] ?? null };
  }

  #condition(): Condition {
    const parts = [this.#unary()];
    const kind = this.#isWord('OR') ? 'or' : 'and';
    while (this.#takes(kind)) parts.push(this.#unary());
    const mixed = this.#tokens[this.#next];
    if (this.#isWord('AND') || this.#isWord('OR')) throw this.#unexpected(mixed);
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, parts };
  }

  #unary(): Condition {
    if (this.#takes('NOT')) return { kind: 'not', part: this.#unary() };
    if (!this.#sign('(')) return this.#comparison();
    const inner = this.#condition();
    this.#close();
    return inner;
  }

  #comparison(): Condition {
    const path = this.#name();
    const token = this.#tokens[this.#next];
    this.#next += 1;
    if (token === undefined) throw this.#unexpected(token);
    if (token.kind === 'sign' && signs.has(token.text))
      return {
        kind: 'compare',
        path,
        sign: token.text === '<>' ? '!=' : token.text,
        values: [this.#literal()],
      };
    const sign = token.text.toUpperCase();
    if (sign === 'LIKE') return { kind: 'compare', path, sign, values: [this.#literal()] };
    if (sign === 'NOT') this.#word('IN');
    if ((sign === 'NOT' || sign === 'IN') && this.#beginsQuery()) {
      this.#next += 1;
      const query = this.#select();
      this.#close();
      return { kind: 'join', path, sign: sign === 'NOT' ? 'NOT IN' : sign, query };
    }
    if (sign === 'NOT' || sign === 'IN' || sign === 'INCLUDES' || sign === 'EXCLUDES')
      return { kind: 'compare', path, sign: sign === 'NOT' ? 'NOT IN' : sign, values: this.#literals() };
    throw this.#unexpected(token);
  }

  #beginsQuery(): boolean {
    const [bracket, word] = this.#tokens.slice(this.#next, this.#next + 2);
    return bracket?.text === '(' && word?.kind === 'word' && word.text.toUpperCase() === 'SELECT';
  }

  #literals(): readonly Literal[] {
    if (!this.#sign('(')) throw this.#unexpected(this.#tokens[this.#next]);
    const values = [this.#literal()];
    while (this.#sign(',')) values.push(this.#literal());
    this.#close();
    return values;
  }

  #literal(): Literal {
    const token = this.#tokens[this.#next];
    if (token === undefined || token.kind === 'sign') throw this.#unexpected(token);
    this.#next += 1;
    if (token.kind !== 'text') return { kind: token.kind, value: token.text };
    const inner = token.text.slice(1, -1).replace(/\\(.)/g, (_all, escaped: string) => unescaped(escaped));
    return { kind: 'text', value: inner };
  }

  #order(): SoqlQuery['orderBy'][number] {
    const path = this.#name();
    const descending = this.#takes('DESC') || (this.#takes('ASC'), false);
    if (!this.#takes('NULLS')) return { path, descending, nullsLast: false };
    const nullsLast = this.#takes('LAST');
    if (!nullsLast) this.#word('FIRST');
    return { path, descending, nullsLast };
  }

  #list<Item>(word: string, one: () => Item): readonly Item[] {
    this.#word(word);
    const items = [one()];
    while (this.#sign(',')) items.push(one());
    return items;
  }

  #count(): number {
    const token = this.#tokens[this.#next];
    if (token === undefined || !/^\d{1,9}$/.test(token.text)) throw this.#unexpected(token);
    this.#next += 1;
    return Number(token.text);
  }

  #name(): Path {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'word') throw this.#unexpected(token);
    this.#next += 1;
    return { names: token.text.split('.'), at: token.at };
  }

  #word(word: string): void {
    if (!this.#takes(word)) throw this.#unexpected(this.#tokens[this.#next]);
  }

  #isWord(word: string): boolean {
    const token = this.#tokens[this.#next];
    return token?.kind === 'word' && token.text.toUpperCase() === word.toUpperCase();
  }

  #takes(word: string): boolean {
    if (!this.#isWord(word)) return false;
    this.#next += 1;
    return true;
  }

  #sign(sign: string): boolean {
    const token = this.#tokens[this.#next];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#next += 1;
    return true;
  }

  #close(): void {
    if (!this.#sign(')')) throw this.#unexpected(this.#tokens[this.#next]);
  }

  #unexpected(token: Token | undefined): Error {
    return token === undefined
      ? malformed(this.#text, this.#text.length, "unexpected token: '<EOF>'")
      : malformed(this.#text, token.at, `unexpected token: '${token.text}'`);
  }
}

function unescaped(escaped: string): string {
  switch (escaped) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    // LIKE tells its own escapes from its patterns.
    case '%':
    case '_':
      return `\\${escaped}`;
    default:
      return escaped;
  }
}
