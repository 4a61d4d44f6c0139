import { type DescribedField, type DescribedObject, isText } from './described-object.ts';
import type { ObjectCatalog } from './object-catalog.ts';

/** Made by the org itself alone. */
const ownObjects = new Set(['ContentDocument', 'Organization']);
/** A version of a file goes with its document. */
const keptObjects = new Set(['ContentVersion', 'Organization']);

export const isDeletable = ({ name }: DescribedObject): boolean => !keptObjects.has(name);

/** What `describe` and the list of all objects both say. */
export function describeBriefly(object: DescribedObject, version: string): Record<string, unknown> {
  const base = `/services/data/v${version}/sobjects/${object.name}`;
  const writable = !ownObjects.has(object.name);
  return {
    name: object.name,
    label: object.label,
    labelPlural: `${object.label}s`,
    keyPrefix: object.prefix,
    custom: object.custom,
    createable: writable && object.createable !== false,
    updateable: true,
    deletable: isDeletable(object),
    undeletable: isDeletable(object),
    queryable: true,
    retrieveable: true,
    replicateable: true,
    searchable: true,
    deprecatedAndHidden: false,
    triggerable: true,
    urls: { sobject: base, describe: `${base}/describe`, rowTemplate: `${base}/{ID}` },
  };
}

/** `sobjects/X/describe`, as far as a move of records reads it. */
export function describeObject(
  object: DescribedObject,
  catalog: ObjectCatalog,
  auditFields: boolean,
  version: string,
): unknown {
  return {
    ...describeBriefly(object, version),
    fields: object.fields.map((field) => describeField(object, field, auditFields)),
    childRelationships: catalog.childrenOf(object).map(({ child, field }) => ({
      cascadeDelete: field.onDelete === 'cascade',
      childSObject: child.name,
      field: field.name,
      relationshipName: field.children,
      restrictedDelete: false,
    })),
    recordTypeInfos: [],
  };
}

function describeField(object: DescribedObject, field: DescribedField, auditFields: boolean): unknown {
  const custom = field.name.endsWith('__c');
  return {
    name: field.name,
    label: field.label,
    type: field.kind,
    soapType: soapTypeOf(field),
    length: field.length,
    byteLength: field.length * 3,
    precision: ['currency', 'double', 'percent'].includes(field.kind) ? field.precision : 0,
    digits: field.kind === 'int' ? field.precision : 0,
    scale: field.kind === 'int' ? 0 : field.scale,
    nillable: !field.required && field.kind !== 'boolean' && field.kind !== 'id',
    createable: field.createable || (field.audit && auditFields),
    updateable: field.updateable,
    defaultedOnCreate: field.initial !== null || field.name === 'OwnerId' || !field.createable,
    defaultValue: field.initial,
    unique: field.unique,
    caseSensitive: field.caseSensitive,
    externalId: field.externalId,
    idLookup: field.kind === 'id' || field.externalId,
    custom,
    calculated: false,
    autoNumber: false,
    nameField: field.name === 'Name',
    filterable: field.kind !== 'textarea' && field.kind !== 'base64',
    sortable: !['textarea', 'base64', 'address'].includes(field.kind),
    groupable: isText(field) && field.kind !== 'textarea',
    restrictedPicklist: field.restricted,
    dependentPicklist: field.controller !== null,
    controllerName: field.controller,
    picklistValues: field.values.map(({ value, under }) => ({
      active: true,
      defaultValue: value === field.initial,
      label: value,
      validFor: validFor(object, field, under),
      value,
    })),
    referenceTo: field.refersTo,
    relationshipName: field.relationship,
    cascadeDelete: field.onDelete === 'cascade',
  };
}

/** Base64 of one bit for each value of the controlling field, the first value's bit leftmost. */
function validFor(
  { fields }: DescribedObject,
  field: DescribedField,
  under: readonly string[],
): string | null {
  const controller = fields.find(({ name }) => name === field.controller);
  if (controller === undefined) return null;
  const bytes = new Uint8Array(Math.ceil(controller.values.length / 8));
  for (const [at, { value }] of controller.values.entries())
    if (under.length === 0 || under.includes(value))
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7));
  return Buffer.from(bytes).toString('base64');
}

function soapTypeOf({ kind }: DescribedField): string {
  switch (kind) {
    case 'id':
    case 'reference':
      return 'tns:ID';
    case 'boolean':
    case 'int':
    case 'double':
    case 'date':
      return `xsd:${kind}`;
    case 'datetime':
      return 'xsd:dateTime';
    case 'currency':
    case 'percent':
      return 'xsd:double';
    case 'base64':
      return 'xsd:base64Binary';
    case 'address':
      return 'urn:address';
    default:
      return 'xsd:string';
  }
}
