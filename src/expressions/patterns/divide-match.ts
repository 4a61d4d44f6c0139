import { Automaton, type Subject } from './automaton.ts';
import { type MatchTree, shorter } from './match-tree.ts';
import type { Alternatives, Item } from './pattern.ts';

/** Places of a group, in characters; undefined for a group that took no part. */
export type Span = readonly [begin: number, end: number] | undefined;

/**
 * Divides a match among the groups as `cdissect` of `regexec.c` does: a pair tries the longest (or shortest) left part first,
 * alternatives are tried in their order, repetitions take as much (or little) as they can one after another.
 */
export class MatchDivider {
  readonly #tree: MatchTree;
  readonly #automata = new Map<MatchTree, Automaton>();

  constructor(tree: MatchTree) {
    this.#tree = tree;
  }

  /** Whether the whole wants to be short. */
  get wantsShorter(): boolean {
    return (this.#tree.wish & shorter) !== 0;
  }

  automaton(tree: MatchTree = this.#tree): Automaton {
    const known = this.#automata.get(tree);
    if (known !== undefined) return known;
    const made = new Automaton(partOf(tree));
    this.#automata.set(tree, made);
    return made;
  }

  /** Fills in the groups of a match that is known to hold from `begin` to `end`. */
  divide(subject: Subject, begin: number, end: number, groups: Span[]): void {
    this.#divide(this.#tree, subject, begin, end, groups);
  }

  #divide(tree: MatchTree, subject: Subject, begin: number, end: number, groups: Span[]): void {
    switch (tree.kind) {
      case 'plain':
        break;
      case 'capture':
        this.#divide(tree.body, subject, begin, end, groups);
        break;
      case 'alternatives': {
        const fits = tree.branches?.find((branch) => this.#reaches(branch, subject, begin, end));
        if (fits !== undefined) this.#divide(fits, subject, begin, end, groups);
        break;
      }
      case 'pair': {
        const middle = this.#middle(tree, subject, begin, end);
        this.#divide(tree.left, subject, begin, middle, groups);
        this.#divide(tree.right, subject, middle, end, groups);
        break;
      }
      case 'repeat':
        this.#divideRepeat(tree, subject, begin, end, groups);
        break;
    }
    if (tree.capture !== null) groups[tree.capture] = [begin, end];
  }

  #reaches(tree: MatchTree, subject: Subject, begin: number, end: number): boolean {
    return this.automaton(tree).longest(subject, begin, end) === end;
  }

  #middle(tree: MatchTree & { kind: 'pair' }, subject: Subject, begin: number, end: number): number {
    const left = this.automaton(tree.left);
    const fits = (middle: number): boolean =>
      middle === -1 || this.#reaches(tree.right, subject, middle, end);
    if ((tree.left.wish & shorter) !== 0) {
      let middle = left.shortest(subject, begin, begin, end);
      while (!fits(middle)) middle = middle === end ? -1 : left.shortest(subject, begin, middle + 1, end);
      return middle === -1 ? end : middle;
    }
    let middle = left.longest(subject, begin, end);
    while (!fits(middle)) middle = middle === begin ? -1 : left.longest(subject, begin, middle - 1);
    return middle === -1 ? begin : middle;
  }

  #divideRepeat(
    tree: MatchTree & { kind: 'repeat' },
    subject: Subject,
    begin: number,
    end: number,
    groups: Span[],
  ): void {
    const wantsShorter = (tree.body.wish & shorter) !== 0;
    if (begin === end) {
      // Nothing to repeat over: what wants more and can match nothing did so once; other groups stay open.
      if (!wantsShorter && this.#reaches(tree.body, subject, begin, end))
        this.#divide(tree.body, subject, begin, end, groups);
      return;
    }
    const ends = wantsShorter
      ? this.#shortestEnds(tree, subject, begin, end)
      : this.#longestEnds(tree, subject, begin, end);
    const last = ends.length - 1;
    for (let at = 1; at <= last; at += 1) {
      for (const group of capturesOf(tree.body)) groups[group] = undefined;
      this.#divide(tree.body, subject, ends[at - 1] ?? begin, ends[at] ?? end, groups);
    }
  }

  /** Ends of the repetitions, each as far as the rest allows. */
  #longestEnds(tree: MatchTree & { kind: 'repeat' }, subject: Subject, begin: number, end: number): number[] {
    const body = this.automaton(tree.body);
    const ends = [begin];
    const most = Math.min(tree.most, end - begin);
    let limit = end;
    for (;;) {
      const from = ends.at(-1) ?? begin;
      const reached = ends.length <= most ? body.longest(subject, from, limit) : -1;
      if (reached === end) return [...ends, end];
      if (reached > from) {
        ends.push(reached);
        limit = end;
        continue;
      }
      // This way leads nowhere: make the last repetition shorter.
      const given = ends.pop();
      if (given === undefined || ends.length === 0) return [begin, end];
      limit = given - 1;
    }
  }

  #shortestEnds(
    tree: MatchTree & { kind: 'repeat' },
    subject: Subject,
    begin: number,
    end: number,
  ): number[] {
    const body = this.automaton(tree.body);
    const ends = [begin];
    const most = Math.min(tree.most, end - begin);
    let least = begin + 1;
    for (;;) {
      const from = ends.at(-1) ?? begin;
      const isLast = ends.length >= most;
      const reached = least > end ? -1 : body.shortest(subject, from, isLast ? end : least, end);
      if (reached === end) return [...ends, end];
      if (reached !== -1 && !isLast) {
        ends.push(reached);
        least = reached + 1;
        continue;
      }
      const given = ends.pop();
      if (given === undefined || ends.length === 0) return [begin, end];
      least = given + 1;
    }
  }
}

/** The part of the pattern a node stands for, for its automaton. */
function partOf(tree: MatchTree): Alternatives {
  switch (tree.kind) {
    case 'plain':
      return { branches: [tree.items] };
    case 'alternatives':
      return tree.body;
    case 'pair':
      return { branches: [[group(tree.left), group(tree.right)]] };
    case 'repeat':
      return { branches: [[{ ...group(tree.body), least: tree.least, most: tree.most }]] };
    case 'capture':
      return partOf(tree.body);
  }
}

function group(tree: MatchTree): Extract<Item, { kind: 'repeated' }> {
  const atom = { kind: 'group', body: partOf(tree), capture: null } as const;
  return { kind: 'repeated', atom, least: 1, most: 1, prefers: null };
}

function capturesOf(tree: MatchTree): readonly number[] {
  const own = tree.capture === null ? [] : [tree.capture];
  switch (tree.kind) {
    case 'plain':
      return own;
    case 'alternatives':
      return [...own, ...(tree.branches ?? []).flatMap(capturesOf)];
    case 'pair':
      return [...own, ...capturesOf(tree.left), ...capturesOf(tree.right)];
    case 'repeat':
    case 'capture':
      return [...own, ...capturesOf(tree.body)];
  }
}
