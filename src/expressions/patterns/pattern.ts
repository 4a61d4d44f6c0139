import type { CharacterSet } from './character-set.ts';

/** A pattern after reading: alternatives of branches of items. Case and newline rules are already in its sets. */
export interface Alternatives {
  readonly branches: readonly (readonly Item[])[];
}

export type Item = Constraint | Repeated;

/** Matches no character: `^`, `$`, word boundaries, looking ahead and behind. */
export interface Constraint {
  readonly kind: 'constraint';
  /** The same in JavaScript, flag v, no flag s or m needed. */
  readonly source: string;
  /** What must (or must not) match ahead or behind; null for the others. */
  readonly look: { readonly body: Alternatives; readonly ahead: boolean; readonly negated: boolean } | null;
}

export interface Repeated {
  readonly kind: 'repeated';
  readonly atom: Atom;
  readonly least: number;
  /** Infinity for no limit. */
  readonly most: number;
  /** Whether as much or as little as possible is wanted; null without a quantifier, and for `{n}`, which wants neither. */
  readonly prefers: 'longer' | 'shorter' | null;
}

export type Atom =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  /** `capture` counts from 1; null for `(?:...)`. */
  | { readonly kind: 'group'; readonly body: Alternatives; readonly capture: number | null };

/** Everything a pattern text with its flags says. */
export interface Pattern {
  readonly body: Alternatives;
  readonly captures: number;
}
