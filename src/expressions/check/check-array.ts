import type {
  A_ArrayExpr as RawArray,
  A_Indices as RawIndices,
  A_Indirection as RawIndirection,
  Node as RawNode,
} from 'libpg-query';
import { arrayOf, elementOf } from '../array-types.ts';
import { createArrayNode, createSliceNode, createSubscriptNode, type TypedNode } from '../nodes/index.ts';
import type { TypeName } from '../registry.ts';
import { type Checker, fault, notAllowed } from './checker.ts';
import { coerce } from './coerce.ts';
import { commonType } from './common-type.ts';
import { describeType } from './type-names.ts';

/** `array[...]`. A type from a cast around it decides for the elements; otherwise their common type does. */
export function checkArray(checker: Checker, raw: RawArray, wanted: TypeName | null): TypedNode {
  const elements = (raw.elements ?? []).map((element) =>
    'A_ArrayExpr' in element ? checkArray(checker, element.A_ArrayExpr, wanted) : checker.check(element),
  );
  const element = wanted === null ? commonElement(checker, raw, elements) : (elementOf(wanted) ?? wanted);
  const nested = elements.some((part) => elementOf(part.type) !== undefined);
  const type = arrayOf(element);
  const context = wanted === null ? 'implicit' : 'explicit';
  const coerced = elements.map((part) =>
    coerce(checker, part, nested ? type : element, context, raw.location),
  );
  return createArrayNode({ type, modifiers: null, nested, elements: coerced });
}

function commonElement(checker: Checker, raw: RawArray, elements: readonly TypedNode[]): TypeName {
  if (elements.length === 0)
    throw fault(
      checker,
      'expression.type-mismatch',
      raw.location,
      'an empty list has no type of its own',
      'Write its type behind it: array[]::text[].',
    );
  const common = commonType(
    checker.catalog,
    elements.map(({ type }) => type),
  );
  if (common !== undefined) return elementOf(common) ?? common;
  const types = [...new Set(elements.map(({ type }) => describeType(type)))].join(', ');
  throw fault(
    checker,
    'expression.type-mismatch',
    raw.location,
    `elements of ${types} in one list`,
    'Cast the elements to one type.',
  );
}

/** `list[1]`, `list[1:2]`. */
export function checkSubscript(checker: Checker, raw: RawIndirection): TypedNode {
  if (raw.arg === undefined) throw notAllowed(checker, undefined, 'a subscript without a list');
  const list = checker.check(raw.arg);
  const element = elementOf(list.type);
  if (element === undefined)
    throw fault(
      checker,
      'expression.type-mismatch',
      undefined,
      `${describeType(list.type)} is not a list and has no subscripts`,
      'Use -> for JSON, substring() for text.',
    );
  const indices = (raw.indirection ?? []).map((part) => indicesOf(checker, part));
  const place = (bound: RawNode | undefined): TypedNode | null =>
    bound === undefined ? null : coerce(checker, checker.check(bound), 'int4', 'assignment', undefined);
  if (!indices.some((part) => part.is_slice)) {
    const subscripts = indices.flatMap((part) => place(part.uidx) ?? []);
    return createSubscriptNode({ type: element, modifiers: null, list, subscripts });
  }
  // One slice makes all of them slices: a plain subscript n then means 1:n.
  const bounds = indices.map((part) => ({
    from: part.is_slice ? place(part.lidx) : null,
    to: place(part.uidx),
  }));
  return createSliceNode({ type: list.type, modifiers: null, list, bounds });
}

function indicesOf(checker: Checker, raw: RawNode): RawIndices {
  if ('A_Indices' in raw) return raw.A_Indices;
  throw notAllowed(checker, undefined, 'only [...] may follow a value, not a field of a composite type');
}
