import type { SqliteValue } from '../../host/index.ts';
import { type Field, floatText, plainNumberText, type Relation, type Value } from '../../model/index.ts';
import { holdsNumbersAsText } from './field-types.ts';
import { affinityOf } from './sql.ts';

/** The canonical form of a stored value, or undefined when its storage class does not fit the declared type. Never coerces. */
export type Decode = (stored: SqliteValue) => Value | undefined;

export function decodersFor(relation: Relation): Decode[] {
  return relation.fields.map(decoderFor);
}

export function decoderFor(field: Field): Decode {
  switch (field.type.kind) {
    case 'integer':
      return wholeNumber;
    case 'decimal':
      return affinityOf(field.native) === 'text' ? decimalKeptAsText : decimal;
    case 'float':
      return float;
    case 'boolean':
      return boolean;
    case 'bytes':
      return (stored) => (stored === null || stored instanceof Uint8Array ? stored : undefined);
    case 'any':
      return anything;
    default:
      return holdsNumbersAsText(field) ? textOrNumber : text;
  }
}

function wholeNumber(stored: SqliteValue): Value | undefined {
  if (typeof stored === 'bigint') return stored.toString();
  return stored === null ? null : undefined;
}

/**
 * DECIMAL has NUMERIC affinity: SQLite holds a whole number or a binary64. Of the latter the shortest digits are the decimal
 * that was meant whenever it had at most 15.
 */
function decimal(stored: SqliteValue): Value | undefined {
  if (typeof stored === 'bigint') return stored.toString();
  if (typeof stored === 'number')
    return Number.isFinite(stored) ? plainNumberText(stored) : floatText(stored);
  return stored === null ? null : undefined;
}

const decimalText = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?|NaN|-?Infinity)$/;

function decimalKeptAsText(stored: SqliteValue): Value | undefined {
  if (stored === null) return null;
  return typeof stored === 'string' && decimalText.test(stored) ? stored : undefined;
}

function float(stored: SqliteValue): Value | undefined {
  if (typeof stored === 'number') return floatText(stored);
  if (typeof stored !== 'bigint') return stored === null ? null : undefined;
  // A view's column may hold whole numbers; one that is no binary64 would be altered.
  return BigInt(Number(stored)) === stored ? floatText(Number(stored)) : undefined;
}

function boolean(stored: SqliteValue): Value | undefined {
  if (stored === null) return null;
  return stored === 1n ? true : stored === 0n ? false : undefined;
}

function text(stored: SqliteValue): Value | undefined {
  return typeof stored === 'string' || stored === null ? stored : undefined;
}

function textOrNumber(stored: SqliteValue): Value | undefined {
  return stored instanceof Uint8Array ? undefined : anything(stored);
}

function anything(stored: SqliteValue): Value | undefined {
  if (typeof stored === 'bigint') return stored.toString();
  return typeof stored === 'number' ? floatText(stored) : stored;
}
