import type { FieldType } from '../model/index.ts';
import { distinguish, type TypedNode } from './nodes/index.ts';

/**
 * A field of text that is read as a value of a type, `x::date`; null where it is this text, `nullif(x, '')::date`. Or one of
 * local time that is read as that of a zone, `x at time zone 'UTC'`.
 */
export interface FieldReading {
  readonly field: string;
  readonly type: FieldType;
  readonly nullText: string | null;
  /** Whose time a field of local time tells; null for a field of text. */
  readonly zone: string | null;
}

/** Null where an expression is anything else. `type` is what the expression gives. */
export function readingOf(root: TypedNode, type: FieldType): FieldReading | null {
  if (type.kind === 'text' && type.padded) return null;
  if (type.kind === 'instant') {
    const local = inZone(root, type);
    if (local !== null) return local;
  }
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
  return { field: own.name, type, nullText, zone: null };
}

function inZone(root: TypedNode, type: FieldType): FieldReading | null {
  const call = distinguish(root);
  if (call.kind !== 'call' || call.name !== 'timezone' || call.arguments.length !== 2) return null;
  const [zone, local] = call.arguments.map((argument) => distinguish(argument));
  if (zone?.kind !== 'constant' || zone.type !== 'text' || typeof zone.value !== 'string') return null;
  if (local?.kind !== 'field' || local.fieldType.kind !== 'timestamp') return null;
  return { field: local.name, type, nullText: null, zone: zone.value };
}
