import { describeFieldType, type Field, type FieldType, type Relation } from '../../model/index.ts';
import type { BulkField, BulkFormat, BulkLoad, BulkPlan, BulkSource } from '../port.ts';
import { traitsOf } from './field-types.ts';
import { quoteName } from './sql.ts';

/**
 * Which fields LOAD DATA takes over without altering a value.
 *
 * Invariants: 1. what is not certain is refused: the records then go one by one. 2. what the server tells with a warning (too
 * long, out of range, no date, a broken check) is left to it: one warning fails the slice. What it alters without a word is
 * refused here, or made to give a warning.
 */
export function planLoad(
  relation: Relation,
  fields: readonly BulkField[],
  formats: readonly BulkFormat[],
): BulkPlan {
  if (!formats.includes('mysql-text')) return impossible('the source does not give mysql-text');
  const unfit = fields.find(({ source, target }) => !fits(source, target));
  if (unfit) {
    const { source, target } = unfit;
    return impossible(
      `${describeSource(source)} goes into ${relation.name}.${target.name} (${target.native}) value by value`,
    );
  }
  const given = fields.map(({ target }) => target.name);
  const own = relation.fields.find((field) => !given.includes(field.name) && hasOwnValues(field));
  if (own) return impossible(`${relation.name}.${own.name} gets a value of its own in every record`);
  const load: BulkLoad = {
    format: 'mysql-text',
    fields: fields.map((field) => ({ ...field, exportAs: exportAs(field) })),
  };
  return { kind: 'load', load };
}

export function impossible(reason: string): BulkPlan {
  return { kind: 'impossible', reason };
}

/** Going back compares the content of records: of fields that are not loaded it has to be the same in all of them. */
function hasOwnValues({ generated, synthetic, default: preset }: Field): boolean {
  if (generated === 'computed' || synthetic) return false;
  return generated !== 'no' || !(preset === null || /^('(?:[^'\\]|'')*'|-?\d+(\.\d+)?)$/.test(preset));
}

function describeSource(source: BulkSource): string {
  if (source.kind === 'computed') return `a computed ${describeFieldType(source.type)}`;
  return `${source.field.name} (${source.field.native})`;
}

/** A decimal is spelled with as many digits as the column will give back. */
function exportAs({ source, target: { type: to } }: BulkField): string | null {
  if (to.kind !== 'decimal') return null;
  const from = source.kind === 'computed' ? null : source.field.type;
  if (from?.kind === 'decimal' && from.scale === to.scale) return null;
  return `numeric(${to.precision},${to.scale})`;
}

function fits(source: BulkSource, target: Field): boolean {
  const { base, inside, charset } = traitsOf(target.native);
  const nullable = source.kind === 'computed' || source.field.nullable;
  // Null becomes the next number, the present moment: without a warning.
  if (nullable && !target.nullable && (target.generated !== 'no' || base === 'timestamp')) return false;
  if (!columnFits(target, base, inside, charset)) return false;
  if (source.kind === 'computed') return computedFits(source.type, target);
  return !source.field.synthetic && typeFits(source.field.type, target);
}

/** Of a fraction of a second the server cuts without a word what the column has no room for. */
function computedFits(type: FieldType, target: Field): boolean {
  if ('fractionDigits' in type && type.fractionDigits < 6) return false;
  return computable.has(type.kind) && typeFits(type, target);
}

const computable = new Set([
  'boolean',
  'integer',
  'decimal',
  'text',
  'date',
  'timestamp',
  'instant',
  'uuid',
  'enum',
]);

/** Whatever does not fit of a value, the server tells. */
function typeFits(from: FieldType, { type: to, native }: Field): boolean {
  if (from.kind !== to.kind) return false;
  switch (from.kind) {
    case 'decimal':
      return to.kind === 'decimal' && holdsDecimals(from, to);
    case 'float':
      return to.kind === 'float' && from.bits === to.bits;
    case 'text':
      return to.kind === 'text' && !from.padded && !to.padded;
    case 'time':
      return to.kind === 'time' && !from.zoned && from.fractionDigits <= to.fractionDigits;
    case 'timestamp':
    case 'instant':
      return to.kind === from.kind && from.fractionDigits <= to.fractionDigits;
    case 'enum':
      // A label that is none of the column's may be taken for a number, and another collation takes it in other letters.
      return (
        to.kind === 'enum' &&
        from.labels.every((label) => to.labels.includes(label)) &&
        native.endsWith('_bin')
      );
    case 'boolean':
    case 'integer':
    case 'bytes':
    case 'date':
    case 'uuid':
    case 'json':
      return true;
    default:
      return false;
  }
}

interface Decimal {
  readonly precision: number | null;
  readonly scale: number | null;
}

function holdsDecimals(from: Decimal, to: Decimal): boolean {
  if (from.precision === null || to.precision === null) return false;
  const [scale, room] = [from.scale ?? 0, to.scale ?? 0];
  return scale >= 0 && scale <= room && from.precision - scale <= to.precision - room;
}

const plainColumns =
  /^((tiny|small|medium|big)?int|decimal|date|time|datetime|timestamp|uuid|bit|(tiny|medium|long)?blob|varbinary)$/;

/** A column that keeps what it is given, or says so: a BINARY fills up, a YEAR makes 1970 of 70. */
function columnFits({ type }: Field, base: string, inside: string, charset: string | null): boolean {
  if (base === 'float' || base === 'double') return inside === '';
  if (type.kind === 'text' && charset === null) return false;
  if (charset !== null) return charset !== 'binary' && /^(varchar|(tiny|medium|long)?text|enum)$/.test(base);
  return plainColumns.test(base);
}

export interface LoadColumns {
  /** What the fields of a line go into, in their order: columns, and variables for those that have to be converted. */
  readonly columns: string;
  /** ` SET ...`, or nothing. */
  readonly set: string;
}

/** How LOAD DATA gets the fields of a line into the columns. */
export function loadColumns(load: BulkLoad): LoadColumns {
  const converted = load.fields.map(({ target }, at) => conversion(target, `@godwit_${at}`));
  const columns = load.fields.map(({ target }, at) =>
    converted[at] === null ? quoteName(target.name) : `@godwit_${at}`,
  );
  const set = load.fields.flatMap(({ target }, at) =>
    converted[at] === null ? [] : [`${quoteName(target.name)} = ${converted[at]}`],
  );
  return { columns: columns.join(', '), set: set.length === 0 ? '' : ` SET ${set.join(', ')}` };
}

function conversion(target: Field, variable: string): string | null {
  if (target.type.kind === 'bytes') return `UNHEX(${variable})`;
  if (traitsOf(target.native).base === 'bit') return `CAST(${variable} AS UNSIGNED)`;
  // The column would keep zero without its sign, and say nothing.
  if (target.type.kind === 'float') return `IF(${variable} = '-0', 'negative zero', ${variable})`;
  return null;
}
