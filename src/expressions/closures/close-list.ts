import type { Value } from '../../model/index.ts';
import { isList, shapeOf } from '../arrays/array-text.ts';
import { valueFault } from '../faults.ts';
import type { ArrayNode, SliceNode, SubscriptNode } from '../nodes/index.ts';
import type { Closure, MakeClosure } from './closure.ts';

export function closeArray(node: ArrayNode, make: MakeClosure): Closure {
  const parts = node.elements.map(make);
  if (!node.nested) return (row, environment) => parts.map((part) => part(row, environment));
  return (row, environment) => joinedLists(parts.map((part) => part(row, environment)));
}

/** Lists of equal shape become one list with a dimension more; nulls and empty lists only go with their like. */
function joinedLists(lists: readonly Value[]): Value {
  const filled = lists.filter((list) => isList(list) && list.length > 0);
  if (filled.length === 0) return [];
  if (filled.length < lists.length || shapeOf(filled) === undefined)
    throw valueFault('2202E', 'lists of different lengths in one list');
  return filled;
}

export function closeSubscript(node: SubscriptNode, make: MakeClosure): Closure {
  const list = make(node.list);
  const subscripts = node.subscripts.map(make);
  return (row, environment) => {
    let value: Value = list(row, environment);
    const places = subscripts.map((subscript) => subscript(row, environment));
    if (value === null || places.includes(null)) return null;
    for (const place of places) {
      if (!isList(value)) return null;
      value = value[Number(place) - 1] ?? null;
    }
    return isList(value) ? null : value;
  };
}

export function closeSlice(node: SliceNode, make: MakeClosure): Closure {
  const list = make(node.list);
  const bounds = node.bounds.map(({ from, to }) => ({
    from: from === null ? null : make(from),
    to: to === null ? null : make(to),
  }));
  return (row, environment) => {
    const value = list(row, environment);
    const ranges = bounds.map(({ from, to }) => ({
      from: from === null ? '1' : from(row, environment),
      to: to === null ? '2147483647' : to(row, environment),
    }));
    if (!isList(value) || ranges.some(({ from, to }) => from === null || to === null)) return null;
    return sliced(
      value,
      ranges.map(({ from, to }) => [Number(from), Number(to)]),
    );
  };
}

/** More ranges than dimensions give the empty list, as does a range outside. */
function sliced(value: readonly Value[], ranges: readonly (readonly number[])[]): Value {
  const [[from = 1, to = 0] = [], ...rest] = ranges;
  const part = value.slice(Math.max(from, 1) - 1, Math.max(to, 0));
  if (rest.length === 0) return part;
  const inner = part.map((element) => (isList(element) ? sliced(element, rest) : []));
  return inner.some((element) => isList(element) && element.length === 0) ? [] : inner;
}
