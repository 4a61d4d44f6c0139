import type { Field, ForeignKey, Holds, Relation, Schema } from '../../model/index.ts';
import type { Feed, Foreseen, Inspects } from '../port.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { fieldOf, isCompound } from './field-types.ts';
import { foreseeMapping } from './foresee-mapping.ts';
import { holdsOf } from './holds.ts';
import { linkEnds, linksName } from './link-ends.ts';
import { ofTheOrg, propertiesOf, property } from './object-properties.ts';
import type { OrgApi } from './org-api.ts';
import type { OrgCatalog } from './org-catalog.ts';
import { isOwnKey, namingField, ownKeyLength, ownKeyName } from './vendor-key.ts';

export const idField = 'Id';

export class SalesforceInspects implements Inspects {
  readonly #api: OrgApi;
  readonly #catalog: OrgCatalog;
  readonly #version: string;

  constructor(api: OrgApi, catalog: OrgCatalog, version: string) {
    this.#api = api;
    this.#catalog = catalog;
    this.#version = version;
  }

  async inspect(): Promise<Schema> {
    const { described, others } = await this.#catalog.load();
    return this.#schemaOf(described, described, others);
  }

  /** One call. */
  async lookAgain(relation: string): Promise<Schema> {
    const { described } = await this.#catalog.known();
    const object = await this.#catalog.again(relation);
    return this.#schemaOf(object === null ? [] : [object], described, []);
  }

  /** @param lookedAt the objects references may lead to @param others names of those that are not looked at */
  #schemaOf(
    described: readonly DescribedObject[],
    lookedAt: readonly DescribedObject[],
    others: readonly string[],
  ): Schema {
    const names = new Set(lookedAt.map(({ name }) => name));
    return {
      formatVersion: 1,
      kind: 'salesforce',
      version: `REST API ${this.#version}`,
      namespace: null,
      relations: described.map((object) => relationOf(object, names)),
      objects: [
        ...described.flatMap((object) => propertiesOf(object, names)),
        ...others.map((name) => property(name, null, 'an object that is not looked at')),
        ...ofTheOrg,
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

  async foresees(feeds: readonly Feed[]): Promise<readonly Foreseen[]> {
    return await foreseeMapping(this.#api, (await this.#catalog.known()).described, feeds);
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
