import { type DescribedField, type DescribedObject, describedField } from './described-object.ts';
import type { OrgField, OrgObject } from './org-file.ts';
import { refusal } from './refusal.ts';
import { standardObjects, systemFields } from './standard-objects.ts';

/** A field of one object that leads to another. */
export interface ChildLink {
  readonly child: DescribedObject;
  readonly field: DescribedField;
}

/** Which objects and fields the org has. Names are found whatever their case is. */
export class ObjectCatalog {
  readonly objects: readonly DescribedObject[];
  readonly #byName: ReadonlyMap<string, DescribedObject>;
  readonly #fields: ReadonlyMap<DescribedObject, ReadonlyMap<string, DescribedField>>;

  constructor(own: readonly OrgObject[]) {
    const standard = standardObjects.map((object) => extend(object, own));
    const custom = own
      .filter(({ name }) => !standardObjects.some((object) => sameName(object.name, name)))
      .map((object, at) => customObject(object, at));
    this.objects = [...standard, ...custom];
    this.#byName = new Map(this.objects.map((object) => [object.name.toLowerCase(), object]));
    this.#fields = new Map(
      this.objects.map((object) => [
        object,
        new Map(object.fields.map((field) => [field.name.toLowerCase(), field])),
      ]),
    );
  }

  find(name: string): DescribedObject | null {
    return this.#byName.get(name.toLowerCase()) ?? null;
  }

  /** Throws 404 NOT_FOUND, as the vendor does for an object that nobody described. */
  object(name: string): DescribedObject {
    const object = this.find(name);
    if (object === null) throw refusal(404, 'NOT_FOUND', 'The requested resource does not exist');
    return object;
  }

  field(object: DescribedObject, name: string): DescribedField | null {
    const own = this.#fields.get(object);
    if (own !== undefined) return own.get(name.toLowerCase()) ?? null;
    return object.fields.find((field) => sameName(field.name, name)) ?? null;
  }

  /** The field behind the name of a relationship: `AccountId` for `Account`. */
  parentField(object: DescribedObject, relationship: string): DescribedField | null {
    return (
      object.fields.find(
        (field) => field.relationship !== null && sameName(field.relationship, relationship),
      ) ?? null
    );
  }

  byPrefix(id: string): DescribedObject | null {
    return this.objects.find(({ prefix }) => id.startsWith(prefix)) ?? null;
  }

  childrenOf(parent: DescribedObject): readonly ChildLink[] {
    return this.objects.flatMap((child) =>
      child.fields
        .filter(({ refersTo, children }) => children !== null && refersTo.includes(parent.name))
        .map((field) => ({ child, field })),
    );
  }
}

const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

function extend(object: DescribedObject, own: readonly OrgObject[]): DescribedObject {
  const told = own.filter(({ name }) => sameName(name, object.name));
  const added = told.flatMap(({ fields }) => fields);
  const replaced = object.fields.map((field) => {
    const told = added.find(({ name }) => sameName(name, field.name));
    return told === undefined ? field : fieldOf(told, field);
  });
  const fresh = added.filter(({ name }) => !object.fields.some((field) => sameName(field.name, name)));
  const createable = told.every((one) => one.createable !== false);
  return { ...object, createable, fields: [...replaced, ...fresh.map((field) => fieldOf(field))] };
}

function customObject({ name, label, createable, fields }: OrgObject, at: number): DescribedObject {
  const named = fields.some((field) => sameName(field.name, 'Name'));
  return {
    name,
    label: label ?? name.replace(/__c$/, '').replaceAll('_', ' '),
    prefix: `a${at.toString(36).padStart(2, '0')}`,
    custom: true,
    createable,
    fields: [
      ...systemFields,
      describedField('OwnerId', 'reference', {
        refersTo: ['User'],
        relationship: 'Owner',
        label: 'Owner ID',
      }),
      ...(named ? [] : [describedField('Name', 'string', { length: 80 })]),
      ...fields.map((field) => fieldOf(field)),
    ],
  };
}

/** @param before the field of a standard object that it changes: its kind stays */
function fieldOf(told: OrgField, before?: DescribedField): DescribedField {
  const { name, type, references, values, ...rest } = told;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const choices = values?.map((value) =>
    typeof value === 'string' ? { value, under: [] } : { value: value.value, under: value.under },
  );
  return {
    ...(before ?? describedField(name, type ?? 'string')),
    ...given,
    ...(choices === undefined ? {} : { values: choices }),
    ...(references === undefined
      ? {}
      : { refersTo: [references], relationship: name.replace(/__c$/, '__r').replace(/Id$/, '') }),
  };
}
