import type { Field, FieldType, Relation } from '../../model/index.ts';
import type { BulkField, BulkLoad } from '../port.ts';
import { affinityOf } from './sql.ts';

/**
 * How the text of a value in COPY becomes a stored one. `text` is its bytes as they are, `value` what the encoder of the
 * field makes of it (see `encode-values.ts`), `absent` a field that is not loaded.
 */
export type StagedKind = 'integer' | 'boolean' | 'float' | 'bytes' | 'text' | 'value' | 'absent';

/** One field of the target relation, in its order. */
export interface StagedField {
  readonly field: Field;
  readonly kind: StagedKind;
  /** The source has it in 32 bits. */
  readonly single: boolean;
  readonly charactersMax: number | null;
  /** Null may not stand in it. */
  readonly required: boolean;
}

/**
 * Null where what the records lane makes of some value is not certain to come out of its text here. What only some values
 * are refused for (too long, a number that would be altered) is left to the encoder: one of them ends the slice.
 */
export function stagedKind({ source, target }: BulkField): StagedKind | null {
  if (source.kind === 'read') return null;
  const from = source.kind === 'computed' ? source.type : source.field.type;
  const { type: to } = target;
  const asText = writtenAs(from, target);
  switch (to.kind) {
    case 'integer':
      return from.kind === 'integer' && (from.signed || from.bits < 64) ? 'integer' : null;
    case 'boolean':
      return from.kind === 'boolean' ? 'boolean' : null;
    case 'float':
      return from.kind === 'float' ? 'float' : null;
    case 'bytes':
      return from.kind === 'bytes' && to.bytesMax === null ? 'bytes' : null;
    case 'decimal':
      return from.kind === 'decimal' && keepsDigits(from, to) ? asText : null;
    case 'json':
      return from.kind === 'json' ? asText : null;
    case 'text':
      return hasOneText(from) ? asText : null;
    case 'any':
      if (from.kind === 'boolean' || from.kind === 'bytes') return from.kind;
      return hasOneText(from) ? asText : null;
    default:
      return null;
  }
}

/** Under an affinity for numbers a text may become one; what is never read as a number stays. */
function writtenAs(from: FieldType, { native }: Field): StagedKind {
  const affinity = affinityOf(native);
  if (affinity === 'text' || affinity === 'blob') return 'text';
  return neverNumbers.has(from.kind) ? 'text' : 'value';
}

const neverNumbers: ReadonlySet<string> = new Set(['date', 'time', 'timestamp', 'instant', 'uuid']);

/** Its text in COPY is what an assignment to text gives; of texts that are padded it is not. */
function hasOneText(type: FieldType): boolean {
  return type.kind === 'text' ? !type.padded : onlyText.has(type.kind);
}

const onlyText: ReadonlySet<string> = new Set([
  ...neverNumbers,
  'integer',
  'decimal',
  'float',
  'interval',
  'json',
  'enum',
  'native',
]);

type Decimal = Extract<FieldType, { kind: 'decimal' }>;

function keepsDigits(from: Decimal, to: Decimal): boolean {
  if (to.precision === null) return true;
  return from.precision !== null && from.scale === to.scale && from.precision <= to.precision;
}

/** All fields of the relation; those that are not loaded stay null. */
export function stagedFields(relation: Relation, { fields }: BulkLoad): readonly StagedField[] {
  return relation.fields
    .filter(({ synthetic }) => !synthetic)
    .map((field): StagedField => {
      const loaded = fields.find(({ target }) => target.name === field.name);
      const from = loaded?.source.kind === 'computed' ? loaded.source.type : loaded?.source.field.type;
      return {
        field,
        kind: (loaded && stagedKind(loaded)) ?? 'absent',
        single: from?.kind === 'float' && from.bits === 32,
        charactersMax: field.type.kind === 'text' ? field.type.charactersMax : null,
        required: !field.nullable,
      };
    });
}

/**
 * The columns of the staged table: as alike as SQLite wants them to be to copy records without taking them apart. Where they
 * are not it takes each record apart and says what it always says.
 *
 * @param rowNumber the place of the field that is the row's own number; null where rows are numbered as they come
 */
export function stagedColumns(fields: readonly StagedField[], rowNumber: number | null): string {
  return fields
    .map(({ field, required }, at) => {
      const type = at === rowNumber ? 'INTEGER PRIMARY KEY' : affinityNames[affinityOf(field.native)];
      const preset = field.default !== null && plainDefault.test(field.default) ? field.default : null;
      return [`c${at}`, type, required ? 'NOT NULL' : '', preset === null ? '' : `DEFAULT ${preset}`]
        .filter((part) => part !== '')
        .join(' ');
    })
    .join(', ');
}

const affinityNames = {
  integer: 'INT',
  text: 'TEXT',
  blob: 'BLOB',
  real: 'REAL',
  numeric: 'NUMERIC',
} as const;

const plainDefault = /^(?:'(?:[^']|'')*'|-?\d+(?:\.\d+)?)$/;
