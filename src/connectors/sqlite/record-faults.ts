import type { SqliteValue } from '../../host/index.ts';
import { type BadRecord, describeFieldType, type Field, type Value } from '../../model/index.ts';
import type { Decode } from './decode-values.ts';
import { type ExactValue, InvalidText, originalBytes } from './exact-record.ts';
import type { RelationLayout } from './relation-layout.ts';

export interface RecordFault {
  readonly code: 'sqlite.wrong-type' | 'sqlite.invalid-text' | 'sqlite.key-missing';
  readonly field: string;
  readonly message: string;
}

/** The first reason why these stored values are no record of their relation; null when they are one. */
export function findFault(
  layout: RelationLayout,
  decoders: readonly Decode[],
  values: readonly ExactValue[],
): RecordFault | null {
  for (const [at, field] of layout.relation.fields.entries()) {
    const fault = valueFault(field, decoders[at] as Decode, values[at] ?? null);
    if (fault) return fault;
  }
  const place = layout.identityPlaces.find((at) => (values[at] ?? null) === null);
  const absent = place === undefined ? undefined : layout.relation.fields[place];
  if (absent === undefined) return null;
  const message = `${absent.name} is part of the key and NULL, so nothing names this record`;
  return { code: 'sqlite.key-missing', field: absent.name, message };
}

function valueFault(field: Field, decode: Decode, value: ExactValue): RecordFault | null {
  if (value instanceof InvalidText) {
    const message = `${field.name} holds text whose bytes are not valid in the encoding of the file`;
    return { code: 'sqlite.invalid-text', field: field.name, message };
  }
  if (decode(value) !== undefined) return null;
  const message = `${field.name} is declared ${field.native || 'without a type'} (${describeFieldType(field.type)}) and holds ${classOf(value)}`;
  return { code: 'sqlite.wrong-type', field: field.name, message };
}

function classOf(value: SqliteValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'bigint') return 'a whole number';
  if (typeof value === 'number') return 'a binary number';
  return typeof value === 'string' ? 'a text' : 'bytes';
}

export function badRecord(
  layout: RelationLayout,
  decoders: readonly Decode[],
  values: readonly ExactValue[],
  stored: readonly SqliteValue[],
  fault: RecordFault,
): BadRecord {
  const { relation, identityPlaces, rowId } = layout;
  const names = relation.fields.map(({ name }) => name);
  const key = identityPlaces.map((at) => keyValue(decoders[at] as Decode, values[at] ?? null));
  const named = key.every((value): value is Value => value !== undefined && value !== null);
  return {
    key: named ? key : null,
    where:
      rowId === null
        ? placeByKey(layout, values)
        : `${relation.name} ${rowId} ${String(stored.at(-1) ?? '')}`,
    original: originalBytes(names, values),
    code: fault.code,
    message: fault.message,
    field: fault.field,
  };
}

function keyValue(decode: Decode, value: ExactValue): Value | undefined {
  return value instanceof InvalidText ? undefined : decode(value);
}

function placeByKey({ relation, identityPlaces }: RelationLayout, values: readonly ExactValue[]): string {
  const names = identityPlaces.map((at) => relation.fields[at]?.name ?? '');
  const key = identityPlaces.map((at) => values[at] ?? null);
  return `${relation.name} ${new TextDecoder().decode(originalBytes(names, key))}`;
}
