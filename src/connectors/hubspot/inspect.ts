import {
  booleanType,
  type Field,
  type FieldType,
  type ForeignKey,
  type Holds,
  integer64,
  type Relation,
  type Schema,
  textUnlimited,
} from '../../model/index.ts';
import type { Feed, Foreseen, Inspects } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import type { AccountCatalog, AccountObjects, DescribedObject } from './account-catalog.ts';
import type { DescribedProperty } from './described.ts';
import { fieldOf, isUnique } from './field-types.ts';
import { fileFields, filesName } from './file-fields.ts';
import { holdsOf } from './holds.ts';
import type { LinkType } from './link-type.ts';
import { labelsOf, ofTheAccount, propertiesOf, property } from './object-properties.ts';
import { ownerFields, ownersName } from './owners.ts';
import { refusedOwners } from './refused-owners.ts';
import { rulesAhead } from './rules-ahead.ts';

export const idField = 'hs_object_id';
export const linkFields: readonly string[] = ['from_id', 'to_id', 'labels'];

export class HubspotInspects implements Inspects {
  readonly #api: AccountApi;
  readonly #catalog: AccountCatalog;
  readonly #archived: boolean;

  /** @param archived whether records in the recycling bin are read too */
  constructor(api: AccountApi, catalog: AccountCatalog, archived: boolean) {
    this.#api = api;
    this.#catalog = catalog;
    this.#archived = archived;
  }

  async inspect(): Promise<Schema> {
    return this.#schemaOf(await this.#catalog.load());
  }

  /** Four calls for records, one for links; owners and files are what they always are. */
  async lookAgain(relation: string): Promise<Schema | null> {
    const { described, links, owners } = await this.#catalog.known();
    const object = described.find(({ type }) => type.name === relation);
    const link = links.find(({ name }) => name === relation);
    if (object === undefined && link === undefined) return null;
    const found = object === undefined ? null : await this.#catalog.objectAgain(object);
    const linked = link === undefined ? null : await this.#catalog.linkAgain(link);
    return this.#schemaOf({
      described: found === null ? [] : [found],
      links: linked === null ? [] : [linked],
      others: [],
      owners,
      files: false,
    });
  }

  #schemaOf({ described, links, others, owners, files }: AccountObjects): Schema {
    const relations = [
      ...described.map((object) => recordRelation(object, { owners, archived: this.#archived })),
      ...links.map(linkRelation),
      ...(owners && described.length > 0 ? [ownersRelation()] : []),
      ...(files ? [filesRelation()] : []),
    ];
    return {
      formatVersion: 1,
      kind: 'hubspot',
      version: 'CRM API v3, associations v4',
      namespace: null,
      relations: relations.sort((a, b) => (a.name < b.name ? -1 : 1)),
      objects: [
        ...described.flatMap((object) => propertiesOf(object, this.#archived)),
        ...links.flatMap(labelsOf),
        ...others.map(({ name, why }) => property(name, null, `an object that ${why}`)),
        ...ofTheAccount,
      ],
    };
  }

  holds(field: Field, created: boolean): Holds | null {
    return created ? null : holdsOf(field);
  }

  async foresees(feeds: readonly Feed[]): Promise<readonly Foreseen[]> {
    const { described, owners } = await this.#catalog.known();
    return [
      ...rulesAhead(described, feeds),
      ...(owners ? await refusedOwners(this.#api, described, feeds) : []),
    ];
  }
}

/** The field that says whether a record is in the recycling bin, beside the object's own properties. */
export const archivedField = (properties: readonly DescribedProperty[]): string =>
  properties.some(({ name }) => name === 'archived') ? 'archived_in_hubspot' : 'archived';

interface Looking {
  readonly owners: boolean;
  readonly archived: boolean;
}

function recordRelation({ type, properties }: DescribedObject, { owners, archived }: Looking): Relation {
  const fields = properties
    .filter(({ name }) => name !== idField)
    .map((described) => fieldOf(type, described));
  const binned = archived ? [made(archivedField(properties), booleanType, 'in the recycling bin')] : [];
  return {
    ...plainRelation,
    name: type.name,
    fields: [{ ...made(idField, integer64, null), nullable: false }, ...fields, ...binned],
    primaryKey: { name: idField, fields: [idField], deferrable: false },
    uniques: properties
      .filter((described) => described.name !== idField && isUnique(type, described))
      .map(({ name }) => ({ name, fields: [name], deferrable: false })),
    foreignKeys: owners
      ? properties
          .filter(({ references }) => references === 'OWNER')
          .map(({ name }) => reference(name, ownersName, 'id'))
      : [],
    comment: type.label,
    identity: [idField],
  };
}

function linkRelation({ name, from, to }: LinkType): Relation {
  const field = (one: string, type: FieldType, comment: string | null): Field => ({
    ...made(one, type, comment),
    nullable: one === 'labels',
    generated: 'no',
  });
  return {
    ...plainRelation,
    name,
    fields: [
      field('from_id', integer64, `of ${from.name}`),
      field('to_id', integer64, `of ${to.name}`),
      field('labels', textUnlimited, 'with semicolons between them; a plain link has none'),
    ],
    primaryKey: { name: 'link', fields: ['from_id', 'to_id'], deferrable: false },
    foreignKeys: [reference('from_id', from.name, idField), reference('to_id', to.name, idField)],
    identity: ['from_id', 'to_id'],
  };
}

const ownersRelation = (): Relation => ({
  ...plainRelation,
  name: ownersName,
  fields: ownerFields.map(({ name, type, comment }) => ({
    ...made(name, type, comment),
    nullable: name !== 'id' && name !== 'archived',
  })),
  primaryKey: { name: 'id', fields: ['id'], deferrable: false },
  comment: 'users that records can belong to; those who left are archived',
  identity: ['id'],
});

const filesRelation = (): Relation => ({
  ...plainRelation,
  name: filesName,
  fields: fileFields.map(({ name, type, written, comment }) => ({
    ...made(name, type, comment),
    nullable: false,
    ...(written ? { generated: 'no' } : {}),
  })),
  primaryKey: { name: 'id', fields: ['id'], deferrable: false },
  uniques: [{ name: 'path', fields: ['path'], deferrable: false }],
  comment: 'files of the account; `hs_attachment_ids` of a note names those that hang on it',
  identity: ['id'],
});

const plainRelation: Omit<Relation, 'name' | 'fields' | 'identity'> = {
  kind: 'table',
  primaryKey: null,
  uniques: [],
  foreignKeys: [],
  indexes: [],
  checks: [],
  comment: null,
  rowsEstimate: null,
  bytes: null,
};

/** A field that the account itself fills. */
const made = (name: string, type: FieldType, comment: string | null): Field => ({
  name,
  type,
  native: 'of the record',
  nullable: true,
  default: null,
  generated: 'computed',
  synthetic: false,
  comment,
});

const reference = (field: string, relation: string, to: string): ForeignKey => ({
  name: field,
  fields: [field],
  references: { relation, fields: [to] },
  onDelete: 'NO ACTION',
  onUpdate: 'NO ACTION',
  deferrable: false,
});
