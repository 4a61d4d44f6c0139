import { z } from 'zod';
import { emptyAnswer, jsonAnswer, type PracticeAnswer } from '../practice-message.ts';
import type { Account } from './account.ts';
import { type CustomSchema, plainSchema } from './property-catalog.ts';
import { addProperty, createdProperty, showProperty } from './property-routes.ts';
import { readBody } from './read-body.ts';
import { showMs } from './read-value.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { type ApiCall, type Route, schemaScope } from './route.ts';
import { type ObjectType, propertiesOf } from './standard-objects.ts';

/** Custom objects of one account. */
const typesMax = 10;

const names = z.array(z.string());
const labels = z.strictObject({ singular: z.string(), plural: z.string() });
const changed = z.strictObject({
  labels: labels.optional(),
  primaryDisplayProperty: z.string().optional(),
  secondaryDisplayProperties: names.optional(),
  requiredProperties: names.optional(),
  searchableProperties: names.optional(),
});
const created = changed.extend({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,99}$/),
  labels,
  description: z.string().optional(),
  properties: z.array(createdProperty).default([]),
  associatedObjects: names.default([]),
});

/** `schemas`: custom objects, made and changed by callers. */
export function schemaRoutes(account: Account): readonly Route[] {
  const [all, one] = ['crm/v3/schemas', 'crm/v3/schemas/{type}'];
  const custom = (verb: 'read' | 'write') => () => [`crm.schemas.custom.${verb}`];
  return [
    { method: 'GET', path: all, query: ['archived'], scopes: custom('read'), answer: () => list(account) },
    { method: 'POST', path: all, scopes: custom('write'), answer: (call) => create(account, call) },
    {
      method: 'GET',
      path: one,
      scopes: schemaScope(account, 'read'),
      answer: ({ place }) => jsonAnswer(200, showSchema(account, account.type(place('type')))),
    },
    { method: 'PATCH', path: one, scopes: custom('write'), answer: (call) => change(account, call) },
    {
      method: 'DELETE',
      path: one,
      query: ['archived'],
      scopes: custom('write'),
      answer: (call) => remove(account, call),
    },
  ];
}

function list(account: Account): PracticeAnswer {
  const { catalog } = account;
  const own = catalog.types.filter((type) => catalog.schema(type) !== null);
  return jsonAnswer(200, { results: own.map((type) => showSchema(account, type)) });
}

function create(account: Account, { request }: ApiCall): PracticeAnswer {
  const { catalog } = account;
  const {
    name,
    labels: told,
    properties,
    associatedObjects: _linked,
    description: _text,
    ...rest
  } = readBody(request, created);
  if (catalog.find(name) !== null)
    throw new Refusal(409, {
      message: `An object named '${name}' already exists.`,
      category: 'OBJECT_ALREADY_EXISTS',
    });
  if (catalog.types.filter((type) => catalog.schema(type) !== null).length >= typesMax)
    throw invalid(`This account already has ${typesMax} custom objects`);
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const schema: CustomSchema = { ...plainSchema, ...given, name, labels: told, createdMs: request.nowMs };
  const type = catalog.createType(schema);
  for (const definition of propertiesOf(type))
    catalog.keep(type, { definition, createdMs: request.nowMs, updatedMs: request.nowMs, archivedMs: null });
  for (const property of properties) addProperty(account, type, property, request.nowMs);
  refuseUnknown(account, type, schema);
  return jsonAnswer(201, showSchema(account, type));
}

function change(account: Account, { request, place }: ApiCall): PracticeAnswer {
  const [type, schema] = ownSchema(account, place('type'));
  const given = Object.fromEntries(
    Object.entries(readBody(request, changed)).filter(([, value]) => value !== undefined),
  );
  const after = { ...schema, ...given };
  refuseUnknown(account, type, after);
  account.catalog.changeSchema(type, after);
  return jsonAnswer(200, showSchema(account, account.type(type.id)));
}

/** Throws 400 while there are records of it. */
function remove(account: Account, { place }: ApiCall): PracticeAnswer {
  const [type] = ownSchema(account, place('type'));
  const count = account.records.count(type);
  if (count > 0) throw invalid(`There are still ${count} records of ${type.name}`);
  account.catalog.removeType(type);
  return emptyAnswer(204);
}

function ownSchema(account: Account, name: string): readonly [ObjectType, CustomSchema] {
  const type = account.type(name);
  const schema = account.catalog.schema(type);
  if (schema === null) throw notFound();
  return [type, schema];
}

function refuseUnknown({ catalog }: Account, type: ObjectType, schema: CustomSchema): void {
  const { primaryDisplayProperty, secondaryDisplayProperties, requiredProperties, searchableProperties } =
    schema;
  const asked = [
    ...(primaryDisplayProperty === null ? [] : [primaryDisplayProperty]),
    ...secondaryDisplayProperties,
    ...requiredProperties,
    ...searchableProperties,
  ];
  const stray = asked.find((name) => catalog.property(type, name) === null);
  if (stray !== undefined) throw invalid(`Property ${stray} does not exist on ${type.name}`);
}

function showSchema(account: Account, type: ObjectType): unknown {
  const schema = account.catalog.schema(type);
  const properties = account.catalog.list(type).filter(({ archivedMs }) => archivedMs === null);
  const { createdMs, ...told } = schema ?? { name: type.name, ...plainSchema, createdMs: 0 };
  return {
    ...told,
    id: type.id,
    objectTypeId: type.id,
    fullyQualifiedName: schema === null ? type.singular : `p${account.settings.hubId}_${type.name}`,
    archived: false,
    createdAt: showMs(createdMs),
    updatedAt: showMs(createdMs),
    properties: properties.map(showProperty),
    associations: account.catalog.types.flatMap((to) =>
      account.links.types(type, to).map(({ typeId, name }) => ({
        id: String(typeId),
        name,
        fromObjectTypeId: type.id,
        toObjectTypeId: to.id,
      })),
    ),
  };
}
