import type { Alternatives, Item } from './pattern.ts';

/**
 * A pattern as JavaScript's regular expression (flag v). Both find a match at the same places, as both describe the same
 * texts; how far a match reaches and what its groups hold may differ, so that is taken from here only where `isPlain` says so.
 */
export function patternSource(body: Alternatives): string {
  return body.branches.map((items) => items.map(itemSource).join('')).join('|');
}

function itemSource(item: Item): string {
  if (item.kind === 'constraint') return item.source;
  const { atom, least, most } = item;
  const source =
    atom.kind === 'set'
      ? atom.set.source
      : `(${atom.capture === null ? '?:' : ''}${patternSource(atom.body)})`;
  if (least === 1 && most === 1) return source;
  const count = most === Infinity ? `{${least},}` : `{${least},${most}}`;
  return `${source}${count}${item.prefers === 'shorter' ? '?' : ''}`;
}
