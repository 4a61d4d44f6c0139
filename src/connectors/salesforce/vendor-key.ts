import type { PlannedWrite } from '../port.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { noKey } from './faults.ts';
import { linkEnds, linksName } from './link-ends.ts';

/** A field that an admin makes for moves of records that have no key of their own. It is no field of any mapping. */
export const ownKeyName = 'Godwit_Key__c';

/** Hexadecimal characters of the own key. */
export const ownKeyLength = 64;

/** The field by which the org itself keeps a record from being created twice. */
export interface VendorKey {
  readonly field: DescribedField;
  /** All that name it: `field` alone but for links, which both of their ends name. */
  readonly fields: readonly DescribedField[];
  /** Whether records are sent by it: one that is there is changed instead of made twice. Else the org refuses the second one. */
  readonly sentBy: boolean;
  /** It is not mapped: the shelf fills it. */
  readonly own: boolean;
}

/** Records of this field are one to one with its values, and the API finds them by it. */
const isKey = ({ externalId, unique }: DescribedField): boolean => externalId && unique;

export const isOwnKey = (field: DescribedField): boolean =>
  field.name === ownKeyName && isKey(field) && field.type === 'string' && field.length >= ownKeyLength;

/** Throws `salesforce.no-key`: without it nobody could tell after a lost answer whether a record was created. */
export function vendorKey(object: DescribedObject, { key, fields }: PlannedWrite): VendorKey {
  const naming = namingField({ object, key, fields });
  if (naming === null) throw noKey(object.name, ownKeyName, ownKeyLength);
  return naming;
}

/** The mapping's key where it is one, else another field that is written and is one, else godwit's own, else none. */
export function namingField({
  object,
  key,
  fields,
}: Pick<PlannedWrite, 'key' | 'fields'> & { readonly object: DescribedObject }): VendorKey | null {
  if (object.name === linksName) return linkKey(object, fields);
  const keys = object.fields.filter((field) => isKey(field) && fields.includes(field.name));
  const field = keys.find(({ name }) => key.length === 1 && key[0] === name) ?? keys[0];
  if (field !== undefined) return { field, fields: [field], sentBy: true, own: false };
  const own = object.fields.find(isOwnKey);
  return own === undefined ? null : { field: own, fields: [own], sentBy: true, own: true };
}

function linkKey(object: DescribedObject, written: readonly string[]): VendorKey | null {
  const ends = linkEnds.flatMap((name) => object.fields.find((field) => field.name === name) ?? []);
  const [field] = ends;
  if (field === undefined || !ends.every(({ name }) => written.includes(name))) return null;
  return { field, fields: ends, sentBy: false, own: false };
}
