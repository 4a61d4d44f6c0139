import type { Value } from '../../model/index.ts';
import { flattened, isList } from '../arrays/array-text.ts';
import type {
  BooleanTestNode,
  DistinctNode,
  LogicNode,
  NotNode,
  NullTestNode,
  QuantifiedNode,
} from '../nodes/index.ts';
import type { Closure, MakeClosure } from './closure.ts';

/** Stops at the first `false` of `and`, the first `true` of `or`; otherwise a null anywhere makes it null. */
export function closeLogic(node: LogicNode, make: MakeClosure): Closure {
  const decisive = node.operator === 'or';
  const [first, second, ...more] = node.arguments.map(make);
  if (first !== undefined && second !== undefined && more.length === 0)
    return closePair(decisive, first, second);
  const parts = node.arguments.map(make);
  return (row, environment) => {
    let result: Value = !decisive;
    for (const part of parts) {
      const value = part(row, environment);
      if (value === decisive) return decisive;
      if (value === null) result = null;
    }
    return result;
  };
}

function closePair(decisive: boolean, first: Closure, second: Closure): Closure {
  return (row, environment) => {
    const x = first(row, environment);
    if (x === decisive) return decisive;
    const y = second(row, environment);
    if (y === decisive) return decisive;
    return x === null || y === null ? null : !decisive;
  };
}

export function closeNot(node: NotNode, make: MakeClosure): Closure {
  const argument = make(node.argument);
  return (row, environment) => {
    const value = argument(row, environment);
    return value === null ? null : !value;
  };
}

export function closeNullTest(node: NullTestNode, make: MakeClosure): Closure {
  const argument = make(node.argument);
  if (node.negated) return (row, environment) => argument(row, environment) !== null;
  return (row, environment) => argument(row, environment) === null;
}

export function closeBooleanTest(node: BooleanTestNode, make: MakeClosure): Closure {
  const argument = make(node.argument);
  const { expected, negated } = node;
  return (row, environment) => (argument(row, environment) === expected) !== negated;
}

export function closeDistinct(node: DistinctNode, make: MakeClosure): Closure {
  const left = make(node.left);
  const right = make(node.right);
  const equals = node.equals as (a: Value, b: Value) => Value;
  const same = node.negated;
  return (row, environment) => {
    const x = left(row, environment);
    const y = right(row, environment);
    const alike = x === null || y === null ? x === y : equals(x, y) === true;
    return alike === same;
  };
}

/** `any` is an `or` over the elements, `all` an `and`; a null list or (unless the list is empty) a null value gives null. */
export function closeQuantified(node: QuantifiedNode, make: MakeClosure): Closure {
  const left = make(node.value);
  const list = make(node.list);
  const apply = node.apply as (a: Value, b: Value) => Value;
  const decisive = node.quantifier === 'any';
  return (row, environment) => {
    const value = left(row, environment);
    const elements = list(row, environment);
    if (!isList(elements)) return null;
    if (elements.length === 0) return !decisive;
    if (value === null) return null;
    let result: Value = !decisive;
    for (const element of elements.some(isList) ? flattened(elements) : elements) {
      const answer = element === null ? null : apply(value, element);
      if (answer === decisive) return decisive;
      if (answer === null) result = null;
    }
    return result;
  };
}
