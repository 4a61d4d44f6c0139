import type { ValidationRule } from './validation-rule.ts';

/** Kinds of values, by the vendor's names. */
export type PropertyKind = (typeof propertyKinds)[number];

export const propertyKinds = [
  'string',
  'number',
  'date',
  'datetime',
  'enumeration',
  'bool',
  'phone_number',
] as const;

export const fieldTypes = [
  'text',
  'textarea',
  'html',
  'number',
  'date',
  'select',
  'radio',
  'checkbox',
  'booleancheckbox',
  'phonenumber',
  'file',
  'calculation_equation',
] as const;

export interface PropertyOption {
  readonly label: string;
  /** What records hold; labels are refused. */
  readonly value: string;
  readonly displayOrder: number;
  readonly hidden: boolean;
}

export interface PropertyDefinition {
  readonly name: string;
  readonly label: string;
  readonly type: PropertyKind;
  readonly fieldType: (typeof fieldTypes)[number];
  readonly groupName: string;
  readonly description: string;
  readonly options: readonly PropertyOption[];
  readonly displayOrder: number;
  readonly hasUniqueValue: boolean;
  readonly hidden: boolean;
  readonly formField: boolean;
  readonly hubspotDefined: boolean;
  /** Its value is the system's; callers cannot set it. */
  readonly readOnly: boolean;
  readonly dataSensitivity: 'non_sensitive' | 'sensitive' | 'highly_sensitive';
  /** `OWNER` where it holds the id of one. */
  readonly references: 'OWNER' | null;
  /** What an admin demands of its values; absent for nothing. */
  readonly rules?: readonly ValidationRule[];
}

const plainFieldType = {
  string: 'text',
  number: 'number',
  date: 'date',
  datetime: 'date',
  enumeration: 'select',
  bool: 'booleancheckbox',
  phone_number: 'phonenumber',
} as const;

/** A property with what the vendor takes for granted where nothing else is told. */
export function definedProperty(
  name: string,
  type: PropertyKind,
  told: Partial<PropertyDefinition> = {},
): PropertyDefinition {
  return {
    name,
    label: labelOf(name),
    type,
    fieldType: plainFieldType[type],
    groupName: 'information',
    description: '',
    options: type === 'bool' ? optionsOf(['true', 'false']) : [],
    displayOrder: -1,
    hasUniqueValue: false,
    hidden: false,
    formField: false,
    hubspotDefined: false,
    readOnly: false,
    dataSensitivity: 'non_sensitive',
    references: null,
    ...told,
  };
}

/** Options whose labels are made of their values. */
export const optionsOf = (values: readonly string[]): readonly PropertyOption[] =>
  values.map((value, displayOrder) => ({ label: labelOf(value), value, displayOrder, hidden: false }));

function labelOf(name: string): string {
  const words = name.replace(/^hs_/, '').replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
