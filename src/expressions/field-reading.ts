import type { FieldType } from '../model/index.ts';
import { distinguish, type TypedNode } from './nodes/index.ts';

/** A field of text that is read as a value of a type, `x::date`; null where it is this text, `nullif(x, '')::date`. */
export interface FieldReading {
  readonly field: string;
  readonly type: FieldType;
  readonly nullText: string | null;
}

/** Null where an expression is anything else. `type` is what the expression gives. */
export function readingOf(root: TypedNode, type: FieldType): FieldReading | null {
  if (type.kind === 'text' && type.padded) return null;
  const read = castFrom(castFrom(root, `fit ${root.type}(`), `cast to ${root.type}`);
  const own = distinguish(read);
  if (own.kind !== 'nullif') return read === root ? null : asText(read, type, null);
  const other = distinguish(own.other);
  return other.kind === 'constant' && other.value === '' ? asText(own.value, type, '') : null;
}

/** What a cast of this name converts, or the node itself. */
function castFrom(node: TypedNode, name: string): TypedNode {
  const own = distinguish(node);
  const [argument, more] = own.kind === 'call' ? own.arguments : [];
  return own.kind === 'call' && argument && !more && own.name.startsWith(name) ? argument : node;
}

function asText(node: TypedNode, type: FieldType, nullText: string | null): FieldReading | null {
  const own = distinguish(node);
  if (own.kind !== 'field' || own.fieldType.kind !== 'text' || own.fieldType.padded) return null;
  return { field: own.name, type, nullText };
}
