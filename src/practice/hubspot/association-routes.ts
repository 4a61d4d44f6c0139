import { z } from 'zod';
import { emptyAnswer, jsonAnswer, type PracticeAnswer } from '../practice-message.ts';
import type { Account } from './account.ts';
import type { AssociationType } from './association-types.ts';
import type { End, Linked } from './associations.ts';
import { batchAnswer, fewInputs } from './batch.ts';
import { afterIn, countIn, readBody } from './read-body.ts';
import { notFound, Refusal } from './refusal.ts';
import { type ApiCall, type Route, readScope, writeScope } from './route.ts';

const [createMax, readMax, pageMax] = [2_000, 1_000, 500];

const category = z.enum(['HUBSPOT_DEFINED', 'USER_DEFINED']);
const asked = z.array(z.strictObject({ associationCategory: category, associationTypeId: z.int() })).min(1);
const end = z.strictObject({ id: z.union([z.string(), z.number().transform(String)]) });
const pair = { from: end, to: end };
const typedPairs = z.strictObject({ inputs: z.array(z.strictObject({ ...pair, types: asked })) });
const plainPairs = z.strictObject({ inputs: z.array(z.strictObject(pair)) });
const unlinked = z.strictObject({ inputs: z.array(z.strictObject({ from: end, to: z.array(end) })) });
const readInputs = z.strictObject({
  inputs: z.array(z.strictObject({ ...end.shape, after: z.string().optional() })),
});

/** Links between records, version 4 of the API: one by one, and in batches of up to 2,000. */
export function associationRoutes(account: Account): readonly Route[] {
  const one = 'crm/v4/objects/{type}/{id}/associations/{to}/{toId}';
  const writing = (place: (name: string) => string) => writeScope(account, place);
  const reading = (place: (name: string) => string) => readScope(account, place);
  const batch = (name: string, answer: Route['answer'], scopes = writing): Route => ({
    method: 'POST',
    path: `crm/v4/associations/{type}/{to}/batch/${name}`,
    scopes,
    answer,
  });
  return [
    {
      method: 'PUT',
      path: 'crm/v4/objects/{type}/{id}/associations/default/{to}/{toId}',
      scopes: writing,
      answer: (call) => linkPlain(account, call),
    },
    { method: 'PUT', path: one, scopes: writing, answer: (call) => link(account, call) },
    { method: 'DELETE', path: one, scopes: writing, answer: (call) => unlink(account, call) },
    {
      method: 'GET',
      path: 'crm/v4/objects/{type}/{id}/associations/{to}',
      query: ['limit', 'after'],
      scopes: reading,
      answer: (call) => list(account, call),
    },
    batch('create', (call) => createAll(account, call)),
    batch('associate/default', (call) => linkAllPlain(account, call)),
    batch('archive', (call) => unlinkAll(account, call)),
    batch('labels/archive', (call) => unlabelAll(account, call)),
    batch('read', (call) => readAll(account, call), reading),
  ];
}

function linkPlain(account: Account, call: ApiCall): PracticeAnswer {
  const [from, to] = endsOf(account, call, call.place('id'), call.place('toId'));
  const types = account.links.linkDefault(from, to);
  return batchAnswer(call, 200, [shownLink(from, to, types)]);
}

function link(account: Account, call: ApiCall): PracticeAnswer {
  const types = readBody(call.request, asked).map(typeOf);
  const [from, to] = endsOf(account, call, call.place('id'), call.place('toId'));
  account.links.link(from, to, types);
  const labels = account.links
    .types(from.type, to.type)
    .filter((type) => types.some((one) => one.typeId === type.typeId && one.category === type.category))
    .flatMap(({ label }) => (label === null ? [] : [label]));
  return jsonAnswer(201, { ...pairOf(from, to), labels });
}

function unlink(account: Account, call: ApiCall): PracticeAnswer {
  const [from, to] = endsOf(account, call, call.place('id'), call.place('toId'));
  account.links.unlink(from, to);
  return emptyAnswer(204);
}

function list(account: Account, { request, place }: ApiCall): PracticeAnswer {
  const limit = countIn(request.query, 'limit', 1, pageMax, pageMax);
  const from = endOf(account, place('type'), place('id'));
  const found = account.links.of(from, account.type(place('to')), afterIn(request.query), limit + 1);
  return jsonAnswer(200, pageOf(found, limit));
}

function createAll(account: Account, call: ApiCall): PracticeAnswer {
  const inputs = fewInputs(readBody(call.request, typedPairs).inputs, createMax);
  return each(account, call, [201, 207], inputs, ({ from, to, types }) => {
    const [one, other] = endsOf(account, call, from.id, to.id);
    account.links.link(one, other, types.map(typeOf));
    const labels = account.links
      .types(one.type, other.type)
      .filter(({ typeId }) => types.some((type) => type.associationTypeId === typeId))
      .flatMap(({ label }) => (label === null ? [] : [label]));
    return { ...pairOf(one, other), labels };
  });
}

function linkAllPlain(account: Account, call: ApiCall): PracticeAnswer {
  const inputs = fewInputs(readBody(call.request, plainPairs).inputs, createMax);
  // The vendor's own client takes nothing but 200 here, also beside errors.
  return each(account, call, [200, 200], inputs, ({ from, to }) => {
    const [one, other] = endsOf(account, call, from.id, to.id);
    return shownLink(one, other, account.links.linkDefault(one, other));
  });
}

function unlinkAll(account: Account, call: ApiCall): PracticeAnswer {
  for (const { from, to } of fewInputs(readBody(call.request, unlinked).inputs, createMax))
    for (const { id } of to) {
      const [one, other] = endsOf(account, call, from.id, id);
      account.links.unlink(one, other);
    }
  return emptyAnswer(204);
}

function unlabelAll(account: Account, call: ApiCall): PracticeAnswer {
  for (const { from, to, types } of fewInputs(readBody(call.request, typedPairs).inputs, createMax)) {
    const [one, other] = endsOf(account, call, from.id, to.id);
    account.links.unlink(one, other, types.map(typeOf));
  }
  return emptyAnswer(204);
}

function readAll(account: Account, call: ApiCall): PracticeAnswer {
  const inputs = fewInputs(readBody(call.request, readInputs).inputs, readMax);
  const [type, to] = [account.type(call.place('type')), account.type(call.place('to'))];
  const results = inputs.flatMap(({ id, after }) => {
    const found = account.links.of({ type, id }, to, after ?? '0', pageMax + 1);
    return found.length === 0 ? [] : [{ from: { id }, ...(pageOf(found, pageMax, 'to') as object) }];
  });
  const without = inputs.filter(({ id }) => !results.some(({ from }) => from.id === id));
  const errors = without.map(({ id }) => ({
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    message: `No ${to.name} is associated with ${type.name} ${id}.`,
    context: { fromObjectId: [id], fromObjectType: [type.id], toObjectType: [to.id] },
  }));
  return batchAnswer(call, errors.length === 0 ? 200 : 207, results, errors);
}

function each<Input>(
  account: Account,
  call: ApiCall,
  [whole, partly]: readonly [whole: number, partly: number],
  inputs: readonly Input[],
  write: (input: Input) => unknown,
): PracticeAnswer {
  const [results, errors]: [unknown[], unknown[]] = [[], []];
  for (const input of inputs)
    try {
      results.push(account.state.transaction(() => write(input)));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { category: kind = 'OBJECT_NOT_FOUND', message, subCategory, context } = error.body;
      errors.push({ status: 'error', category: kind, subCategory, message, context });
    }
  return batchAnswer(call, errors.length === 0 ? whole : partly, results, errors);
}

function endsOf(account: Account, { place }: ApiCall, from: string, to: string): readonly [End, End] {
  return [endOf(account, place('type'), from), endOf(account, place('to'), to)];
}

function endOf(account: Account, name: string, id: string): End {
  const type = account.type(name);
  const record = account.records.find(type, id);
  if (record === null || record.archivedMs !== null)
    throw new Refusal(404, { ...notFound().body, category: 'OBJECT_NOT_FOUND', context: { id: [id] } });
  return { type, id: record.id };
}

const typeOf = (one: z.output<typeof asked>[number]) => ({
  category: one.associationCategory,
  typeId: one.associationTypeId,
});

const pairOf = (from: End, to: End) => ({
  fromObjectTypeId: from.type.id,
  fromObjectId: Number(from.id),
  toObjectTypeId: to.type.id,
  toObjectId: Number(to.id),
});

const shownLink = (from: End, to: End, types: readonly AssociationType[]) => ({
  from: { id: from.id },
  to: { id: to.id },
  associationSpec: {
    associationCategory: types[0]?.category,
    associationTypeId: types[0]?.typeId,
  },
});

function pageOf(found: readonly Linked[], limit: number, name = 'results'): unknown {
  const last = found.length > limit ? found[limit - 1] : undefined;
  return {
    [name]: found.slice(0, limit).map(({ id, types }) => ({
      toObjectId: Number(id),
      associationTypes: types.map(({ category: kind, typeId, label }) => ({ category: kind, typeId, label })),
    })),
    ...(last === undefined ? {} : { paging: { next: { after: last.id } } }),
  };
}
