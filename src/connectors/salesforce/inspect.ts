import type { Field, ForeignKey, Holds, Relation, Schema, SchemaObject } from '../../model/index.ts';
import type { Inspects } from '../port.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { fieldOf, isCompound } from './field-types.ts';
import { versionsName } from './file-content.ts';
import { holdsOf } from './holds.ts';
import { linkEnds, linksName } from './link-ends.ts';
import type { OrgCatalog } from './org-catalog.ts';
import { isOwnKey, namingField, ownKeyLength, ownKeyName } from './vendor-key.ts';

export const idField = 'Id';

export class SalesforceInspects implements Inspects {
  readonly #catalog: OrgCatalog;
  readonly #version: string;

  constructor(catalog: OrgCatalog, version: string) {
    this.#catalog = catalog;
    this.#version = version;
  }

  async inspect(): Promise<Schema> {
    const { described, others } = await this.#catalog.load();
    const names = new Set(described.map(({ name }) => name));
    return {
      formatVersion: 1,
      kind: 'salesforce',
      version: `REST API ${this.#version}`,
      namespace: null,
      relations: described.map((object) => relationOf(object, names)),
      objects: [
        ...described.flatMap((object) => propertiesOf(object, names)),
        ...others.map((name) => property(name, null, 'an object that is not looked at')),
      ],
    };
  }

  holds(field: Field, created: boolean): Holds | null {
    return created ? null : holdsOf(field);
  }

  async nameless(relation: string, fields: readonly string[]): Promise<string | null> {
    const object = (await this.#catalog.known()).described.find(({ name }) => name === relation);
    if (object === undefined || namingField({ object, key: [], fields }) !== null) return null;
    if (relation === linksName)
      return `its two ends name a link, and not both are mapped: ${linkEnds.join(', ')}`;
    return `no field that is both external id and unique is mapped, and there is no ${ownKeyName} (text of ${ownKeyLength}, external id, unique)`;
  }
}

function relationOf(object: DescribedObject, names: ReadonlySet<string>): Relation {
  const fields = object.fields.filter((field) => !isCompound(field) && !isOwnKey(field));
  return {
    name: object.name,
    kind: 'table',
    fields: fields.map((field) => fieldOf(object, field)),
    primaryKey: { name: idField, fields: [idField], deferrable: false },
    uniques: [
      ...fields
        .filter(({ name, unique }) => unique && name !== idField)
        .map(({ name }) => ({ name, fields: [name], deferrable: false })),
      ...(object.name === linksName ? [{ name: 'ends', fields: linkEnds, deferrable: false }] : []),
    ],
    foreignKeys: fields.flatMap((field) => foreignKeyOf(field, names)),
    indexes: [],
    checks: [],
    comment: object.label === object.name ? null : object.label,
    rowsEstimate: null,
    bytes: null,
    identity: [idField],
  };
}

/** A field that may refer to records of several objects is told among the properties: no foreign key says that. */
function foreignKeyOf(field: DescribedField, names: ReadonlySet<string>): readonly ForeignKey[] {
  const [parent] = field.refersTo;
  if (field.refersTo.length !== 1 || parent === undefined || !names.has(parent)) return [];
  return [
    {
      name: field.name,
      fields: [field.name],
      references: { relation: parent, fields: [idField] },
      onDelete: field.cascadeDelete ? 'CASCADE' : field.restrictedDelete ? 'RESTRICT' : 'SET NULL',
      onUpdate: 'NO ACTION',
      deferrable: false,
    },
  ];
}

/** What of an object has no place in its relation. */
function propertiesOf(object: DescribedObject, names: ReadonlySet<string>): readonly SchemaObject[] {
  const { name, fields, recordTypes } = object;
  const missing = (['createable', 'updateable', 'deletable'] as const).filter((right) => !object[right]);
  return [
    ...(missing.length > 0 ? [property(name, name, `this user finds it not ${missing.join(', not ')}`)] : []),
    ...(object.createable ? fields.flatMap((field) => lossOf(name, field)) : []),
    ...placesOf(name, names),
    ...recordTypes.map(({ id, name: type, active }) =>
      property(`${name} record type ${type}`, name, `${id}${active ? '' : ', not active'}`),
    ),
    ...fields.flatMap((field) => fieldProperties(name, field, names)),
  ];
}

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
    return [property(place, object, `may only have what ${field.controller} allows with it`)];
  return [];
}

const property = (name: string, relation: string | null, definition: string): SchemaObject => ({
  kind: 'property',
  name,
  relation,
  definition,
});
