/**
 * What people read, before it has a form: the same document becomes text on a terminal and a page in a browser. Every section
 * answers one question; its verdict is said first.
 */
export interface Document {
  readonly title: string;
  /** One line under the title: what was looked at, when. */
  readonly subtitle: string;
  /** What a reader wants to know before anything else. */
  readonly answer: Answer;
  readonly chapters: readonly Chapter[];
}

/** The first screen of a report: how it stands, in one sentence and a few figures, and what comes next. */
export interface Answer {
  readonly verdict: Verdict;
  readonly next: string;
  readonly figures: readonly Figure[];
  /** What became of the records of the source; empty before anything moved. */
  readonly shares: readonly Share[];
}

export interface Figure {
  readonly name: string;
  readonly value: string;
  readonly tone: Tone;
}

export interface Share {
  readonly name: string;
  readonly tone: Tone;
  readonly records: number;
}

/** Sections that answer one question together. */
export interface Chapter {
  /** Stable, for links: `assessment`. */
  readonly id: string;
  readonly title: string;
  /** In one line, for the contents on the first screen. */
  readonly verdict: Verdict;
  readonly sections: readonly Section[];
}

export interface Section {
  /** Stable, for links: `audit`. */
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict | null;
  readonly blocks: readonly Block[];
}

export interface Verdict {
  readonly tone: Tone;
  readonly text: string;
}

export type Tone = 'good' | 'warn' | 'bad' | 'plain';

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly Cell[])[];
      readonly empty: string;
    }
  | { readonly kind: 'list'; readonly items: readonly ListItem[] }
  | { readonly kind: 'code'; readonly text: string }
  /** For who wants to know it exactly: unfolded by a click on a page, left out on a terminal. */
  | { readonly kind: 'folded'; readonly title: string; readonly blocks: readonly Block[] };

/** A text, a number that stands to the right, a text with a tone, a text of a program, or a part of 100. */
export type Cell =
  | string
  | number
  | { readonly tone: Tone; readonly text: string }
  | { readonly code: string }
  | { readonly of100: number };

export interface ListItem {
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  /** What to do about it. */
  readonly fix: string | null;
}

export function cellText(cell: Cell): string {
  if (typeof cell === 'object') {
    if ('code' in cell) return cell.code;
    return 'of100' in cell ? String(cell.of100) : cell.text;
  }
  return typeof cell === 'number' ? groupDigits(String(cell)) : cell;
}

/** `1234567` as `1,234,567`; leaves everything that is not a whole number as it is. */
export function groupDigits(digits: string): string {
  return /^-?\d+$/.test(digits) ? digits.replaceAll(/\B(?=(?:\d{3})+$)/g, ',') : digits;
}

/** `1 record`, `2 records`. */
export function counted(count: number | string, one: string, many: string = `${one}s`): string {
  return `${groupDigits(String(count))} ${String(count) === '1' ? one : many}`;
}
