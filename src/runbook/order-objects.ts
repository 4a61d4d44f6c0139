import type { Finding, Mapping, Relation } from '../model/index.ts';
import { stronglyConnected } from '../risk/index.ts';
import { cycleNotNull } from './findings.ts';
import { findNeeds, type Need, type ObjectDependency } from './object-dependency.ts';

/**
 * Parents before children. Objects that need each other are ordered by the needs that cannot wait; what then points
 * forwards, or at the object itself, is left empty in the first pass and set in a second one (`deferred`).
 *
 * Invariants: 1. every need is met by the order or deferred, or a finding names its cycle. 2. nothing is deferred that the
 * order could meet. 3. the same mapping gives the same order; objects without needs keep the mapping's order.
 */
export function orderObjects(request: OrderRequest): ObjectOrder {
  const { mapping, relations, dependencies } = request;
  const names = mapping.objects.map(({ name }) => name);
  const needs = findNeeds(mapping.objects, relations, dependencies).filter(
    ({ object, on }) => names.includes(object) && names.includes(on),
  );
  const edges = new Map(
    names.map((name) => [name, new Set(needs.filter((need) => need.object === name).map(({ on }) => on))]),
  );
  const groups = stronglyConnected(edges).map((group) => orderGroup(inOrderOf(names, group), needs));
  return {
    order: groups.flatMap(({ order }) => order),
    deferred: new Map(groups.flatMap(({ deferred }) => deferred)),
    cycles: groups.flatMap(({ order, deferred }) => (deferred.length > 0 ? [order] : [])),
    findings: groups.flatMap(({ finding }) => finding ?? []),
  };
}

export interface OrderRequest {
  readonly mapping: Mapping;
  /** The target's relations as they are, or as they will be created. */
  readonly relations: readonly Relation[];
  readonly dependencies: readonly ObjectDependency[];
}

export interface ObjectOrder {
  /** Names of objects, parents first. Where a finding names a cycle its objects stand in the mapping's order. */
  readonly order: readonly string[];
  /** Object -> target fields that are set in the second pass; objects without such fields are not in it. */
  readonly deferred: ReadonlyMap<string, readonly string[]>;
  /** The objects that need each other, where one defers fields; in their order. */
  readonly cycles: readonly (readonly string[])[];
  readonly findings: readonly Finding[];
}

interface OrderedGroup {
  readonly order: readonly string[];
  readonly deferred: readonly (readonly [string, readonly string[]])[];
  readonly finding: Finding | null;
}

function orderGroup(group: readonly string[], all: readonly Need[]): OrderedGroup {
  const needs = all.filter(({ object, on }) => group.includes(object) && group.includes(on));
  const firm = needs.filter(({ canWait }) => canWait.length === 0);
  const order: string[] = [];
  const left = new Set(group);
  while (left.size > 0) {
    const free = [...left].filter((name) => !firm.some((need) => need.object === name && left.has(need.on)));
    if (free.length === 0)
      return { order: group, deferred: [], finding: cycleNotNull(cycleAmong(left, firm)) };
    const next = fewestForward(free, left, needs);
    order.push(next);
    left.delete(next);
  }
  return { order, deferred: deferredFields(order, needs), finding: null };
}

/**
 * Of those that may come now, the one that defers least and is waited for most (Eades, Lin and Smyth 1993: near the least
 * number of second passes, which is hard to find exactly); of equals the first.
 */
function fewestForward(free: readonly string[], left: ReadonlySet<string>, needs: readonly Need[]): string {
  const costs = new Map<string, number>();
  for (const { object, on } of needs) {
    if (object === on || !left.has(object) || !left.has(on)) continue;
    costs.set(object, (costs.get(object) ?? 0) + 1);
    costs.set(on, (costs.get(on) ?? 0) - 1);
  }
  const cost = (name: string): number => costs.get(name) ?? 0;
  return free.reduce((best, name) => (cost(name) < cost(best) ? name : best));
}

function deferredFields(
  order: readonly string[],
  needs: readonly Need[],
): readonly (readonly [string, readonly string[]])[] {
  return order.flatMap((name, at) => {
    const forward = needs.filter((need) => need.object === name && order.indexOf(need.on) >= at);
    const fields = [...new Set(forward.flatMap(({ canWait }) => canWait))].sort();
    return fields.length === 0 ? [] : [[name, fields] as const];
  });
}

/** The needs of one cycle, one after the other. There is one, because none of these objects is without a firm need. */
function cycleAmong(left: ReadonlySet<string>, firm: readonly Need[]): readonly Need[] {
  const path: Need[] = [];
  let [name] = left;
  while (name !== undefined) {
    const current: string = name;
    const begins = path.findIndex(({ object }) => object === current);
    if (begins >= 0) return path.slice(begins);
    const need = firm.find(({ object, on }) => object === current && left.has(on));
    if (need === undefined) break;
    path.push(need);
    name = need.on;
  }
  return path;
}

function inOrderOf(names: readonly string[], group: readonly string[]): readonly string[] {
  return names.filter((name) => group.includes(name));
}
