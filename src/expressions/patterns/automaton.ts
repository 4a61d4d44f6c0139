import { valueFault } from '../faults.ts';
import type { CharacterSet } from './character-set.ts';
import type { Alternatives, Constraint, Item } from './pattern.ts';

/** A text to match, as code points, with the JavaScript text for what looks around. */
export interface Subject {
  readonly text: string;
  readonly codes: readonly number[];
  /** UTF-16 place of each code point, and of the end. */
  readonly units: readonly number[] | null;
}

type State =
  | { readonly kind: 'character'; readonly set: CharacterSet; next: number }
  | { readonly kind: 'fork'; next: number; other: number }
  | { readonly kind: 'constraint'; readonly holds: (subject: Subject, at: number) => boolean; next: number }
  | { readonly kind: 'end' };

const statesMax = 20_000;

/**
 * Finds how far a part of a pattern can match: all ways at once (Thompson's construction), so that the time grows with the
 * length of the text times the size of the pattern, whatever the pattern.
 */
export class Automaton {
  readonly #states: State[] = [];
  readonly #start: number;
  readonly #marks: Int32Array;
  #mark = 0;

  constructor(part: Alternatives) {
    const end = this.#add({ kind: 'end' });
    this.#start = this.#alternatives(part, end);
    this.#marks = new Int32Array(this.#states.length);
  }

  /** The furthest end from `begin` up to `limit`; -1 when there is none. */
  longest(subject: Subject, begin: number, limit: number): number {
    return this.#run(subject, begin, begin, limit, false);
  }

  /** The nearest end that is not before `least`; -1 when there is none. */
  shortest(subject: Subject, begin: number, least: number, limit: number): number {
    return this.#run(subject, begin, least, limit, true);
  }

  #run(subject: Subject, begin: number, least: number, limit: number, first: boolean): number {
    const { codes } = subject;
    let found = -1;
    let current: number[] = [];
    this.#mark += 1;
    this.#pending = this.#start;
    if (this.#enter(current, begin, subject) && begin >= least) found = begin;
    for (let at = begin; at < limit && current.length > 0; at += 1) {
      if (first && found !== -1) break;
      const next: number[] = [];
      const code = codes[at] ?? 0;
      let ends = false;
      this.#mark += 1;
      for (const place of current) {
        const state = this.#states[place];
        if (state?.kind !== 'character' || !state.set.has(code)) continue;
        this.#pending = state.next;
        if (this.#enter(next, at + 1, subject)) ends = true;
      }
      if (ends && at + 1 >= least) found = at + 1;
      current = next;
    }
    return found;
  }

  /** The state to enter next; a field, so that entering needs no closure for each state. */
  #pending = 0;

  /** Follows everything that needs no character; says whether the end is among it. */
  #enter(into: number[], at: number, subject: Subject): boolean {
    const waiting = [this.#pending];
    let ends = false;
    for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
      if (this.#marks[place] === this.#mark) continue;
      this.#marks[place] = this.#mark;
      const state = this.#states[place];
      if (state === undefined) continue;
      if (state.kind === 'end') ends = true;
      else if (state.kind === 'character') into.push(place);
      else if (state.kind === 'fork') waiting.push(state.other, state.next);
      else if (state.holds(subject, at)) waiting.push(state.next);
    }
    return ends;
  }

  #add(state: State): number {
    if (this.#states.length >= statesMax) throw valueFault('2201B', 'the pattern is too complex');
    return this.#states.push(state) - 1;
  }

  /** Built from the end to the start: every part is given where it leads. */
  #alternatives({ branches }: Alternatives, next: number): number {
    const starts = branches.map((items) => this.#sequence(items, next));
    return starts.reduceRight((other, start) => this.#add({ kind: 'fork', next: start, other }));
  }

  #sequence(items: readonly Item[], next: number): number {
    return items.reduceRight((behind, item) => this.#item(item, behind), next);
  }

  #item(item: Item, next: number): number {
    if (item.kind === 'constraint')
      return this.#add({ kind: 'constraint', holds: constraintTest(item), next });
    const once = (behind: number): number =>
      item.atom.kind === 'set'
        ? this.#add({ kind: 'character', set: item.atom.set, next: behind })
        : this.#alternatives(item.atom.body, behind);
    let start =
      item.most === Infinity ? this.#loop(once, next) : this.#optional(once, item.most - item.least, next);
    for (let count = 0; count < item.least; count += 1) start = once(start);
    return start;
  }

  #loop(once: (behind: number) => number, next: number): number {
    const fork: State = { kind: 'fork', next, other: next };
    const place = this.#add(fork);
    fork.other = once(place);
    return place;
  }

  #optional(once: (behind: number) => number, count: number, next: number): number {
    let start = next;
    for (let at = 0; at < count; at += 1) start = this.#add({ kind: 'fork', next: once(start), other: next });
    return start;
  }
}

function constraintTest({ source, look }: Constraint): (subject: Subject, at: number) => boolean {
  if (look === null) {
    const test = new RegExp(source, 'vy');
    return ({ text, units }, at) => {
      test.lastIndex = units?.[at] ?? at;
      return test.test(text);
    };
  }
  const body = new Automaton(look.body);
  if (look.ahead)
    return (subject, at) => (body.shortest(subject, at, at, subject.codes.length) !== -1) !== look.negated;
  return (subject, at) => {
    let begin = at;
    while (begin >= 0 && body.longest(subject, begin, at) !== at) begin -= 1;
    return begin >= 0 !== look.negated;
  };
}

/** Prepares a text for any number of runs. */
export function subjectOf(text: string): Subject {
  if (!/[\ud800-\udfff]/.test(text)) {
    const codes = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
    return { text, codes, units: null };
  }
  const codes: number[] = [];
  const units: number[] = [];
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) ?? 0;
    codes.push(code);
    units.push(at);
    at += code > 0xffff ? 2 : 1;
  }
  return { text, codes, units: [...units, text.length] };
}
