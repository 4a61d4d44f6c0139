import { describeFieldType, type EachElement, integer64, type Row, type Value } from '../model/index.ts';
import { compileExpression } from './compile-expression.ts';
import type { Environment, Program, Scope } from './program.ts';
import { eachNotList, lookupInEach, nameTaken } from './transform-faults.ts';

/**
 * `each`: one record for each element of a list. Expressions see the source record, then the element, then its place from 1.
 * The list must not depend on new ids: which ids a record asks for has to be known before any is answered.
 */
export function compileEach(each: EachElement, scope: Scope): EachPlan {
  const list = compileExpression(each.in, scope);
  if (list.type.kind !== 'list') throw eachNotList(describeFieldType(list.type));
  if (list.lookups.length > 0) throw lookupInEach();
  const ordinal = each.ordinal === null ? [] : [{ name: each.ordinal, type: integer64 }];
  const added: Scope['fields'] = [{ name: each.name, type: list.type.of }, ...ordinal];
  const names = new Set(scope.fields.map(({ name }) => name));
  for (const { name } of added) {
    if (names.has(name)) throw nameTaken(name);
    names.add(name);
  }
  return {
    list,
    scope: { fields: [...scope.fields, ...added], lookups: scope.lookups },
    rows: (row, environment) => extend(row, list.evaluate(row, environment), ordinal.length > 0),
  };
}

export interface EachPlan {
  readonly list: Program;
  /** What the field expressions see. */
  readonly scope: Scope;
  /** The record once for each element, with the element and its place behind it. */
  rows(row: Row, environment: Environment): readonly Row[];
}

function extend(row: Row, list: Value, ordinal: boolean): readonly Row[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly Value[]).map((element, at) =>
    ordinal ? [...row, element, String(at + 1)] : [...row, element],
  );
}
