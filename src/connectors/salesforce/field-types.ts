import {
  booleanType,
  type Field,
  type FieldType,
  integer32,
  integer64,
  textUnlimited,
} from '../../model/index.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { versionsName } from './file-content.ts';

/** Types whose value is put together from other fields of the same record. */
const compound = new Set(['address', 'location', 'complexvalue']);

export const isCompound = ({ type }: DescribedField): boolean => compound.has(type);

/** Picklists that take only what they list. One under another field takes fewer of these, as that one's value allows. */
const isClosedList = ({ type, restricted, values }: DescribedField): boolean =>
  type === 'picklist' && restricted && values.length > 0;

function fieldType(object: string, field: DescribedField): FieldType {
  if (isClosedList(field)) return { kind: 'enum', name: `${object}.${field.name}`, labels: field.values };
  switch (field.type) {
    case 'boolean':
      return booleanType;
    case 'int':
      return integer32;
    case 'long':
      return integer64;
    case 'double':
    case 'currency':
    case 'percent':
      return { kind: 'decimal', precision: field.precision, scale: field.scale };
    case 'date':
      return { kind: 'date' };
    case 'datetime':
      return { kind: 'instant', fractionDigits: 3 };
    case 'time':
      return { kind: 'time', zoned: false, fractionDigits: 3 };
    case 'base64':
      return { kind: 'bytes', bytesMax: field.length > 0 ? field.length : null };
    default:
      return field.length > 0 ? { kind: 'text', charactersMax: field.length, padded: false } : textUnlimited;
  }
}

/** The type with everything the vendor holds values against: `picklist(255) restricted`, `currency(18,2)`, `int(8)`. */
function nativeType(field: DescribedField): string {
  const { type, length, precision, scale, digits, unique, externalId, caseSensitive, refersTo } = field;
  const size = precision > 0 ? `(${precision},${scale})` : sizeOf(type === 'int' ? digits : length);
  const words = [
    ...(field.restricted ? ['restricted'] : []),
    ...(field.controller === null ? [] : [`under ${field.controller}`]),
    ...(externalId ? ['external id'] : []),
    ...(unique ? [caseSensitive ? 'unique' : 'unique without case'] : []),
    ...(refersTo.length > 0 ? [`to ${refersTo.join(' or ')}`] : []),
    ...(field.calculated ? ['formula'] : []),
    ...(field.autoNumber ? ['auto number'] : []),
    ...(field.createable && !field.updateable ? ['set when created'] : []),
    ...(!field.createable && field.updateable ? ['set afterwards'] : []),
    ...(type === 'multipicklist' && field.restricted ? [`of ${field.values.join(';')}`] : []),
  ];
  return [`${type}${size}`, ...words].join(' ');
}

const sizeOf = (most: number): string => (most > 0 ? `(${most})` : '');

export function fieldOf({ name: object }: DescribedObject, field: DescribedField): Field {
  const writable = field.createable || field.updateable;
  const type = fieldType(object, field);
  return {
    name: field.name,
    type,
    native: nativeType(field),
    nullable: field.nillable,
    default: writable && isGiven(object, field) ? 'given by Salesforce' : null,
    generated: writable ? 'no' : 'computed',
    synthetic: false,
    comment: commentOf(field, type),
  };
}

/** A new version of a file brings its document with it, and is called as its file is: the description says nothing of both. */
const isGiven = (object: string, { name, defaultedOnCreate }: DescribedField): boolean =>
  defaultedOnCreate || (object === versionsName && (name === 'ContentDocumentId' || name === 'Title'));

function commentOf({ label, name, type, values }: DescribedField, { kind }: FieldType): string | null {
  const proposed = type === 'picklist' && kind !== 'enum' && values.length > 0;
  const words = [...(label === name ? [] : [label]), ...(proposed ? [`proposes ${values.join(', ')}`] : [])];
  return words.length === 0 ? null : words.join('; ');
}
