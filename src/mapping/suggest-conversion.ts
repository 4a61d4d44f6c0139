import { assignment } from '../expressions/index.ts';
import type { Field, FieldType } from '../model/index.ts';
import { quoteName } from './quote-name.ts';

/** How a target field reads a source field: as it is where its value gets there by itself, else by the cast that reads a text. */
export function suggestedExpression(from: Field, to: Field): string {
  const name = quoteName(from.name);
  const isText = from.type.kind === 'text' || from.type.kind === 'any';
  const cast = isText && assignment(from.type, to.type).kind === 'none' ? castTo(to.type) : null;
  return cast === null ? name : `${name}::${cast}`;
}

/** The cast of the language to the widest type of that kind: limits are left to the field, which refuses what it cannot hold. */
function castTo(type: FieldType): string | null {
  switch (type.kind) {
    case 'boolean':
    case 'date':
    case 'timestamp':
    case 'interval':
    case 'uuid':
    case 'text':
      return type.kind;
    case 'integer':
      return type.bits < 64 || type.signed ? 'bigint' : 'numeric';
    case 'decimal':
      return 'numeric';
    case 'float':
      return type.bits === 32 ? 'real' : 'double precision';
    case 'time':
      return type.zoned ? 'timetz' : 'time';
    case 'instant':
      return 'timestamptz';
    case 'json':
      return type.binary ? 'jsonb' : 'json';
    case 'list': {
      const element = castTo(type.of);
      return element === null ? null : `${element}[]`;
    }
    case 'bytes':
    case 'enum':
    case 'native':
    case 'any':
      return null;
  }
}
