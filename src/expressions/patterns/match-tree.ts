import type { Alternatives, Item, Repeated } from './pattern.ts';

/**
 * How PostgreSQL divides a match among the parts of a pattern: the tree of `regcomp.c`. Neighbouring parts stay one node
 * until a group captures or a wish for longer meets one for shorter; a node carries the wish of its first part that has one.
 */
export type MatchTree =
  | {
      readonly kind: 'plain';
      readonly wish: Wish;
      readonly capture: number | null;
      readonly items: readonly Item[];
    }
  | {
      readonly kind: 'alternatives';
      readonly wish: Wish;
      readonly capture: number | null;
      readonly body: Alternatives;
      readonly branches: readonly MatchTree[] | null;
    }
  | {
      readonly kind: 'pair';
      readonly wish: Wish;
      readonly capture: number | null;
      readonly left: MatchTree;
      readonly right: MatchTree;
    }
  | {
      readonly kind: 'repeat';
      readonly wish: Wish;
      readonly capture: number | null;
      readonly least: number;
      readonly most: number;
      readonly body: MatchTree;
    }
  | { readonly kind: 'capture'; readonly wish: Wish; readonly capture: number; readonly body: MatchTree };

/** Bits: wants longer, wants shorter, mixes both below, captures below. */
export type Wish = number;

const longer = 1;
export const shorter = 2;
const mixed = 4;
const captures = 8;
const wishes = longer | shorter;

/** What goes up to the node above: wishes do not, but two different ones below make it mixed. */
function up(wish: Wish): Wish {
  return (wish & ~wishes) | ((wish & wishes) === wishes ? mixed : 0);
}

function isMessy(wish: Wish): boolean {
  return (wish & (mixed | captures)) !== 0;
}

function combined(first: Wish, second: Wish): Wish {
  const own = first & wishes;
  return up(first | second) | (own === 0 ? second & wishes : own);
}

/** The tree of a whole pattern or of a group's inside. */
export function treeOf(body: Alternatives): MatchTree {
  const [only] = body.branches;
  if (body.branches.length === 1 && only !== undefined) return treeOfBranch(only);
  const branches = body.branches.map(treeOfBranch);
  const wish = branches.reduce((sum, branch) => sum | up(sum | branch.wish), longer);
  return { kind: 'alternatives', wish, capture: null, body, branches: isMessy(wish) ? branches : null };
}

function treeOfBranch(items: readonly Item[]): MatchTree {
  const simple: Item[] = [];
  let wish: Wish = 0;
  for (const [at, item] of items.entries()) {
    if (item.kind === 'constraint') {
      simple.push(item);
      continue;
    }
    if (item.most === 0) continue;
    const atom = treeOfAtom(item);
    const sum = wish | wishOf(item) | (atom?.wish ?? 0);
    const isCapture = item.atom.kind === 'group' && item.atom.capture !== null;
    if (isCapture || isMessy(up(sum))) {
      const repeated = treeOfRepeated(
        item,
        atom ?? plain([{ ...item, least: 1, most: 1, prefers: null }], 0),
      );
      return joined(plain(simple, wish), repeated, items.slice(at + 1), wishOf(item));
    }
    simple.push(item);
    wish = sum;
  }
  return plain(simple, wish);
}

function plain(items: readonly Item[], wish: Wish): Extract<MatchTree, { kind: 'plain' }> {
  return { kind: 'plain', wish, capture: null, items };
}

function wishOf({ prefers }: Repeated): Wish {
  if (prefers === null) return 0;
  return prefers === 'longer' ? longer : shorter;
}

function treeOfAtom({ atom }: Repeated): MatchTree | null {
  if (atom.kind === 'set') return null;
  const inner = treeOf(atom.body);
  if (atom.capture === null) return inner;
  const wish = inner.wish | captures;
  if (inner.capture !== null) return { kind: 'capture', wish, capture: atom.capture, body: inner };
  return { ...inner, wish, capture: atom.capture };
}

/** An atom with its quantifier, divided as far as its groups need. */
function treeOfRepeated(item: Repeated, atom: MatchTree): MatchTree {
  const own = wishOf(item);
  const below = atom.wish & (wishes | mixed);
  if (item.least === 1 && item.most === 1 && (own === 0 || below === 0 || own === below)) return atom;
  const wish = combined(own, atom.wish);
  if ((atom.wish & captures) === 0) return plain([item], wish);
  if (item.least === 0) return { kind: 'repeat', wish, capture: null, least: 0, most: item.most, body: atom };
  // The groups hold what the last repetition matched; the ones before it need no division.
  const before = { ...item, least: item.least - 1, most: item.most - 1 };
  return { kind: 'pair', wish, capture: null, left: plain([before], wish & wishes), right: atom };
}

/** What stood before, the divided atom, and the rest of the branch. */
function joined(
  before: MatchTree & { kind: 'plain' },
  atom: MatchTree,
  rest: readonly Item[],
  own: Wish,
): MatchTree {
  if (rest.length === 0) return paired(before, atom, before.wish | combined(before.wish, atom.wish));
  const after = treeOfBranch(rest);
  const first = combined(own, atom.wish);
  const wish = first | combined(first, after.wish);
  const top = before.wish | combined(before.wish, wish);
  if (before.items.length === 0) return { kind: 'pair', wish: top, capture: null, left: atom, right: after };
  const isSimple = atom.kind === 'plain' && after.kind === 'plain' && !isMessy(up(atom.wish | after.wish));
  const right: MatchTree = isSimple
    ? plain([...atom.items, ...after.items], combined(atom.wish, after.wish))
    : { kind: 'pair', wish, capture: null, left: atom, right: after };
  return { kind: 'pair', wish: top, capture: null, left: before, right };
}

function paired(before: MatchTree & { kind: 'plain' }, atom: MatchTree, wish: Wish): MatchTree {
  if (before.items.length === 0) return atom;
  return { kind: 'pair', wish, capture: null, left: before, right: atom };
}
