import type { Value } from '../../model/index.ts';
import type { CaseNode, CoalesceNode, ExtremeNode, NullifNode } from '../nodes/index.ts';
import type { Closure, MakeClosure } from './closure.ts';

/** Where the value of a `case x when` is kept while its branches are tried; one for each case in a text. */
export interface SubjectSlot {
  value: Value;
}

export function closeCase(node: CaseNode, make: MakeClosure, slots: Map<symbol, SubjectSlot>): Closure {
  const { subject } = node;
  const slot: SubjectSlot = { value: null };
  if (subject !== null) slots.set(subject.name.identity, slot);
  const conditions = node.branches.map((branch) => make(branch.condition));
  const results = node.branches.map((branch) => make(branch.result));
  const otherwise = make(node.otherwise);
  const choose: Closure = (row, environment) => {
    for (let at = 0; at < conditions.length; at += 1)
      if (conditions[at]?.(row, environment) === true) return results[at]?.(row, environment) ?? null;
    return otherwise(row, environment);
  };
  if (subject === null) return choose;
  const value = make(subject.value);
  return (row, environment) => {
    slot.value = value(row, environment);
    return choose(row, environment);
  };
}

export function closeCoalesce(node: CoalesceNode, make: MakeClosure): Closure {
  const parts = node.arguments.map(make);
  const [first, second] = parts;
  if (first !== undefined && second !== undefined && parts.length === 2)
    return (row, environment) => first(row, environment) ?? second(row, environment);
  return (row, environment) => {
    for (const part of parts) {
      const value = part(row, environment);
      if (value !== null) return value;
    }
    return null;
  };
}

export function closeNullif(node: NullifNode, make: MakeClosure): Closure {
  const left = make(node.value);
  const right = make(node.other);
  const equals = node.equals as (a: Value, b: Value) => Value;
  return (row, environment) => {
    const x = left(row, environment);
    const y = right(row, environment);
    return x !== null && y !== null && equals(x, y) === true ? null : x;
  };
}

export function closeExtreme(node: ExtremeNode, make: MakeClosure): Closure {
  const parts = node.arguments.map(make);
  const sign = node.wanted === 'greatest' ? 1 : -1;
  const { compare } = node;
  return (row, environment) => {
    let best: Value = null;
    for (const part of parts) {
      const value = part(row, environment);
      if (value !== null && (best === null || compare(value, best) * sign > 0)) best = value;
    }
    return best;
  };
}
