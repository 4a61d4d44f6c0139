import type { Field, Value } from '../../model/index.ts';
import { labelsOf, traitsOf } from './field-types.ts';
import { isGeometry } from './read-values.ts';
import { hexLiteral, quoteText } from './sql.ts';
import { UnfitValue } from './unfit-value.ts';

/** A value as a literal of a statement; throws UnfitValue where the column would keep something else. */
export type Write = (value: Value) => string;

/**
 * Strict mode lets some values be altered all the same: digits behind the point are rounded with a note, spaces at the end of
 * a VARCHAR are cut, a short BINARY is filled up, a label is taken in other letters or by its number, NULL in an AUTO_INCREMENT
 * field and 1 in a YEAR become something else. What the server would not keep exactly is refused here.
 */
export function writerFor(field: Field): Write {
  const write = typedWriter(field);
  return (value) => {
    if (value !== null) return write(value);
    if (!field.nullable)
      throw new UnfitValue('target.not-null', `Column '${field.name}' cannot be null`, field.name);
    return 'NULL';
  };
}

function typedWriter(field: Field): Write {
  const { base, inside } = traitsOf(field.native);
  const refuse = (reason: string): never => {
    throw new UnfitValue('target.type', reason, field.name);
  };
  const matching = (pattern: RegExp, reason: string): Write => {
    return (value) => (typeof value === 'string' && pattern.test(value) ? value : refuse(reason));
  };
  switch (base) {
    case 'tinyint':
    case 'bit':
      if (field.type.kind === 'boolean')
        return (value) => (typeof value === 'boolean' ? String(Number(value)) : refuse('it is no boolean'));
      return base === 'bit' ? bits(Number(inside), refuse) : matching(/^-?\d+$/, 'it is no whole number');
    case 'smallint':
    case 'mediumint':
    case 'int':
    case 'bigint':
      return matching(/^-?\d+$/, 'it is no whole number');
    case 'year':
      return matching(
        /^(0|19(0[1-9]|[1-9]\d)|20\d\d|21([0-4]\d|5[0-5]))$/,
        'a YEAR holds 0 and 1901 to 2155',
      );
    case 'decimal':
      return decimal(Number(inside.split(',')[1] ?? 0), refuse);
    case 'float':
    case 'double':
      return float(base === 'float', inside, refuse);
    case 'date':
      return timed(field, /^\d{4}-\d\d-\d\d$/, 0, refuse);
    case 'time':
      return timed(field, /^\d\d:\d\d:\d\d(\.\d+)?$/, Number(inside || 0), refuse);
    case 'datetime':
      return timed(field, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/, Number(inside || 0), refuse);
    case 'timestamp':
      return timed(field, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00$/, Number(inside || 0), refuse);
    case 'enum':
      return oneOf(new Set(labelsOf(inside)), refuse);
    case 'set':
      return someOf(labelsOf(inside), refuse);
    default:
      return stringLike(base, inside, refuse);
  }
}

type Refuse = (reason: string) => never;

function stringLike(base: string, inside: string, refuse: Refuse): Write {
  if (isGeometry(base))
    return (value) =>
      typeof value === 'string' && /^([0-9a-f]{2})+$/i.test(value)
        ? `X'${value}'`
        : refuse('it is no geometry in hexadecimal digits');
  if (/blob$|binary$/.test(base)) return bytes(base === 'binary' ? Number(inside) : null, refuse);
  const most = /^(var)?char$/.test(base) ? Number(inside) : null;
  return (value) => {
    if (typeof value !== 'string') return refuse('it is no text');
    if (!value.isWellFormed())
      return refuse('the text holds half of a surrogate pair, which UTF-8 cannot carry');
    const own = base === 'char' ? value.replace(/ +$/, '') : value;
    if (most !== null && own.length > most && [...own].length > most)
      return refuse(`it has more than ${most} characters`);
    return quoteText(own);
  };
}

function bytes(exactly: number | null, refuse: Refuse): Write {
  return (value) => {
    if (!(value instanceof Uint8Array)) return refuse('it is no bytes');
    if (exactly !== null && value.length < exactly)
      return refuse(`a BINARY(${exactly}) would fill it up with zero bytes`);
    return hexLiteral(value);
  };
}

function bits(width: number, refuse: Refuse): Write {
  return (value) =>
    typeof value === 'string' && /^[01]+$/.test(value) && value.length === width
      ? `b'${value}'`
      : refuse(`it is not ${width} bits`);
}

function decimal(scale: number, refuse: Refuse): Write {
  return (value) => {
    if (typeof value !== 'string' || !/^-?\d+(\.\d+)?$/.test(value)) return refuse('it is no decimal number');
    const fraction = /\.(\d+?)0*$/.exec(value)?.[1] ?? '';
    if (fraction.length > scale && /[1-9]/.test(fraction))
      return refuse(`it has more than ${scale} digits behind the point`);
    return value;
  };
}

function float(narrow: boolean, inside: string, refuse: Refuse): Write {
  const scale = inside.includes(',') ? Number(inside.split(',')[1]) : null;
  return (value) => {
    if (typeof value !== 'string' || value.trim() === '' || Number.isNaN(Number(value)))
      return refuse('it is no number the column holds');
    const number = narrow ? Math.fround(Number(value)) : Number(value);
    if (!Number.isFinite(number)) return refuse('it is larger than any number the column holds');
    if (Object.is(number, -0)) return refuse('the column does not keep the sign of a negative zero');
    if (scale !== null && Number(number.toFixed(Math.min(scale, 100))) !== number && !narrow)
      return refuse(`it has more than ${scale} digits behind the point`);
    return number.toExponential();
  };
}

/** With `dates: text` the server's own spelling goes back as it came; strict mode refuses what is none. */
function timed(field: Field, pattern: RegExp, digits: number, refuse: Refuse): Write {
  return (value) => {
    if (typeof value !== 'string') return refuse('it is no text');
    if (field.type.kind === 'text') return quoteText(value);
    if (!pattern.test(value)) return refuse(`${field.native} does not hold it`);
    const fraction = /\.(\d+)/.exec(value)?.[1] ?? '';
    if (fraction.length > digits) return refuse(`it has more than ${digits} digits of a second's fraction`);
    return `'${value.replace(/\+00$/, '')}'`;
  };
}

function oneOf(labels: ReadonlySet<string>, refuse: Refuse): Write {
  return (value) =>
    typeof value === 'string' && labels.has(value) ? quoteText(value) : refuse('it is none of the labels');
}

function someOf(labels: readonly string[], refuse: Refuse): Write {
  return (value) => {
    if (typeof value !== 'string') return refuse('it is no text');
    const chosen = new Set(value === '' ? [] : value.split(','));
    const kept = labels.filter((label) => chosen.has(label)).join(',');
    return kept === value
      ? quoteText(value)
      : refuse('it is not a list of the labels, each once, in their order');
  };
}
