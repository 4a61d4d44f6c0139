import { valueFault } from '../faults.ts';
import { classSources } from '../text/character-classes.ts';
import { characterSource, classSource, createSet } from './character-set.ts';
import type { Alternatives, Atom, Constraint, Item, Pattern, Repeated } from './pattern.ts';
import { type PatternFlags, readFlags } from './pattern-flags.ts';
import { badPattern, PatternScanner } from './pattern-scanner.ts';
import { patternSource } from './pattern-source.ts';
import { readBracket } from './read-bracket.ts';
import { readEscapedCode } from './read-escape.ts';

/**
 * Reads PostgreSQL's advanced regular expressions (`man 7 re_syntax`, section ARE). Throws 2201B for what PostgreSQL refuses,
 * 0A000 for what is left out here: back references, `***` prefixes, the flags b, e, q, x, octal escapes.
 */
export function readPattern(text: string, given: PatternFlags): Pattern {
  if (text.startsWith('***')) throw valueFault('0A000', 'patterns beginning with *** are not supported');
  const { flags, rest } = embeddedFlags(text, given);
  const reader = new PatternReader(new PatternScanner(rest), flags);
  return reader.read();
}

/** `(?i)` at the very beginning. */
function embeddedFlags(text: string, given: PatternFlags): { flags: PatternFlags; rest: string } {
  const found = /^\(\?([a-zA-Z]+)\)/.exec(text);
  if (found === null) return { flags: given, rest: text };
  if (/[^bceimnpqstwx]/.test(found[1] ?? '')) throw badPattern('an embedded option is not valid');
  return { flags: readFlags(found[1] ?? '', given), rest: text.slice(found[0].length) };
}

const wordEdges: Readonly<Record<string, readonly [behind: boolean, ahead: boolean][]>> = {
  m: [[false, true]],
  M: [[true, false]],
  y: [
    [false, true],
    [true, false],
  ],
  Y: [
    [true, true],
    [false, false],
  ],
};

class PatternReader {
  readonly #scanner: PatternScanner;
  readonly #flags: PatternFlags;
  #captures = 0;
  #depth = 0;

  constructor(scanner: PatternScanner, flags: PatternFlags) {
    this.#scanner = scanner;
    this.#flags = flags;
  }

  read(): Pattern {
    const body = this.#alternatives(true);
    if (!this.#scanner.done) throw badPattern('parentheses () not balanced');
    return { body, captures: this.#captures };
  }

  #alternatives(capturing: boolean): Alternatives {
    this.#depth += 1;
    if (this.#depth > 50) throw valueFault('0A000', 'a pattern is nested deeper than 50');
    const branches: Item[][] = [];
    do branches.push(this.#branch(capturing));
    while (this.#scanner.take('|'));
    this.#depth -= 1;
    return { branches };
  }

  #branch(capturing: boolean): Item[] {
    const items: Item[] = [];
    while (!this.#scanner.done && !this.#scanner.sees('|') && !this.#scanner.sees(')')) {
      if (this.#scanner.takeComment()) continue;
      items.push(this.#item(capturing));
    }
    return items;
  }

  #item(capturing: boolean): Item {
    if (this.#seesQuantifier()) throw badPattern('a quantifier stands behind nothing it could repeat');
    const constraint = this.#constraint();
    return constraint ?? this.#repeated(this.#atom(capturing));
  }

  #constraint(): Constraint | null {
    const scanner = this.#scanner;
    const { anchorsAtNewline } = this.#flags;
    if (scanner.take('^')) return constraint(anchorsAtNewline ? String.raw`(?:^|(?<=\n))` : '^');
    if (scanner.take('$')) return constraint(anchorsAtNewline ? String.raw`(?:$|(?=\n))` : '$');
    if (scanner.take('\\A')) return constraint('^');
    if (scanner.take('\\Z')) return constraint('$');
    for (const [sign, edges] of Object.entries(wordEdges))
      if (scanner.take(`\\${sign}`)) return constraint(edgeSource(edges));
    if (scanner.take('[[:<:]]')) return constraint(edgeSource(wordEdges['m'] ?? []));
    if (scanner.take('[[:>:]]')) return constraint(edgeSource(wordEdges['M'] ?? []));
    for (const opening of ['(?=', '(?!', '(?<=', '(?<!'])
      if (scanner.take(opening)) return this.#look(opening);
    return null;
  }

  #look(opening: string): Constraint {
    const body = this.#alternatives(false);
    if (!this.#scanner.take(')')) throw badPattern('parentheses () not balanced');
    return {
      kind: 'constraint',
      source: `${opening}${patternSource(body)})`,
      look: { body, ahead: !opening.includes('<'), negated: opening.endsWith('!') },
    };
  }

  #atom(capturing: boolean): Atom {
    const scanner = this.#scanner;
    if (scanner.take('(?:')) return this.#group(null, capturing);
    if (scanner.sees('(?')) throw badPattern('(? is not followed by an option');
    if (scanner.take('(')) {
      if (capturing) this.#captures += 1;
      return this.#group(capturing ? this.#captures : null, capturing);
    }
    if (scanner.take('[')) return { kind: 'set', set: readBracket(scanner, this.#flags) };
    if (scanner.take('.')) return set(this.#flags.stopsAtNewline ? String.raw`\n` : '', true);
    if (scanner.sees('\\')) return this.#escape();
    return set(characterSource(scanner.next(), this.#flags.caseless), false);
  }

  #group(capture: number | null, capturing: boolean): Atom {
    const body = this.#alternatives(capturing);
    if (!this.#scanner.take(')')) throw badPattern('parentheses () not balanced');
    return { kind: 'group', body, capture };
  }

  #escape(): Atom {
    const scanner = this.#scanner;
    for (const [sign, name] of [
      ['d', 'digit'],
      ['s', 'space'],
      ['w', 'word'],
    ] as const) {
      if (scanner.take(`\\${sign}`)) return set(classSource(name, false), false);
      if (scanner.take(`\\${sign.toUpperCase()}`)) return set(classSource(name, false), true);
    }
    return set(characterSource(readEscapedCode(scanner), this.#flags.caseless), false);
  }

  #seesQuantifier(): boolean {
    return ['*', '+', '?'].some((sign) => this.#scanner.sees(sign)) || this.#scanner.seesBraces();
  }

  #repeated(atom: Atom): Repeated {
    const scanner = this.#scanner;
    const lazily = (): Repeated['prefers'] => (scanner.take('?') ? 'shorter' : 'longer');
    if (scanner.take('*')) return { kind: 'repeated', atom, least: 0, most: Infinity, prefers: lazily() };
    if (scanner.take('+')) return { kind: 'repeated', atom, least: 1, most: Infinity, prefers: lazily() };
    if (scanner.take('?')) return { kind: 'repeated', atom, least: 0, most: 1, prefers: lazily() };
    if (!scanner.seesBraces()) return { kind: 'repeated', atom, least: 1, most: 1, prefers: null };
    const { least, most, ranged } = scanner.takeBraces();
    const prefers = lazily();
    return { kind: 'repeated', atom, least, most, prefers: ranged ? prefers : null };
  }
}

function constraint(source: string): Constraint {
  return { kind: 'constraint', source, look: null };
}

function set(inside: string, negated: boolean): Atom {
  return { kind: 'set', set: createSet(inside, negated) };
}

function edgeSource(edges: readonly (readonly [behind: boolean, ahead: boolean])[]): string {
  const { word } = classSources;
  const one = ([behind, ahead]: readonly [boolean, boolean]): string =>
    `(?<${behind ? '=' : '!'}[${word}])(?${ahead ? '=' : '!'}[${word}])`;
  return `(?:${edges.map(one).join('|')})`;
}
