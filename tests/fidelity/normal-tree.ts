import { normalNumber } from './normal-number.ts';

/** JSON documents and PostgreSQL's arrays as one kind of tree, so that they can be held against each other. */
export type Leaf = null | string | { readonly [key: string]: Leaf } | readonly Leaf[];

/** Numbers as `#` and their normal text, texts as `"` and the text, truth values as `?t` and `?f`. */
export function treeOfJson(text: string): Leaf {
  return JSON.parse(text, function (_key, value: unknown, context?: { readonly source?: string }) {
    if (typeof value === 'number') return `#${normalNumber(context?.source ?? String(value))}`;
    if (typeof value === 'boolean') return value ? '?t' : '?f';
    return typeof value === 'string' ? `"${value}` : value;
  } as (this: unknown, key: string, value: unknown) => unknown) as Leaf;
}

/** An array literal of PostgreSQL; `leaf` says what an element's text becomes. */
export function treeOfArray(text: string, leaf: (element: string) => Leaf): Leaf {
  let at = 0;
  const list = (): Leaf => {
    const found: Leaf[] = [];
    at += 1;
    while (text[at] !== '}') {
      if (text[at] === ',') at += 1;
      found.push(text[at] === '{' ? list() : element());
    }
    at += 1;
    return found;
  };
  const element = (): Leaf => {
    if (text[at] !== '"') {
      const end = /[,}]/.exec(text.slice(at))?.index ?? 0;
      const bare = text.slice(at, at + end);
      at += end;
      return bare === 'NULL' ? null : leaf(bare);
    }
    let quoted = '';
    for (at += 1; text[at] !== '"'; at += 1) {
      if (text[at] === '\\') at += 1;
      quoted += text[at];
    }
    at += 1;
    return leaf(quoted);
  };
  return list();
}

/** Equal whatever the order of keys. */
export function sameTree(a: Leaf, b: Leaf): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(tree: Leaf): unknown {
  if (Array.isArray(tree)) return (tree as readonly Leaf[]).map(sorted);
  if (tree === null || typeof tree === 'string') return tree;
  return Object.entries(tree)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, sorted(value)]);
}
