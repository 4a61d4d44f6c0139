import { z } from 'zod';
import { emptyAnswer, jsonAnswer, type PracticeAnswer } from '../practice-message.ts';
import type { Account } from './account.ts';
import type { KeptProperty } from './property-catalog.ts';
import {
  definedProperty,
  fieldTypes,
  type PropertyDefinition,
  type PropertyOption,
  propertyKinds,
} from './property-definition.ts';
import { flagIn, readBody } from './read-body.ts';
import { showMs } from './read-value.ts';
import { invalid, Refusal } from './refusal.ts';
import { type ApiCall, type Route, schemaScope } from './route.ts';
import type { ObjectType } from './standard-objects.ts';

/** Of one kind of record. */
const uniqueMax = 10;

const options = z.array(
  z.strictObject({
    label: z.string(),
    value: z.string(),
    displayOrder: z.int().default(-1),
    hidden: z.boolean().default(false),
  }),
);
const changeable = {
  label: z.string().optional(),
  type: z.enum(propertyKinds).optional(),
  fieldType: z.enum(fieldTypes).optional(),
  groupName: z.string().optional(),
  description: z.string().optional(),
  options: options.optional(),
  displayOrder: z.int().optional(),
  hidden: z.boolean().optional(),
  formField: z.boolean().optional(),
};
const changed = z.strictObject(changeable);
export const createdProperty: z.ZodType<NewProperty> = z.strictObject({
  ...changeable,
  name: z.string().regex(/^[a-z][a-z0-9_]{0,99}$/),
  label: z.string(),
  type: z.enum(propertyKinds),
  fieldType: z.enum(fieldTypes),
  groupName: z.string().optional(),
  hasUniqueValue: z.boolean().default(false),
  dataSensitivity: z.enum(['non_sensitive', 'sensitive', 'highly_sensitive']).default('non_sensitive'),
});

/** What a caller may tell of a property. */
export interface NewProperty
  extends Pick<
    PropertyDefinition,
    'name' | 'label' | 'type' | 'fieldType' | 'hasUniqueValue' | 'dataSensitivity'
  > {
  readonly groupName?: string | undefined;
  readonly description?: string | undefined;
  readonly options?: readonly PropertyOption[] | undefined;
  readonly displayOrder?: number | undefined;
  readonly hidden?: boolean | undefined;
  readonly formField?: boolean | undefined;
}

/** `properties/{type}`: reading, making, changing and archiving what records can hold. */
export function propertyRoutes(account: Account): readonly Route[] {
  const [all, one] = ['crm/v3/properties/{type}', 'crm/v3/properties/{type}/{name}'];
  const [reading, writing] = [schemaScope(account, 'read'), schemaScope(account, 'write')];
  const query = ['archived', 'dataSensitivity', 'properties'];
  return [
    { method: 'GET', path: all, query, scopes: reading, answer: (call) => list(account, call) },
    { method: 'POST', path: all, scopes: writing, answer: (call) => create(account, call) },
    { method: 'GET', path: one, query, scopes: reading, answer: (call) => read(account, call) },
    { method: 'PATCH', path: one, scopes: writing, answer: (call) => change(account, call) },
    { method: 'DELETE', path: one, scopes: writing, answer: (call) => archive(account, call) },
  ];
}

/** Sensitive ones only where they are asked for. */
function list(account: Account, { request: { query }, place }: ApiCall): PracticeAnswer {
  const type = account.type(place('type'));
  const [archived, sensitivity] = [
    flagIn(query, 'archived'),
    query.get('dataSensitivity') ?? 'non_sensitive',
  ];
  const results = account.catalog
    .list(type)
    .filter(
      (kept) => (kept.archivedMs !== null) === archived && kept.definition.dataSensitivity === sensitivity,
    );
  return jsonAnswer(200, { results: results.map(showProperty) });
}

function read(account: Account, { request: { query }, place }: ApiCall): PracticeAnswer {
  const kept = account.catalog.kept(account.type(place('type')), place('name'));
  if (kept === null || (kept.archivedMs !== null) !== flagIn(query, 'archived')) throw unknown(place('name'));
  return jsonAnswer(200, showProperty(kept));
}

/** An archived one of that name comes back, with the date it was first made. */
function create(account: Account, { request, place }: ApiCall): PracticeAnswer {
  const type = account.type(place('type'));
  const made = addProperty(account, type, readBody(request, createdProperty), request.nowMs);
  return jsonAnswer(201, showProperty(made), {
    Location: `${request.origin}${request.path}/${made.definition.name}`,
  });
}

/** Throws 409 for a name that is there, 400 for a group that is not, and for an eleventh unique property. */
export function addProperty(
  account: Account,
  type: ObjectType,
  told: NewProperty,
  nowMs: number,
): KeptProperty {
  const { catalog, groups } = account;
  const before = catalog.kept(type, told.name);
  if (before !== null && before.archivedMs === null)
    throw new Refusal(409, {
      message: `A property named '${told.name}' already exists.`,
      category: 'OBJECT_ALREADY_EXISTS',
      subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
    });
  const groupName = told.groupName ?? 'information';
  if (groups.find(type.id, groupName) === null) throw invalid(`Property group ${groupName} does not exist`);
  const unique = catalog
    .list(type)
    .filter((kept) => kept.definition.hasUniqueValue && kept.archivedMs === null);
  if (told.hasUniqueValue && unique.length >= uniqueMax)
    throw invalid(`${type.name} already has ${uniqueMax} unique properties`);
  const { name, type: kind, ...rest } = told;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const made = {
    definition: { ...definedProperty(name, kind, given), groupName },
    createdMs: before?.createdMs ?? nowMs,
    updatedMs: nowMs,
    archivedMs: null,
  };
  catalog.keep(type, made);
  return made;
}

/** With `options` their whole list is replaced, without it stays. */
function change(account: Account, { request, place }: ApiCall): PracticeAnswer {
  const type = account.type(place('type'));
  const kept = account.catalog.kept(type, place('name'));
  if (kept === null || kept.archivedMs !== null) throw unknown(place('name'));
  const told = readBody(request, changed);
  const given = Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined));
  const after = { ...kept, definition: { ...kept.definition, ...given }, updatedMs: request.nowMs };
  account.catalog.keep(type, after);
  return jsonAnswer(200, showProperty(after));
}

/** Throws 400 for the vendor's own ones, and for one that an object needs. */
function archive(account: Account, { request: { nowMs }, place }: ApiCall): PracticeAnswer {
  const [type, name] = [account.type(place('type')), place('name')];
  const kept = account.catalog.kept(type, name);
  if (kept === null || kept.archivedMs !== null) throw unknown(name);
  if (kept.definition.hubspotDefined)
    throw invalid(`Property ${name} is HubSpot defined and cannot be archived`);
  const schema = account.catalog.schema(type);
  const uses = [schema?.primaryDisplayProperty, ...(schema?.requiredProperties ?? [])].filter(
    (one) => one === name,
  );
  if (uses.length > 0)
    throw invalid(`Property ${name} is currently used in ${uses.length} places and cannot be deleted`, {
      subCategory: 'PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE',
    });
  account.catalog.keep(type, { ...kept, archivedMs: nowMs, updatedMs: nowMs });
  return emptyAnswer(204);
}

const unknown = (name: string): Refusal =>
  new Refusal(404, { message: `Property ${name} does not exist`, category: 'OBJECT_NOT_FOUND' });

/** As the vendor describes one. */
export function showProperty({ definition, createdMs, updatedMs, archivedMs }: KeptProperty): unknown {
  const { readOnly, references, rules: _rules, ...shown } = definition;
  return {
    ...shown,
    calculated: false,
    externalOptions: references !== null,
    ...(references === null ? {} : { referencedObjectType: references }),
    archived: archivedMs !== null,
    ...(archivedMs === null ? {} : { archivedAt: showMs(archivedMs) }),
    createdAt: showMs(createdMs),
    updatedAt: showMs(updatedMs),
    modificationMetadata: {
      archivable: !definition.hubspotDefined,
      readOnlyDefinition: definition.hubspotDefined,
      readOnlyOptions: definition.hubspotDefined && definition.options.length > 0,
      readOnlyValue: readOnly,
    },
  };
}
