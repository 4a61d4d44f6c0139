import type { Value } from '../../model/index.ts';
import type { Assignment } from '../program.ts';

/** The two kinds of assignment that work; null needs no check anywhere. */
export function exact(apply: (value: never) => Value = asItIs): Assignment {
  return Object.freeze({ kind: 'exact', apply: unlessNull(apply) });
}

/** @param condition what must hold for a value to fit, in words */
export function checked(condition: string, apply: (value: never) => Value): Assignment {
  return Object.freeze({ kind: 'checked', condition, apply: unlessNull(apply) });
}

/** @param reason why there is no assignment, and what to write instead */
export function none(reason: string): Assignment {
  return Object.freeze({ kind: 'none', reason });
}

function asItIs(value: Value): Value {
  return value;
}

function unlessNull(apply: (value: never) => Value): (value: Value) => Value {
  return (value) => (value === null ? null : (apply as (value: Value) => Value)(value));
}
