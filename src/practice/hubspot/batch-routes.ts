import { z } from 'zod';
import { emptyAnswer, type PracticeAnswer } from '../practice-message.ts';
import type { Account } from './account.ts';
import { batchAnswer, fewInputs } from './batch.ts';
import { createLinked, newRecords } from './object-routes.ts';
import { readBody } from './read-body.ts';
import type { KeptRecord } from './record-store.ts';
import { invalid, noNumericId, Refusal } from './refusal.ts';
import { type ApiCall, type Route, readScope, writeScope, writingOf } from './route.ts';
import { showRecord } from './show-record.ts';
import type { ObjectType } from './standard-objects.ts';

const inputsMax = 100;

const id = z.union([z.string(), z.number().transform(String)]);
const given = z.record(z.string(), z.unknown());
const changeInputs = z.strictObject({
  inputs: z.array(
    z.strictObject({
      id,
      idProperty: z.string().optional(),
      properties: given,
      objectWriteTraceId: z.string().optional(),
    }),
  ),
});
const readInputs = z.strictObject({
  inputs: z.array(z.strictObject({ id })),
  properties: z.array(z.string()).default([]),
  propertiesWithHistory: z.array(z.string()).default([]),
  idProperty: z.string().optional(),
});
const archiveInputs = z.strictObject({ inputs: z.array(z.strictObject({ id })) });

/**
 * `objects/{type}/batch/...`: up to 100 records in one call. One that cannot be written refuses the whole batch, unless each
 * has an `objectWriteTraceId`: then each stands or falls alone, and the answer is 207.
 */
export function batchRoutes(account: Account): readonly Route[] {
  const route = (
    name: string,
    scopes: Route['scopes'],
    answer: Route['answer'],
    query: readonly string[] = [],
  ): Route => ({
    method: 'POST',
    path: `crm/v3/objects/{type}/batch/${name}`,
    query,
    scopes,
    answer,
  });
  const writing = (place: (name: string) => string) => writeScope(account, place);
  return [
    route('create', writing, (call) => create(account, call)),
    route('update', writing, (call) => update(account, call)),
    route('upsert', writing, (call) => upsert(account, call)),
    route('archive', writing, (call) => archive(account, call)),
    route(
      'read',
      (place) => readScope(account, place),
      (call) => read(account, call),
      ['archived'],
    ),
  ];
}

function create(account: Account, call: ApiCall): PracticeAnswer {
  const type = account.type(call.place('type'));
  const inputs = fewInputs(readBody(call.request, newRecords).inputs, inputsMax);
  const writing = writingOf(call);
  return each(account, call, 201, inputs, (input) =>
    showRecord(account, type, createLinked(account, type, input, writing), { all: true }),
  );
}

function update(account: Account, call: ApiCall): PracticeAnswer {
  const type = account.type(call.place('type'));
  const inputs = fewInputs(readBody(call.request, changeInputs).inputs, inputsMax);
  refuseTwice(inputs);
  const writing = writingOf(call);
  return each(account, call, 200, inputs, (input) => {
    const record = toUpdate(account, type, input);
    if (record === null) return undefined;
    return showRecord(account, type, account.writer.update(type, record, input.properties, writing), {
      all: true,
    });
  });
}

function upsert(account: Account, call: ApiCall): PracticeAnswer {
  const type = account.type(call.place('type'));
  const inputs = fewInputs(readBody(call.request, changeInputs).inputs, inputsMax);
  refuseTwice(inputs);
  const writing = writingOf(call);
  return each(account, call, 200, inputs, ({ id: key, idProperty, properties }) => {
    if (idProperty === undefined || !account.writer.isUnique(type, idProperty))
      throw notUnique(account, type, idProperty ?? 'hs_object_id');
    const holder = account.records.holder(type, idProperty, key.trim().toLowerCase());
    const before = holder === null ? null : account.records.find(type, holder);
    const values = { [idProperty]: key, ...properties };
    const after =
      before === null
        ? account.writer.create(type, values, writing)
        : account.writer.update(type, before, values, writing);
    return { ...(showRecord(account, type, after, { all: true }) as object), new: before === null };
  });
}

/** Always 204, whatever was there. */
function archive(account: Account, call: ApiCall): PracticeAnswer {
  const type = account.type(call.place('type'));
  const writing = writingOf(call);
  for (const input of fewInputs(readBody(call.request, archiveInputs).inputs, inputsMax)) {
    const record = account.records.find(type, input.id);
    if (record === null || record.archivedMs !== null) continue;
    account.writer.archive(record, writing);
    account.links.leave(record.id, null);
  }
  return emptyAnswer(204);
}

function read(account: Account, call: ApiCall): PracticeAnswer {
  const type = account.type(call.place('type'));
  const body = readBody(call.request, readInputs);
  const archived = call.request.query.get('archived') === 'true';
  const { idProperty, properties, propertiesWithHistory: withHistory } = body;
  if (idProperty !== undefined && !account.writer.isUnique(type, idProperty))
    throw notUnique(account, type, idProperty);
  const ids = [...new Set(fewInputs(body.inputs, inputsMax).map((input) => input.id))];
  const found = ids.map((one) => {
    const key = idProperty === undefined ? one : account.records.holder(type, idProperty, one.toLowerCase());
    const record = key === null ? null : account.records.find(type, key);
    return record === null || (record.archivedMs !== null) !== archived ? null : record;
  });
  const missing = ids.filter((_, at) => found[at] === null);
  const results = found
    .filter((record): record is KeptRecord => record !== null)
    .map((record) => showRecord(account, type, record, { properties, withHistory }));
  if (missing.length === 0) return batchAnswer(call, 200, results, []);
  const error = {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    message: `Could not get some ${type.singular} objects, they may be deleted or not exist. Check that ids are valid.`,
    context: { ids: missing },
  };
  return batchAnswer(call, 207, results, [error]);
}

interface Traced {
  readonly objectWriteTraceId?: string | undefined;
}

function each<Input extends Traced>(
  account: Account,
  call: ApiCall,
  status: number,
  inputs: readonly Input[],
  write: (input: Input) => unknown,
): PracticeAnswer {
  const alone = inputs.every(({ objectWriteTraceId }) => objectWriteTraceId !== undefined);
  const [results, errors]: [unknown[], unknown[]] = [[], []];
  for (const input of inputs) {
    try {
      const done = alone ? account.state.transaction(() => write(input)) : write(input);
      if (done !== undefined) results.push(traceOf(done, input));
    } catch (error) {
      if (!alone || !(error instanceof Refusal)) throw error;
      const { category = 'VALIDATION_ERROR', message, context = {} } = error.body;
      errors.push({
        status: 'error',
        category,
        message,
        context: { ...context, objectWriteTraceId: [input.objectWriteTraceId] },
      });
    }
  }
  return batchAnswer(call, errors.length === 0 ? status : 207, results, errors);
}

const traceOf = (done: unknown, { objectWriteTraceId }: Traced): unknown =>
  objectWriteTraceId === undefined ? done : { ...(done as object), objectWriteTraceId };

function refuseTwice(inputs: readonly { readonly id: string }[]): void {
  const ids = inputs.map((input) => input.id.toLowerCase());
  const twice = ids.find((one, at) => ids.indexOf(one) !== at);
  if (twice !== undefined)
    throw invalid(`Duplicate IDs found in batch input: [${twice}]. IDs must be unique`);
}

/** Null for what is passed over without a word. */
function toUpdate(
  account: Account,
  type: ObjectType,
  { id: key, idProperty }: { readonly id: string; readonly idProperty?: string | undefined },
): KeptRecord | null {
  // An e-mail is no key of this call, though it is one of the others.
  if (idProperty !== undefined && account.catalog.property(type, idProperty)?.hasUniqueValue !== true)
    throw notUnique(account, type, idProperty);
  if (idProperty === undefined && !/^\d{1,15}$/.test(key)) {
    if (account.settings.quirks.silentBatchUpdate) return null;
    throw noNumericId(key);
  }
  const found =
    idProperty === undefined ? key : account.records.holder(type, idProperty, key.trim().toLowerCase());
  const record = found === null ? null : account.records.find(type, found);
  if (record === null || record.archivedMs !== null)
    throw new Refusal(404, {
      message: `Could not get some ${type.singular} objects, they may be deleted or not exist. Check that ids are valid.`,
      category: 'OBJECT_NOT_FOUND',
      context: { ids: [key] },
    });
  return record;
}

const notUnique = ({ settings }: Account, { id: typeId }: ObjectType, property: string): Refusal =>
  invalid(
    `Unable to perform update/upsert by non-unique ${typeId} property ${property} in portal ID ${settings.hubId}`,
  );
