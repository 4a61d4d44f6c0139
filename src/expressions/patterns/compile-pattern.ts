import { type Subject, subjectOf } from './automaton.ts';
import { MatchDivider, type Span } from './divide-match.ts';
import { isPlain, isRisky } from './is-plain.ts';
import { treeOf } from './match-tree.ts';
import type { Pattern } from './pattern.ts';
import type { PatternFlags } from './pattern-flags.ts';
import { patternSource } from './pattern-source.ts';
import { readPattern } from './read-pattern.ts';

/** One match: UTF-16 places in the text, group 0 is the whole. */
export interface Match {
  readonly begin: number;
  readonly end: number;
  readonly groups: readonly (readonly [begin: number, end: number] | undefined)[];
}

export interface CompiledPattern {
  /** Number of groups that capture. */
  readonly captures: number;
  test(text: string): boolean;
  /** The first match that begins at or behind a UTF-16 place. */
  find(text: string, from: number): Match | null;
}

/**
 * A pattern ready to match. Plain ones run on JavaScript's engine altogether; for the others it only finds where the first
 * match begins, and the automata say how far it reaches.
 */
export function compilePattern(text: string, flags: PatternFlags): CompiledPattern {
  const pattern = readPattern(text, flags);
  const engine = new RegExp(patternSource(pattern.body), 'dgv');
  // V8 looks behind also from between the halves of a character beyond U+FFFF: such texts go to the automata alone.
  const looksBehind = engine.source.includes('(?<');
  if (isPlain(pattern.body) && !looksBehind) return plainPattern(pattern, engine);
  const risky = isRisky(pattern.body);
  return dividedPattern(pattern, (subject) =>
    risky || (looksBehind && subject.units !== null) ? null : engine,
  );
}

function plainPattern(pattern: Pattern, engine: RegExp): CompiledPattern {
  const tester = new RegExp(engine.source, 'v');
  return {
    captures: pattern.captures,
    test: (text) => tester.test(text),
    find: (text, from) => {
      engine.lastIndex = from;
      const found = engine.exec(text);
      if (found === null) return null;
      return { begin: found.index, end: found.index + found[0].length, groups: [...(found.indices ?? [])] };
    },
  };
}

type ChooseEngine = (subject: Subject) => RegExp | null;

function dividedPattern(pattern: Pattern, engineFor: ChooseEngine): CompiledPattern {
  const divider = new MatchDivider(treeOf(pattern.body));
  // Searching all matches of one text prepares it once.
  let known: Subject | null = null;
  const subjectFor = (text: string): Subject => {
    if (known?.text !== text) known = subjectOf(text);
    return known;
  };
  return {
    captures: pattern.captures,
    test: (text) => {
      const subject = subjectFor(text);
      const engine = engineFor(subject);
      return engine === null
        ? findDivided(divider, null, subject, 0) !== null
        : firstBegin(engine, text, 0) !== -1;
    },
    find: (text, from) => {
      const subject = subjectFor(text);
      return from > text.length ? null : findDivided(divider, engineFor(subject), subject, from);
    },
  };
}

function findDivided(
  divider: MatchDivider,
  engine: RegExp | null,
  known: Subject,
  from: number,
): Match | null {
  const { text } = known;
  const first = firstBegin(engine, text, from);
  if (first === -1) return null;
  const count = known.codes.length;
  for (let begin = placeOfUnit(known, first); begin <= count; begin += 1) {
    const end = divider.wantsShorter
      ? divider.automaton().shortest(known, begin, begin, count)
      : divider.automaton().longest(known, begin, count);
    if (end === -1) continue;
    const groups: Span[] = [[begin, end]];
    divider.divide(known, begin, end, groups);
    const unit = (place: number): number => known.units?.[place] ?? place;
    return {
      begin: unit(begin),
      end: unit(end),
      groups: Array.from(groups, (span) => span && ([unit(span[0]), unit(span[1])] as const)),
    };
  }
  return null;
}

/** Where JavaScript finds the first match; the start itself where it is not asked. */
function firstBegin(engine: RegExp | null, text: string, from: number): number {
  if (engine === null) return from;
  engine.lastIndex = from;
  return engine.exec(text)?.index ?? -1;
}

function placeOfUnit({ units }: Subject, unit: number): number {
  return units === null ? unit : units.indexOf(unit);
}
