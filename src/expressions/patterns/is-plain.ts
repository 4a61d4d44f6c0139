import type { CharacterSet } from './character-set.ts';
import type { Alternatives, Item, Repeated } from './pattern.ts';

/**
 * Whether JavaScript's backtracking gives exactly PostgreSQL's match: no alternatives, no repeated groups, and either at most
 * one quantifier that leaves a choice, or greedy ones whose characters never continue what comes behind them, so that
 * there is only one way to match.
 */
export function isPlain(body: Alternatives): boolean {
  const items = flattened(body);
  if (items === null) return false;
  // The first wish decides for the whole match, also that of a quantifier without a choice ({2,2}?).
  const wishes = new Set(items.map((item) => (item.kind === 'repeated' ? item.prefers : null)));
  if (wishes.has('longer') && wishes.has('shorter')) return false;
  const choices = items.filter((item) => item.kind === 'repeated' && item.least !== item.most);
  if (choices.length <= 1) return true;
  return items.every((item, at) => item.kind === 'constraint' || isDeterministic(item, items.slice(at + 1)));
}

/** The items of a pattern without its groups; null when a group is repeated or has alternatives. */
function flattened({ branches }: Alternatives): readonly Item[] | null {
  const [only] = branches;
  if (only === undefined || branches.length > 1) return null;
  const items: Item[] = [];
  for (const item of only) {
    if (item.kind === 'constraint' || item.atom.kind === 'set') {
      items.push(item);
      continue;
    }
    const inner =
      item.least === 1 && item.most === 1 && item.prefers === null ? flattened(item.atom.body) : null;
    if (inner === null) return null;
    items.push(...inner);
  }
  return items;
}

function isDeterministic(item: Repeated, behind: readonly Item[]): boolean {
  if (item.least === item.most) return true;
  if (item.prefers === 'shorter' || item.atom.kind !== 'set') return false;
  const { set } = item.atom;
  for (const next of behind) {
    if (next.kind === 'constraint' || next.atom.kind !== 'set') continue;
    if (next.most > 0 && overlap(set, next.atom.set)) return false;
    if (next.least > 0) return true;
  }
  return true;
}

function overlap(a: CharacterSet, b: CharacterSet): boolean {
  return (a.ascii & b.ascii) !== 0n || (a.beyondAscii && b.beyondAscii);
}

/** Whether a repeated part can itself be divided in many ways: JavaScript may then take exponential time. */
export function isRisky({ branches }: Alternatives): boolean {
  return branches.some((items) =>
    items.some((item) => {
      if (item.kind === 'constraint') return item.look !== null && isRisky(item.look.body);
      if (item.atom.kind === 'set') return false;
      return (item.most > 1 && !isFixed(item.atom.body)) || isRisky(item.atom.body);
    }),
  );
}

function isFixed({ branches }: Alternatives): boolean {
  const [only] = branches;
  if (only === undefined || branches.length > 1) return false;
  return only.every(
    (item) =>
      item.kind === 'constraint' ||
      (item.least === item.most && (item.atom.kind === 'set' || isFixed(item.atom.body))),
  );
}
