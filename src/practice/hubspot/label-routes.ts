import { z } from 'zod';
import { emptyAnswer, jsonAnswer } from '../practice-message.ts';
import type { Account } from './account.ts';
import { readBody } from './read-body.ts';
import { invalid, notFound } from './refusal.ts';
import { type Route, schemaScope } from './route.ts';

const newLabel = z.strictObject({
  label: z.string().min(1),
  name: z.string().min(1),
  inverseLabel: z.string().optional(),
});

const newName = z.strictObject({
  associationTypeId: z.int(),
  label: z.string().min(1),
  inverseLabel: z.string().optional(),
});

/** `associations/{from}/{to}/labels`: what links between two kinds of records can be called. */
export function labelRoutes(account: Account): readonly Route[] {
  const path = 'crm/v4/associations/{type}/{to}/labels';
  const ends = (place: (name: string) => string) =>
    [account.type(place('type')), account.type(place('to'))] as const;
  return [
    {
      method: 'GET',
      path,
      scopes: schemaScope(account, 'read'),
      answer: ({ place }) => {
        const results = account.links
          .types(...ends(place))
          .map(({ category, typeId, label }) => ({ category, typeId, label }));
        return jsonAnswer(200, { results });
      },
    },
    {
      method: 'POST',
      path,
      scopes: schemaScope(account, 'write'),
      answer: ({ request, place }) => {
        const { label, name, inverseLabel } = readBody(request, newLabel);
        const [from, to] = ends(place);
        if (account.links.types(from, to).some((one) => one.label === label))
          throw invalid(`An association label ${label} already exists`);
        const made = account.links.addLabel(from, to, { label, name, inverseLabel });
        return jsonAnswer(200, {
          results: made.map((one) => ({ category: one.category, typeId: one.typeId, label: one.label })),
        });
      },
    },
    {
      method: 'PUT',
      path,
      scopes: schemaScope(account, 'write'),
      answer: ({ request, place }) => {
        const { associationTypeId, label, inverseLabel } = readBody(request, newName);
        if (!account.links.renameLabel(...ends(place), associationTypeId, { label, inverseLabel }))
          throw notFound();
        return emptyAnswer(204);
      },
    },
    {
      method: 'DELETE',
      path: `${path}/{typeId}`,
      scopes: schemaScope(account, 'write'),
      answer: ({ place }) => {
        if (!account.links.removeLabel(...ends(place), Number(place('typeId')))) throw notFound();
        return emptyAnswer(204);
      },
    },
  ];
}
