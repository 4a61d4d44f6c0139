import { z } from 'zod';
import { jsonAnswer, type PracticeAnswer } from '../practice-message.ts';
import type { DescribedField, DescribedObject } from './described-object.ts';
import type { Org } from './org.ts';
import { readShape } from './read-json.ts';
import { readId } from './record-id.ts';
import { notFound, refusal } from './refusal.ts';
import type { ApiCall, Route } from './router.ts';
import { type SavedRecord, saveTogether } from './save-together.ts';
import { showValue, urlOf } from './show-record.ts';
import { idIn, type RecordContent, withoutId } from './write-records.ts';

const recordsMost = 200;
const chunksMost = 10;

interface Collection {
  readonly allOrNone?: boolean | undefined;
  readonly records: readonly RecordContent[];
}

const collection: z.ZodType<Collection> = z.strictObject({
  allOrNone: z.boolean().optional(),
  records: z.array(z.record(z.string(), z.unknown())),
});
const selection: z.ZodType<{ readonly ids: readonly string[]; readonly fields: readonly string[] }> =
  z.strictObject({
    ids: z.array(z.string()),
    fields: z.array(z.string()),
  });

/** Up to 200 records in one call: `composite/sobjects`. Each stands or falls alone, unless all stand or fall together. */
export function collectionRoutes(org: Org): readonly Route[] {
  const collections = new Collections(org);
  const path = 'composite/sobjects';
  return [
    { method: 'POST', path, answer: (call) => collections.create(call) },
    { method: 'PATCH', path, answer: (call) => collections.update(call) },
    { method: 'DELETE', path, query: ['ids', 'allOrNone'], answer: (call) => collections.remove(call) },
    { method: 'PATCH', path: `${path}/{object}/{field}`, answer: (call) => collections.upsert(call) },
    { method: 'POST', path: `${path}/{object}`, answer: (call) => collections.read(call) },
    {
      method: 'GET',
      path: `${path}/{object}`,
      query: ['ids', 'fields'],
      answer: (call) => collections.select(call),
    },
  ];
}

class Collections {
  readonly #org: Org;

  constructor(org: Org) {
    this.#org = org;
  }

  create(call: ApiCall): PracticeAnswer {
    const { records, allOrNone } = this.#records(call);
    const writing = this.#org.writing(call);
    const { writer } = this.#org;
    return this.#answer(allOrNone, records, (record) => ({
      id: writer.create(this.#objectOf(record), record, writing).id,
    }));
  }

  update(call: ApiCall): PracticeAnswer {
    const { records, allOrNone } = this.#records(call);
    const writing = this.#org.writing(call);
    const { writer } = this.#org;
    return this.#answer(allOrNone, records, (record) => {
      const id = this.#idOf(idIn(record));
      return { id: writer.update(this.#objectOf(record), id, withoutId(record), writing).id };
    });
  }

  upsert(call: ApiCall): PracticeAnswer {
    const { records, allOrNone } = this.#records(call);
    const object = this.#org.catalog.object(call.place('object'));
    const key = this.#key(object, call.place('field'));
    const writing = this.#org.writing(call);
    const valueOf = (record: RecordContent): unknown =>
      Object.entries(record).find(([name]) => name.toLowerCase() === key.name.toLowerCase())?.[1];
    const repeated = repeatedValues(records.map((record) => valueOf(record)));
    return this.#answer(allOrNone, records, (record) => {
      if (this.#objectOf(record).name !== object.name)
        throw refusal(400, 'INVALID_TYPE', `all records of this call have to be of type ${object.name}`);
      const value = valueOf(record);
      if (repeated.has(String(value).toLowerCase()))
        throw refusal(400, 'DUPLICATE_VALUE', `Duplicate external id specified: ${String(value)}`);
      return this.#org.writer.upsert(object, key, value, record, writing);
    });
  }

  remove(call: ApiCall): PracticeAnswer {
    const { query } = call.request;
    const ids = (query.get('ids') ?? '').split(',').filter((id) => id !== '');
    refuseTooMany(ids.length);
    const writing = this.#org.writing(call);
    return this.#answer(query.get('allOrNone') === 'true', ids, (text) => {
      const id = this.#idOf(text);
      this.#org.writer.remove(this.#byId(id), id, writing);
      return { id };
    });
  }

  select(call: ApiCall): PracticeAnswer {
    const { query } = call.request;
    const listed = (name: string): string[] => (query.get(name) ?? '').split(',').filter((one) => one !== '');
    return this.#shown(call, listed('ids'), listed('fields'));
  }

  read(call: ApiCall): PracticeAnswer {
    const { ids, fields } = readShape(call.request, selection);
    return this.#shown(call, ids, fields);
  }

  #answer<Given>(
    allOrNone: boolean,
    given: readonly Given[],
    save: (one: Given) => SavedRecord,
  ): PracticeAnswer {
    const results = saveTogether(this.#org.state, given, allOrNone, save);
    return { ...jsonAnswer(200, results), workMs: given.length * this.#org.settings.latency.recordMs };
  }

  #records({ request }: ApiCall): { records: readonly RecordContent[]; allOrNone: boolean } {
    const { records, allOrNone = false } = readShape(request, collection);
    refuseTooMany(records.length);
    const types = records.map((record) => this.#objectOf(record).name);
    const chunks = types.filter((type, at) => type !== types[at - 1]).length;
    if (chunks > chunksMost)
      throw refusal(
        400,
        'LIMIT_EXCEEDED',
        `Cannot have more than ${chunksMost} chunks in a single operation. Please rearrange the data to reduce chunking.`,
      );
    return { records, allOrNone };
  }

  #objectOf(record: RecordContent): DescribedObject {
    const { type } = (record['attributes'] ?? {}) as { readonly type?: unknown };
    const object = typeof type === 'string' ? this.#org.catalog.find(type) : null;
    if (object === null)
      throw refusal(400, 'INVALID_TYPE', `sObject type '${String(type)}' is not supported.`);
    return object;
  }

  #key(object: DescribedObject, name: string): DescribedField {
    const field = this.#org.catalog.field(object, name);
    if (field === null || (!field.externalId && field.kind !== 'id')) throw notFound();
    return field;
  }

  #idOf(given: unknown): string {
    const id = typeof given === 'string' ? readId(given) : null;
    if (id === null) throw refusal(400, 'MALFORMED_ID', `malformed id ${String(given)}`);
    return id;
  }

  #byId(id: string): DescribedObject {
    const object = this.#org.catalog.byPrefix(id);
    if (object === null) throw refusal(400, 'MALFORMED_ID', `malformed id ${id}`);
    return object;
  }

  #shown(call: ApiCall, ids: readonly string[], names: readonly string[]): PracticeAnswer {
    const object = this.#org.catalog.object(call.place('object'));
    const fields = names.map((name) => {
      const field = this.#org.catalog.field(object, name);
      if (field === null)
        throw refusal(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${object.name}`);
      return field;
    });
    const records = ids.map((text) => {
      const row = this.#org.tables.find(object, readId(text) ?? text);
      if (row === null || Number(row['IsDeleted']) === 1) return null;
      const url = urlOf(call.version, object, String(row['Id']));
      const shown = fields.map((field) => [
        field.name,
        showValue(row[field.name] ?? null, field, `${url}/${field.name}`),
      ]);
      return { attributes: { type: object.name, url }, ...Object.fromEntries(shown) } as unknown;
    });
    return jsonAnswer(200, records);
  }
}

function refuseTooMany(count: number): void {
  if (count > recordsMost)
    throw refusal(
      400,
      'LIMIT_EXCEEDED',
      `record limit reached: ${count} records, at most ${recordsMost} in one call`,
    );
}

/** Values that stand there more than once, in lower case. */
function repeatedValues(values: readonly unknown[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const value of values) {
    const text = String(value).toLowerCase();
    if (seen.has(text)) repeated.add(text);
    seen.add(text);
  }
  return repeated;
}
