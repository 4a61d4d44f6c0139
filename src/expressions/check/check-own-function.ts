import type { FuncCall as RawCall, Node as RawNode } from 'libpg-query';
import type { FieldType } from '../../model/index.ts';
import { nearestName } from '../../model/index.ts';
import { type MaskShape, maskShapes } from '../mask-text.ts';
import { createLookupNode, createMaskNode, type TypedNode } from '../nodes/index.ts';
import { type Checker, fault, loneName, notAllowed } from './checker.ts';
import { coerce } from './coerce.ts';
import { modifiersOfField, typeOfField } from './type-names.ts';

/** Functions that PostgreSQL does not have. */
export const ownFunctions: readonly string[] = ['lookup', 'lookup_or_null', 'mask'];

/** `lookup(object, key...)`: the object's name is a literal or a bare name, the key one expression for each part. */
export function checkLookup(checker: Checker, raw: RawCall, name: 'lookup' | 'lookup_or_null'): TypedNode {
  const [first, ...rest] = raw.args ?? [];
  const object = first === undefined ? undefined : nameOf(checker, first);
  if (object === undefined)
    throw notAllowed(
      checker,
      raw.location,
      `${name}() begins with the name of an object: ${name}('company', company_id)`,
    );
  const target = checker.scope.lookups.get(object);
  if (target === undefined) throw unknownObject(checker, object, raw.location);
  if (rest.length !== target.key.length)
    throw fault(
      checker,
      'expression.type-mismatch',
      raw.location,
      `records of ${object} are named by ${target.key.length} value(s), ${rest.length} are given`,
      `Give the key of the old record, part by part.`,
    );
  const key = rest.map((part, at) => keyPart(checker, part, target.key[at], raw.location));
  return createLookupNode({
    type: typeOfField(target.id),
    modifiers: modifiersOfField(target.id),
    object,
    optional: name === 'lookup_or_null',
    key,
  });
}

function nameOf(checker: Checker, raw: RawNode): string | undefined {
  if ('A_Const' in raw) return raw.A_Const.sval?.sval;
  return 'ColumnRef' in raw ? loneName(checker, raw.ColumnRef) : undefined;
}

function keyPart(
  checker: Checker,
  raw: RawNode,
  type: FieldType | undefined,
  location: number | undefined,
): TypedNode {
  const node = checker.check(raw);
  if (needsEnvironment(node))
    throw notAllowed(
      checker,
      location,
      'the key of a lookup is read from the record: no lookup or mask inside it',
    );
  if (type === undefined) return node;
  // The key names the old record, so it must be spelled as the source spells it: a cast that alters it would find nothing.
  return coerce(checker, node, typeOfField(type), 'implicit', location);
}

/** Whether a node, or anything below it, asks for new ids or masks. */
function needsEnvironment(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return false;
  if ('kind' in node && (node.kind === 'lookup' || node.kind === 'mask')) return true;
  return Object.values(node).some((part) => needsEnvironment(part));
}

function unknownObject(checker: Checker, object: string, location: number | undefined): Error {
  const names = [...checker.scope.lookups.keys()];
  const nearest = nearestName(object, names);
  const advice =
    nearest === null ? `Objects with new ids: ${names.join(', ') || 'none'}.` : `Did you mean '${nearest}'?`;
  return fault(checker, 'expression.unknown-object', location, `no object is called "${object}"`, advice);
}

/** `mask(text)`, `mask(text, 'email')`. */
export function checkMask(checker: Checker, raw: RawCall): TypedNode {
  const [first, second, ...more] = raw.args ?? [];
  if (first === undefined || more.length > 0)
    throw notAllowed(checker, raw.location, "mask() is written mask(text) or mask(text, 'email')");
  const shape = second === undefined ? 'text' : nameOf(checker, second);
  if (!isShape(shape))
    throw notAllowed(
      checker,
      raw.location,
      `the kinds of mask are ${maskShapes.map((known) => `'${known}'`).join(', ')}`,
    );
  const text = coerce(checker, checker.check(first), 'text', 'implicit', raw.location);
  return createMaskNode({ type: 'text', modifiers: null, text, shape });
}

function isShape(name: string | undefined): name is MaskShape {
  return maskShapes.some((shape) => shape === name);
}
