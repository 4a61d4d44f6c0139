import type { RecordKey } from '../model/index.ts';
import { HashTable } from './hash-table.ts';
import { type KeyStore, partitionNumbers } from './key-store.ts';

export interface CountedChildren {
  /** Parents with most children, most first; with exactly one; with none: a few of each. */
  readonly most: readonly RecordKey[];
  readonly one: readonly RecordKey[];
  readonly none: readonly RecordKey[];
}

const keysMax = 3;

/** How many records point at each parent; payloads of the parents' store are their record keys. */
export function countChildren(children: KeyStore, parents: KeyStore): CountedChildren {
  const one: RecordKey[] = [];
  const none: RecordKey[] = [];
  let most: { readonly key: RecordKey; readonly children: number }[] = [];
  for (const number of partitionNumbers) {
    const size = parents.size(number);
    if (size === 0) continue;
    const counts = countIn(children, parents, number, size);
    parents.each(number, (parent) => {
      const count = counts(parent);
      if (count === 0 && none.length < keysMax) none.push(parent.payload);
      else if (count === 1 && one.length < keysMax) one.push(parent.payload);
      else if (count > 1 && (most.length < keysMax || count > (most.at(-1)?.children ?? 0))) {
        most = [...most, { key: parent.payload, children: count }]
          .sort((a, b) => b.children - a.children)
          .slice(0, keysMax);
      }
    });
  }
  return { most: most.map(({ key }) => key), one, none };
}

function countIn(
  children: KeyStore,
  parents: KeyStore,
  number: number,
  size: number,
): (parent: { hash(into: Uint32Array): void }) => number {
  const table = new HashTable(size);
  const counts = new Uint32Array(table.size);
  const hash = new Uint32Array(2);
  parents.each(number, (parent) => {
    parent.hash(hash);
    table.put(hash);
  });
  children.each(number, (child) => {
    child.hash(hash);
    if (!table.has(hash)) return;
    const slot = table.put(hash);
    counts[slot] = (counts[slot] as number) + 1;
  });
  return (parent) => {
    parent.hash(hash);
    return counts[table.put(hash)] as number;
  };
}
