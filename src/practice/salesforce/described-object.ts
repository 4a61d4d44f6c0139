/** Kinds of fields, by the names the vendor's describe gives them. */
export type FieldKind =
  | 'id'
  | 'string'
  | 'textarea'
  | 'email'
  | 'phone'
  | 'url'
  | 'combobox'
  | 'picklist'
  | 'multipicklist'
  | 'boolean'
  | 'int'
  | 'double'
  | 'currency'
  | 'percent'
  | 'date'
  | 'datetime'
  | 'reference'
  | 'base64'
  /** Computed of its parts. */
  | 'address';

export interface PicklistValue {
  readonly value: string;
  /** Values of the controlling field under which it may be chosen; empty for any. */
  readonly under: readonly string[];
}

export interface DescribedField {
  readonly name: string;
  readonly label: string;
  readonly kind: FieldKind;
  /** Characters; 0 where the kind has no length. */
  readonly length: number;
  readonly precision: number;
  readonly scale: number;
  readonly required: boolean;
  readonly createable: boolean;
  readonly updateable: boolean;
  /** Written on creation only where the org lets audit fields be set. */
  readonly audit: boolean;
  readonly unique: boolean;
  readonly caseSensitive: boolean;
  readonly externalId: boolean;
  readonly values: readonly PicklistValue[];
  readonly restricted: boolean;
  readonly controller: string | null;
  readonly refersTo: readonly string[];
  /** Name by which the parent is reached: `Account` of `AccountId`. */
  readonly relationship: string | null;
  /** Name by which the children are reached from the parent: `Contacts`. */
  readonly children: string | null;
  readonly onDelete: 'cascade' | 'clear';
  readonly initial: string | boolean | null;
}

export interface DescribedObject {
  readonly name: string;
  readonly label: string;
  /** The first three letters of its records' ids. */
  readonly prefix: string;
  readonly custom: boolean;
  /** False where the admin took the right to create its records away. */
  readonly createable?: boolean | undefined;
  readonly fields: readonly DescribedField[];
}

export const isText = ({ kind }: DescribedField): boolean =>
  ['string', 'textarea', 'email', 'phone', 'url', 'combobox', 'picklist', 'multipicklist'].includes(kind);
export const isNumber = ({ kind }: DescribedField): boolean =>
  ['int', 'double', 'currency', 'percent'].includes(kind);

/** A field with everything that is not told as most fields have it. */
export function describedField(
  name: string,
  kind: FieldKind,
  told: Partial<Omit<DescribedField, 'name' | 'kind'>> = {},
): DescribedField {
  return {
    name,
    label: told.label ?? labelOf(name),
    kind,
    length: lengthOf(kind),
    precision: kind === 'int' ? 8 : 18,
    scale: kind === 'double' || kind === 'currency' || kind === 'percent' ? 2 : 0,
    required: false,
    createable: true,
    updateable: true,
    audit: false,
    unique: false,
    caseSensitive: false,
    externalId: false,
    values: [],
    restricted: false,
    controller: null,
    refersTo: [],
    relationship: null,
    children: null,
    onDelete: 'clear',
    initial: kind === 'boolean' ? false : null,
    ...told,
  };
}

/** `MailingPostalCode` and `Invoice_Number__c` as people read them. */
function labelOf(name: string): string {
  return name
    .replace(/__c$/, '')
    .replaceAll('_', ' ')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/ Id$/, ' ID');
}

function lengthOf(kind: FieldKind): number {
  switch (kind) {
    case 'id':
    case 'reference':
      return 18;
    case 'textarea':
      return 32_000;
    case 'email':
      return 80;
    case 'phone':
      return 40;
    case 'multipicklist':
      return 4_099;
    case 'string':
    case 'url':
    case 'combobox':
    case 'picklist':
      return 255;
    case 'boolean':
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
    case 'date':
    case 'datetime':
    case 'base64':
    case 'address':
      return 0;
  }
}
