import { booleanType, decimalUnlimited, type Field, type FieldType, integer64 } from '../../model/index.ts';
import type { DescribedProperty, ObjectType } from './described.ts';
import { typeWithRules } from './property-rules.ts';

/** Source: the vendor's limit of note bodies, 65,536 characters; taken for every text, as it names no other one. */
const textMax = 65_536;
const text: FieldType = { kind: 'text', charactersMax: textMax, padded: false };

/** Several of its options at once, with semicolons between them. */
const hasSeveral = ({ type, fieldType }: DescribedProperty): boolean =>
  type === 'enumeration' && fieldType === 'checkbox';

function fieldType(object: string, property: DescribedProperty): FieldType {
  const { name, type, options, references } = property;
  switch (type) {
    case 'bool':
      return booleanType;
    case 'number':
      return decimalUnlimited;
    case 'date':
      return { kind: 'date' };
    case 'datetime':
      return { kind: 'instant', fractionDigits: 3 };
    case 'enumeration':
      if (references === 'OWNER') return integer64;
      return references !== null || hasSeveral(property) || options.length === 0
        ? text
        : { kind: 'enum', name: `${object}.${name}`, labels: options };
    default:
      return text;
  }
}

/** The type with everything the vendor holds values against: `enumeration checkbox of A;B`, `string text in lower case`. */
function nativeType(object: ObjectType, property: DescribedProperty): string {
  const { name, type, fieldType: filledBy, options, references, rules } = property;
  const unique = isUnique(object, property);
  const words = [
    ...(object.lowerCase.includes(name) ? [`in lower case${name === 'email' ? ' with @' : ''}`] : []),
    ...(unique ? ['unique without case'] : []),
    ...(references === null ? [] : [`of ${references.toLowerCase()}s`]),
    ...(hasSeveral(property) ? [`of ${options.join(';')}`] : []),
  ];
  return typeWithRules([`${type} ${filledBy}`, ...words].join(' '), rules);
}

export const isUnique = ({ alsoUnique }: ObjectType, { name, unique }: DescribedProperty): boolean =>
  unique || alsoUnique.includes(name);

export function fieldOf(object: ObjectType, property: DescribedProperty): Field {
  const { name, label, readOnly } = property;
  return {
    name,
    type: fieldType(object.name, property),
    native: nativeType(object, property),
    nullable: !object.required.includes(name),
    default: null,
    generated: readOnly ? 'computed' : 'no',
    synthetic: false,
    comment: label === name ? null : label,
  };
}
