/**
 * What people read, before it has a form: the same document becomes text on a terminal and a page in a browser. Every section
 * answers one question; its verdict is said first.
 */
export interface Document {
  readonly title: string;
  /** One line under the title: what was looked at, when. */
  readonly subtitle: string;
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
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly Cell[])[];
      readonly empty: string;
    }
  | { readonly kind: 'list'; readonly items: readonly ListItem[] }
  | { readonly kind: 'code'; readonly text: string };

/** A text, a number that stands to the right, or a text with a tone. */
export type Cell = string | number | { readonly tone: Tone; readonly text: string };

export interface ListItem {
  readonly tone: Tone;
  readonly title: string;
  readonly detail: string;
  /** What to do about it. */
  readonly fix: string | null;
}

export function cellText(cell: Cell): string {
  if (typeof cell === 'object') return cell.text;
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
