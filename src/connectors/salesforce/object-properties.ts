import type { SchemaObject } from '../../model/index.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { isCompound } from './field-types.ts';
import { versionsName } from './file-content.ts';
import { linksName } from './link-ends.ts';

/** What of an object has no place in its relation. */
export function propertiesOf(object: DescribedObject, names: ReadonlySet<string>): readonly SchemaObject[] {
  const { name, fields, recordTypes } = object;
  const missing = (['createable', 'updateable', 'deletable'] as const).filter((right) => !object[right]);
  return [
    ...(missing.length > 0 ? [property(name, name, `this user finds it not ${missing.join(', not ')}`)] : []),
    ...(object.createable ? fields.flatMap((field) => lossOf(name, field)) : []),
    ...placesOf(name, names),
    ...(recordTypes.length > 0 && fields.some(({ type }) => type.endsWith('picklist'))
      ? [property(`${name} record types`, name, valuesByType)]
      : []),
    ...recordTypes.map(({ id, name: type, active }) =>
      property(`${name} record type ${type}`, name, `${id}${active ? '' : ', not active'}`),
    ),
    ...fields.flatMap((field) => fieldProperties(name, field, names)),
  ];
}

const valuesByType =
  'each may allow fewer values than a picklist lists: what it allows is not looked at, values are held against the whole list';

/** A new record is of the day it is made and of the user who makes it, unless the org lets this one say otherwise. */
const lossOf = (object: string, { name, createable }: DescribedField): readonly SchemaObject[] =>
  name === 'CreatedDate' && !createable
    ? [
        property(
          `${object}.${name}`,
          object,
          'given by Salesforce to new records: this user may not set audit fields, so when and by whom a record was created is lost',
        ),
      ]
    : [];

/** On which records a file hangs is told by another object than the file. */
function placesOf(object: string, names: ReadonlySet<string>): readonly SchemaObject[] {
  if (object === linksName)
    return [
      property(`${object} of users`, object, 'links of documents to users are not read: the org makes them'),
    ];
  return object === versionsName && !names.has(linksName)
    ? [
        property(
          `${object} places`,
          object,
          `FirstPublishLocationId is the first place of a file; all places are records of ${linksName}, which is not looked at`,
        ),
      ]
    : [];
}

function fieldProperties(
  object: string,
  field: DescribedField,
  names: ReadonlySet<string>,
): readonly SchemaObject[] {
  const place = `${object}.${field.name}`;
  if (isCompound(field))
    return [property(place, object, `${field.type}: put together from other fields, not read`)];
  const refers = `refers to records of ${field.refersTo.join(' or ')}`;
  const elsewhere = field.refersTo.some((parent) => !names.has(parent));
  if (field.refersTo.length > 1 || elsewhere) return [property(place, object, refers)];
  if (field.controller !== null)
    return [
      property(
        place,
        object,
        `may only have what ${field.controller} allows with it: which values go together is not checked before a run`,
      ),
    ];
  return [];
}

export const property = (name: string, relation: string | null, definition: string): SchemaObject => ({
  kind: 'property',
  name,
  relation,
  definition,
});

/** What holds for all objects. */
export const ofTheOrg: readonly SchemaObject[] = [
  property(
    'recycle bin',
    null,
    'deleted records are not read; the org keeps them there for 15 days (30 where the vendor extended it), and records that a run made and that are taken back as well',
  ),
  property(
    'rules',
    null,
    'validation rules, duplicate rules, triggers and flows are not told by the descriptions of objects: what they refuse is found as records are written, and is in quarantine',
  ),
];
