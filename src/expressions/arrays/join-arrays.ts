import type { Value } from '../../model/index.ts';
import { valueFault } from '../faults.ts';
import { isList, shapeOf } from './array-text.ts';

/** `array || element`: a null array counts as empty. Only arrays of one dimension grow by elements. */
export function appended(list: Value, element: Value): Value {
  return [...flat(list), element];
}

export function prepended(element: Value, list: Value): Value {
  return [element, ...flat(list)];
}

function flat(list: Value): readonly Value[] {
  if (!isList(list)) return [];
  if (list.some(isList)) throw valueFault('22000', 'only a list of one dimension grows by an element');
  return list;
}

/** `array || array`: of the same dimensions, or one with a dimension more that takes the other as an element. */
export function joined(a: Value, b: Value): Value {
  if (!isList(a)) return b;
  if (!isList(b) || b.length === 0) return a;
  if (a.length === 0) return b;
  const [left = [], right = []] = [shapeOf(a), shapeOf(b)];
  const same = (x: readonly number[], y: readonly number[]): boolean => x.join() === y.join();
  if (left.length === right.length && same(left.slice(1), right.slice(1))) return [...a, ...b];
  if (left.length === right.length + 1 && same(left.slice(1), right)) return [...a, b];
  if (right.length === left.length + 1 && same(right.slice(1), left)) return [a, ...b];
  throw valueFault('2202E', 'lists of different shapes cannot be joined');
}
