import { z } from 'zod';
import { emptyAnswer, jsonAnswer } from '../practice-message.ts';
import type { Account } from './account.ts';
import { readBody } from './read-body.ts';
import { invalid, notFound, Refusal } from './refusal.ts';
import { type Route, schemaScope } from './route.ts';

const newGroup = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,99}$/),
  label: z.string(),
  displayOrder: z.int().default(-1),
});

/** `properties/{type}/groups`. */
export function groupRoutes(account: Account): readonly Route[] {
  const path = 'crm/v3/properties/{type}/groups';
  const [reading, writing] = [schemaScope(account, 'read'), schemaScope(account, 'write')];
  return [
    {
      method: 'GET',
      path,
      scopes: reading,
      answer: ({ place }) => {
        const groups = account.groups.list(account.type(place('type')).id);
        return jsonAnswer(200, { results: groups.filter(({ archived }) => !archived) });
      },
    },
    {
      method: 'POST',
      path,
      scopes: writing,
      answer: ({ request, place }) => {
        const type = account.type(place('type'));
        const told = readBody(request, newGroup);
        if (account.groups.find(type.id, told.name) !== null)
          throw new Refusal(409, {
            message: `A property group named '${told.name}' already exists.`,
            category: 'OBJECT_ALREADY_EXISTS',
          });
        const group = { ...told, archived: false };
        account.groups.keep(type.id, group);
        return jsonAnswer(201, group);
      },
    },
    {
      method: 'DELETE',
      path: `${path}/{name}`,
      scopes: writing,
      answer: ({ place }) => {
        const [type, name] = [account.type(place('type')), place('name')];
        const group = account.groups.find(type.id, name);
        if (group === null) throw notFound();
        const used = account.catalog
          .list(type)
          .filter(({ definition, archivedMs }) => definition.groupName === name && archivedMs === null);
        if (used.length > 0)
          throw invalid(`Property group ${name} has ${used.length} active properties`, {
            subCategory: 'PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES',
          });
        account.groups.keep(type.id, { ...group, archived: true });
        return emptyAnswer(204);
      },
    },
  ];
}
