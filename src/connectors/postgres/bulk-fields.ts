import { describeFieldType, type Field, type FieldType, type Relation } from '../../model/index.ts';
import { valueEncoder } from '../binary-copy/index.ts';
import type { BulkField, BulkFormat, BulkLoad, BulkPlan, BulkSource } from '../port.ts';

/**
 * Which fields COPY takes over without altering a value, and in which of its formats.
 *
 * Invariants: 1. what is not certain is refused: the records then go one by one. 2. the binary format is used only for types
 * whose bytes are the same in every supported version and hold no object ids of their database. 3. nothing is loaded into a
 * field that would round, cut or pad it: COPY does all three without a word.
 */
export function planLoad(
  relation: Relation,
  fields: readonly BulkField[],
  formats: readonly BulkFormat[],
): BulkPlan {
  const encoded = formats.includes('postgres-binary-encoded');
  const fits = fields.map((field) => ({
    field,
    fit: (encoded ? encodedFit : fitOf)(field.source, field.target),
  }));
  const unfit = fits.find(({ fit }) => fit === null);
  if (unfit) {
    const { source, target } = unfit.field;
    return impossible(
      `${describeSource(source)} goes into ${relation.name}.${target.name} (${target.native}) value by value`,
    );
  }
  const binary = fits.every(({ fit }) => fit?.binary === true);
  const format = encoded ? 'postgres-binary-encoded' : binary ? 'postgres-binary' : 'postgres-text';
  if (!formats.includes(format)) return impossible(`the source does not give ${format}`);
  const load: BulkLoad = {
    format,
    fields: fits.map(({ field, fit }) => ({ ...field, exportAs: fit?.exportAs ?? null })),
  };
  return { kind: 'load', load };
}

export function impossible(reason: string): BulkPlan {
  return { kind: 'impossible', reason };
}

function describeSource(source: BulkSource): string {
  if (source.kind === 'computed') return `a computed ${describeFieldType(source.type)}`;
  return `${source.field.name} (${source.field.native})`;
}

interface Fit {
  readonly binary: boolean;
  readonly exportAs: string | null;
}

/** What another system's shelf can write in the bytes of the target field, value by value; who cannot is told there. */
function encodedFit(source: BulkSource, target: Field): Fit | null {
  if (source.kind === 'computed') return null;
  const from = source.kind === 'read' ? source.type : source.field.type;
  return valueEncoder(from, target.type, source.kind === 'read') === null ? null : asItIs(true);
}

/** How a value gets into a target field by COPY; null when it cannot, or not for certain. */
function fitOf(source: BulkSource, target: Field): Fit | null {
  if (source.kind === 'field') return fitOfField(source.field, target);
  if (source.kind === 'read') return null;
  return source.dialect === 'postgres' && isComputable(source.type) && sameType(source.type, target.type)
    ? asItIs(true)
    : null;
}

/** Types of which the computed values are sent in the bytes of the field they go into. */
function isComputable({ kind }: FieldType): boolean {
  return computable.has(kind);
}

const computable: ReadonlySet<string> = new Set(
  'boolean integer decimal float text date timestamp instant uuid enum json'.split(' '),
);

function fitOfField(source: Field, target: Field): Fit | null {
  const [from, to] = [source.type, target.type];
  if (from.kind === 'list' || from.kind === 'native')
    return source.native === target.native && sameType(from, to) ? asItIs(isBuiltIn(source.native)) : null;
  if (!holdsAll(from, to)) return null;
  if (from.kind === 'integer' && to.kind === 'integer' && from.bits !== to.bits)
    return { binary: true, exportAs: integerNames[to.bits] ?? null };
  if (from.kind === 'interval') return source.native === target.native ? asItIs(true) : null;
  return asItIs(true);
}

const asItIs = (binary: boolean): Fit => ({ binary, exportAs: null });

const integerNames: Readonly<Record<number, string>> = { 32: 'pg_catalog.int4', 64: 'pg_catalog.int8' };

/** Every value of `from` is a value of `to`, spelled alike. */
function holdsAll(from: FieldType, to: FieldType): boolean {
  switch (from.kind) {
    case 'integer':
      return to.kind === 'integer' && from.signed === to.signed && from.bits <= to.bits;
    case 'decimal':
      return to.kind === 'decimal' && (to.precision === null || holdsDecimals(from, to));
    case 'text':
      if (to.kind !== 'text' || from.padded !== to.padded) return false;
      if (from.padded) return from.charactersMax === to.charactersMax;
      return to.charactersMax === null || (from.charactersMax ?? Infinity) <= to.charactersMax;
    case 'time':
      return to.kind === 'time' && from.zoned === to.zoned && from.fractionDigits <= to.fractionDigits;
    case 'timestamp':
    case 'instant':
      return to.kind === from.kind && from.fractionDigits <= to.fractionDigits;
    case 'enum':
      return to.kind === 'enum' && from.labels.every((label) => to.labels.includes(label));
    default:
      return sameType(from, to);
  }
}

type Decimal = Extract<FieldType, { kind: 'decimal' }>;

function holdsDecimals(from: Decimal, to: Decimal): boolean {
  if (from.precision === null || to.precision === null) return false;
  const [scale, room] = [from.scale ?? 0, to.scale ?? 0];
  return scale <= room && from.precision - scale <= to.precision - room;
}

function sameType(a: FieldType, b: FieldType): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/**
 * Types that no database can define otherwise, and arrays of them: the bytes of an array name its elements' type by an
 * object id, which only for these is the same everywhere.
 */
function isBuiltIn(native: string): boolean {
  return builtIn.test(native);
}

const builtIn =
  /^(boolean|smallint|integer|bigint|real|double precision|numeric(\(\d+,\d+\))?|text|character( varying)?(\(\d+\))?|bytea|date|time(stamp)?(\(\d\))? with(out)? time zone|uuid|jsonb?|inet|cidr|macaddr8?|bit( varying)?(\(\d+\))?|point|line|lseg|box|path|polygon|circle|tsvector|int4range|int8range|numrange|daterange|tsrange|tstzrange)(\[\])*$/;
