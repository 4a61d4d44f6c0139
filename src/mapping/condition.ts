/**
 * A check made of comparisons between a field and literals, which says the same in every kind of system where the types of its
 * fields allow it (`translated-check.ts`). Nothing is computed in it.
 */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | { readonly kind: 'null'; readonly field: string; readonly negated: boolean }
  | {
      readonly kind: 'compare';
      readonly field: string;
      /** `in` compares with each of the literals, `between` with two; the others with one. */
      readonly operator: Comparison | 'in' | 'between';
      readonly negated: boolean;
      readonly literals: readonly Literal[];
    };

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>=';

export interface Literal {
  readonly kind: 'number' | 'text';
  readonly text: string;
}

/** What a check is cut into. The text of a cast is the type behind `::`; words are in lower case. */
export interface Token {
  readonly kind: 'name' | 'word' | 'number' | 'text' | 'cast' | 'sign';
  readonly text: string;
}

/** Whether a cast of a field, or of a literal, leaves its value what it is. */
export type Keeps = (operand: string | Literal, cast: string) => boolean;

/** Null where there is more in the text than comparisons of fields with literals. */
export function readCondition(tokens: readonly Token[], keeps: Keeps): Condition | null {
  try {
    return new ConditionReader(tokens, keeps).whole();
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

class Unreadable extends Error {}

class ConditionReader {
  readonly #tokens: readonly Token[];
  readonly #keeps: Keeps;
  #at = 0;

  constructor(tokens: readonly Token[], keeps: Keeps) {
    this.#tokens = tokens;
    this.#keeps = keeps;
  }

  whole(): Condition {
    const condition = this.#any();
    if (this.#at < this.#tokens.length) throw new Unreadable();
    return condition;
  }

  #any(): Condition {
    return this.#joined('or', () => this.#joined('and', () => this.#one()));
  }

  #joined(kind: 'and' | 'or', read: () => Condition): Condition {
    const parts = [read()];
    while (this.#takes('word', kind)) parts.push(read());
    const [only] = parts;
    return parts.length === 1 && only ? only : { kind, parts };
  }

  #one(): Condition {
    if (this.#takes('word', 'not')) return { kind: 'not', part: this.#one() };
    const start = this.#at;
    try {
      return this.#comparison();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.#at = start;
    }
    this.#expect('sign', '(');
    const condition = this.#any();
    this.#expect('sign', ')');
    return condition;
  }

  #comparison(): Condition {
    const field = this.#operand('name');
    if (this.#takes('word', 'is')) {
      const negated = this.#takes('word', 'not');
      this.#expect('word', 'null');
      return { kind: 'null', field, negated };
    }
    const negated = this.#takes('word', 'not');
    const compare = (operator: Comparison | 'in' | 'between', literals: readonly Literal[]): Condition => ({
      kind: 'compare',
      field,
      operator,
      negated,
      literals,
    });
    if (this.#takes('word', 'in')) return compare('in', this.#list('(', ')'));
    if (this.#takes('word', 'between')) {
      const low = this.#literal();
      this.#expect('word', 'and');
      return compare('between', [low, this.#literal()]);
    }
    const operator = comparisons.get(this.#next().text);
    if (negated || operator === undefined) throw new Unreadable();
    const listed =
      operator === '=' ? this.#takes('word', 'any') : operator === '<>' && this.#takes('word', 'all');
    if (!listed) return compare(operator, [this.#literal()]);
    return { kind: 'compare', field, operator: 'in', negated: operator === '<>', literals: this.#array() };
  }

  /** What stands behind ANY and ALL, as PostgreSQL spells a list: in brackets, and with a cast that each literal has too. */
  #array(): readonly Literal[] {
    this.#expect('sign', '(');
    const nested = this.#takes('sign', '(');
    this.#expect('word', 'array');
    const literals = this.#list('[', ']');
    if (nested) this.#expect('sign', ')');
    while (this.#peek()?.kind === 'cast') {
      const cast = this.#next().text.replace(/\[\]$/, '');
      if (!literals.every((one) => this.#keeps(one, cast))) throw new Unreadable();
    }
    this.#expect('sign', ')');
    return literals;
  }

  #list(open: string, close: string): readonly Literal[] {
    this.#expect('sign', open);
    const literals = [this.#literal()];
    while (this.#takes('sign', ',')) literals.push(this.#literal());
    this.#expect('sign', close);
    return literals;
  }

  #literal(): Literal {
    const { kind } = this.#tokens.slice(this.#at).find(({ text }) => text !== '(') ?? {};
    if (kind !== 'number' && kind !== 'text') throw new Unreadable();
    return { kind, text: this.#operand(kind) };
  }

  /** One that may stand in brackets, and under casts. */
  #operand(kind: 'name' | Literal['kind']): string {
    const bracket = this.#takes('sign', '(');
    const operand = bracket ? this.#operand(kind) : this.#next(kind).text;
    if (bracket) this.#expect('sign', ')');
    const what = kind === 'name' ? operand : { kind, text: operand };
    while (this.#peek()?.kind === 'cast') if (!this.#keeps(what, this.#next().text)) throw new Unreadable();
    return operand;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #next(kind?: Token['kind']): Token {
    const token = this.#peek();
    if (token === undefined || (kind !== undefined && token.kind !== kind)) throw new Unreadable();
    this.#at += 1;
    return token;
  }

  #takes(kind: Token['kind'], text: string): boolean {
    const token = this.#peek();
    const is = token?.kind === kind && token.text === text;
    if (is) this.#at += 1;
    return is;
  }

  #expect(kind: Token['kind'], text: string): void {
    if (!this.#takes(kind, text)) throw new Unreadable();
  }
}

const comparisons = new Map<string, Comparison>([
  ['=', '='],
  ['<>', '<>'],
  ['!=', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);
