import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Edges, longestChain, stronglyConnected } from './relation-graph.ts';

const graph = fc
  .array(fc.tuple(fc.nat({ max: 7 }), fc.nat({ max: 7 })), { maxLength: 20 })
  .map((pairs): Edges => {
    const edges = new Map(Array.from({ length: 8 }, (_, n) => [`${n}`, new Set<string>()]));
    for (const [from, to] of pairs) edges.get(`${from}`)?.add(`${to}`);
    return edges;
  });

function reaches(edges: Edges, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [...(edges.get(from) ?? [])];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === to) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    open.push(...(edges.get(name) ?? []));
  }
  return false;
}

describe('stronglyConnected', () => {
  it('groups exactly the names that reach each other, each group before those that refer to it', () => {
    fc.assert(
      fc.property(graph, (edges) => {
        const groups = stronglyConnected(edges);
        const at = new Map(groups.flatMap((group, place) => group.map((name) => [name, place] as const)));
        expect(groups.flat().sort()).toEqual([...edges.keys()].sort());
        for (const a of edges.keys())
          for (const b of edges.keys()) {
            if (a === b) continue;
            expect(at.get(a) === at.get(b)).toBe(reaches(edges, a, b) && reaches(edges, b, a));
            if (edges.get(a)?.has(b)) expect(at.get(b)!).toBeLessThanOrEqual(at.get(a)!);
          }
      }),
    );
  });

  it('finds a chain as long as the longest one there is', () => {
    const depth = (edges: Edges, from: string, seen: readonly string[]): number => {
      const below = [...(edges.get(from) ?? [])].filter((to) => to > from && !seen.includes(to));
      return 1 + Math.max(0, ...below.map((to) => depth(edges, to, [...seen, to])));
    };
    // Only references from smaller to larger names: no cycle, so that counting by hand is easy.
    const acyclic = graph.map(
      (edges): Edges =>
        new Map(Array.from(edges, ([name, to]) => [name, new Set([...to].filter((one) => one > name))])),
    );
    fc.assert(
      fc.property(acyclic, (edges) => {
        const chain = longestChain(edges);
        expect(chain).toHaveLength(
          Math.max(...Array.from(edges.keys(), (name) => depth(edges, name, [name]))),
        );
        for (const [at, name] of chain.slice(0, -1).entries())
          expect(edges.get(name)?.has(chain[at + 1]!)).toBe(true);
      }),
    );
  });

  it('survives a chain of twenty thousand', () => {
    const edges = new Map(
      Array.from({ length: 20_000 }, (_, n) => [`${n}`, new Set(n > 0 ? [`${n - 1}`] : [])]),
    );
    expect(longestChain(edges)).toHaveLength(20_000);
  });
});
