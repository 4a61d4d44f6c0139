/** Who refers to whom, by name; every name has an entry. */
export type Edges = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Groups of names that reach each other, each group before those that refer to it (Tarjan 1972, without recursion: a chain
 * of ten thousand relations must not end the process). A name alone is a group of one.
 */
export function stronglyConnected(edges: Edges): readonly (readonly string[])[] {
  const groups: string[][] = [];
  const number = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const enter = (name: string): Visit => {
    number.set(name, number.size);
    low.set(name, number.get(name) ?? 0);
    open.push(name);
    isOpen.add(name);
    return { name, next: [...(edges.get(name) ?? [])][Symbol.iterator]() };
  };
  const leave = (name: string): void => {
    if (low.get(name) !== number.get(name)) return;
    const group = open.splice(open.lastIndexOf(name));
    for (const member of group) isOpen.delete(member);
    groups.push(group.sort());
  };
  const lower = (name: string, to: number | undefined): void => {
    low.set(name, Math.min(low.get(name) ?? 0, to ?? 0));
  };
  for (const start of edges.keys()) {
    if (number.has(start)) continue;
    const stack = [enter(start)];
    for (let visit = stack.at(-1); visit; visit = stack.at(-1)) {
      const { value: to, done } = visit.next.next();
      if (done) {
        stack.pop();
        leave(visit.name);
        const parent = stack.at(-1);
        if (parent) lower(parent.name, low.get(visit.name));
      } else if (!number.has(to)) stack.push(enter(to));
      else if (isOpen.has(to)) lower(visit.name, number.get(to));
    }
  }
  return groups;
}

interface Visit {
  readonly name: string;
  readonly next: Iterator<string, undefined>;
}

/** The longest chain of references, cycles counted as one link, from the one that refers down to the one that does not. */
export function longestChain(edges: Edges): readonly string[] {
  const groups = stronglyConnected(edges);
  const groupOf = new Map(groups.flatMap((group, at) => group.map((name) => [name, at] as const)));
  const links: Link[] = [];
  for (const [at, group] of groups.entries()) {
    let below: Link | null = null;
    for (const name of group)
      for (const to of edges.get(name) ?? []) {
        const other = groupOf.get(to) ?? at;
        const link = other === at ? undefined : links[other];
        if (link && link.length > (below?.length ?? 0)) below = link;
      }
    links.push({ name: group.join('/'), length: 1 + (below?.length ?? 0), below });
  }
  const chain: string[] = [];
  const longest = links.reduce<Link | null>((a, b) => (b.length > (a?.length ?? 0) ? b : a), null);
  for (let link = longest; link; link = link.below) chain.push(link.name);
  return chain;
}

interface Link {
  readonly name: string;
  readonly length: number;
  readonly below: Link | null;
}
