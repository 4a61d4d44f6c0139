import type { Value } from '../../model/index.ts';
import type { CallNode } from '../nodes/index.ts';
import type { Closure, MakeClosure } from './closure.ts';

type Positional = (...values: Value[]) => Value;

/**
 * A call by its number of arguments, so that the usual ones need no argument array. All arguments are evaluated before a
 * null makes a strict call null: an error in any of them is an error, as in PostgreSQL.
 */
export function closeCall(node: CallNode, make: MakeClosure): Closure {
  const apply = node.apply as Positional;
  const [a, b, c, ...more] = node.arguments.map(make);
  if (a === undefined) return () => apply();
  if (b === undefined) return closeOne(apply, node.strict, a);
  if (c === undefined) return closeTwo(apply, node.strict, a, b);
  return more.length === 0
    ? closeThree(apply, node.strict, a, b, c)
    : closeMany(apply, node.strict, [a, b, c, ...more]);
}

function closeOne(apply: Positional, strict: boolean, a: Closure): Closure {
  if (!strict) return (row, environment) => apply(a(row, environment));
  return (row, environment) => {
    const x = a(row, environment);
    return x === null ? null : apply(x);
  };
}

function closeTwo(apply: Positional, strict: boolean, a: Closure, b: Closure): Closure {
  if (!strict) return (row, environment) => apply(a(row, environment), b(row, environment));
  return (row, environment) => {
    const x = a(row, environment);
    const y = b(row, environment);
    return x === null || y === null ? null : apply(x, y);
  };
}

function closeThree(apply: Positional, strict: boolean, a: Closure, b: Closure, c: Closure): Closure {
  return (row, environment) => {
    const x = a(row, environment);
    const y = b(row, environment);
    const z = c(row, environment);
    return strict && (x === null || y === null || z === null) ? null : apply(x, y, z);
  };
}

function closeMany(apply: Positional, strict: boolean, closures: readonly Closure[]): Closure {
  return (row, environment) => {
    const values: Value[] = [];
    for (const closure of closures) values.push(closure(row, environment));
    return strict && values.includes(null) ? null : apply(...values);
  };
}
