import { emptyAnswer, jsonAnswer, type PracticeAnswer } from '../practice-message.ts';
import { describeBriefly, describeObject } from './describe-object.ts';
import type { DescribedField, DescribedObject } from './described-object.ts';
import type { Org } from './org.ts';
import { readRecord } from './read-record.ts';
import { readId } from './record-id.ts';
import { notFound, Refusal, recordRefusal } from './refusal.ts';
import type { ApiCall, Route } from './router.ts';
import { showValue, urlOf } from './show-record.ts';
import type { RecordContent, Saved } from './write-records.ts';

/** Calls about single objects and single records. */
export function recordRoutes(org: Org): readonly Route[] {
  const resources = new RecordResources(org);
  return [
    { method: 'GET', path: '', answer: (call) => resources.list(call) },
    { method: 'GET', path: 'sobjects', answer: (call) => resources.objects(call) },
    { method: 'GET', path: 'sobjects/{object}', answer: (call) => resources.basics(call) },
    { method: 'POST', path: 'sobjects/{object}', answer: (call) => resources.create(call) },
    { method: 'GET', path: 'sobjects/{object}/describe', answer: (call) => resources.describe(call) },
    ...(['updated', 'deleted'] as const).map(
      (which): Route => ({
        method: 'GET',
        path: `sobjects/{object}/${which}`,
        query: ['start', 'end'],
        answer: (call) => resources.changed(call, which),
      }),
    ),
    {
      method: 'GET',
      path: 'sobjects/{object}/{id}',
      query: ['fields'],
      answer: (call) => resources.read(call),
    },
    { method: 'PATCH', path: 'sobjects/{object}/{id}', answer: (call) => resources.update(call) },
    { method: 'DELETE', path: 'sobjects/{object}/{id}', answer: (call) => resources.remove(call) },
    { method: 'GET', path: 'sobjects/{object}/{field}/{value}', answer: (call) => resources.readBy(call) },
    { method: 'PATCH', path: 'sobjects/{object}/{field}/{value}', answer: (call) => resources.upsert(call) },
    {
      method: 'DELETE',
      path: 'sobjects/{object}/{field}/{value}',
      answer: (call) => resources.removeBy(call),
    },
    {
      method: 'GET',
      path: 'limits/recordCount',
      query: ['sObjects'],
      answer: (call) => resources.counts(call),
    },
  ];
}

class RecordResources {
  readonly #org: Org;

  constructor(org: Org) {
    this.#org = org;
  }

  list({ version }: ApiCall): PracticeAnswer {
    const names = ['sobjects', 'query', 'queryAll', 'limits', 'composite', 'jobs'];
    return jsonAnswer(
      200,
      Object.fromEntries(names.map((name) => [name, `/services/data/v${version}/${name}`])),
    );
  }

  objects({ version }: ApiCall): PracticeAnswer {
    const sobjects = this.#org.catalog.objects.map((object) => describeBriefly(object, version));
    return jsonAnswer(200, { encoding: 'UTF-8', maxBatchSize: 200, sobjects });
  }

  basics(call: ApiCall): PracticeAnswer {
    const object = this.#object(call);
    return jsonAnswer(200, { objectDescribe: describeBriefly(object, call.version), recentItems: [] });
  }

  describe(call: ApiCall): PracticeAnswer {
    const { catalog, settings } = this.#org;
    return jsonAnswer(200, describeObject(this.#object(call), catalog, settings.auditFields, call.version));
  }

  create(call: ApiCall): PracticeAnswer {
    const object = this.#object(call);
    const { id } = this.#org.writer.create(object, readRecord(call.request), this.#org.writing(call));
    return jsonAnswer(201, { id, success: true, errors: [] }, { Location: urlOf(call.version, object, id) });
  }

  read(call: ApiCall): PracticeAnswer {
    const object = this.#object(call);
    return this.#shown(call, object, this.#id(call));
  }

  update(call: ApiCall): PracticeAnswer {
    this.#org.writer.update(
      this.#object(call),
      this.#id(call),
      this.#withoutAnId(call),
      this.#org.writing(call),
    );
    return emptyAnswer(204);
  }

  remove(call: ApiCall): PracticeAnswer {
    this.#org.writer.remove(this.#object(call), this.#id(call), this.#org.writing(call));
    return emptyAnswer(204);
  }

  readBy(call: ApiCall): PracticeAnswer {
    const object = this.#object(call);
    const id = readId(call.place('field'));
    if (id !== null) return this.#bytes(call, object, id);
    return this.#shown(call, object, this.#idBy(call, object));
  }

  upsert(call: ApiCall): PracticeAnswer {
    const object = this.#object(call);
    const saved = this.#org.writer.upsert(
      object,
      this.#key(call, object),
      call.place('value'),
      this.#withoutAnId(call),
      this.#org.writing(call),
    );
    return upserted(saved, call.version, object);
  }

  removeBy(call: ApiCall): PracticeAnswer {
    const object = this.#object(call);
    this.#org.writer.remove(object, this.#idBy(call, object), this.#org.writing(call));
    return emptyAnswer(204);
  }

  counts({ request }: ApiCall): PracticeAnswer {
    const asked = request.query.get('sObjects')?.split(',');
    const wanted = this.#org.catalog.objects.filter(({ name }) => asked?.includes(name) !== false);
    return jsonAnswer(200, {
      sObjects: wanted.map((object) => ({ count: this.#org.tables.count(object), name: object.name })),
    });
  }

  /** Which records were changed, or deleted, between two moments. */
  changed(call: ApiCall, which: 'updated' | 'deleted'): PracticeAnswer {
    const object = this.#object(call);
    const [start, end] = ['start', 'end'].map((name) => {
      const text = (call.request.query.get(name) ?? '').replace(/ (\d\d:?\d\d)$/, '+$1');
      const read = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
      if (Number.isNaN(read))
        throw recordRefusal('INVALID_REPLICATION_DATE', `${name} is not a date and time`);
      return new Date(Math.floor(read / 60_000) * 60_000).toISOString();
    });
    const rows = this.#org.state
      .statement(
        `SELECT "Id", "SystemModstamp" FROM "o_${object.name}" WHERE "IsDeleted" = ? AND "SystemModstamp" >= ? AND "SystemModstamp" < ? ORDER BY "SystemModstamp", "Id"`,
      )
      .all(which === 'deleted' ? 1 : 0, start ?? '', end ?? '');
    const covered = { latestDateCovered: (end ?? '').replace('Z', '+0000') };
    if (which === 'updated') return jsonAnswer(200, { ids: rows.map(([id]) => id), ...covered });
    const deletedRecords = rows.map(([id, at]) => ({ deletedDate: String(at).replace('Z', '+0000'), id }));
    return jsonAnswer(200, {
      deletedRecords,
      earliestDateAvailable: start?.replace('Z', '+0000'),
      ...covered,
    });
  }

  #object({ place }: ApiCall): DescribedObject {
    return this.#org.catalog.object(place('object'));
  }

  #id({ place }: ApiCall): string {
    const id = readId(place('id'));
    if (id === null)
      throw new Refusal(404, [
        {
          errorCode: 'NOT_FOUND',
          message: 'Provided external ID field does not exist or is not accessible: ' + place('id'),
        },
      ]);
    return id;
  }

  #key({ place }: ApiCall, object: DescribedObject): DescribedField {
    const field = this.#org.catalog.field(object, place('field'));
    if (field === null || (!field.externalId && field.kind !== 'id')) throw notFound();
    return field;
  }

  #idBy(call: ApiCall, object: DescribedObject): string {
    const key = this.#key(call, object);
    const found = this.#org.tables.idsWith(object, key, call.place('value'));
    if (found.length > 1)
      throw new Refusal(
        300,
        [],
        found.map((id) => urlOf(call.version, object, id)),
      );
    const [id] = found;
    if (id === undefined) throw notFound();
    return id;
  }

  /** In a body beside an id in the path the record may not be told another time. */
  #withoutAnId({ request }: ApiCall): RecordContent {
    const content = readRecord(request);
    if (Object.keys(content).some((name) => name.toLowerCase() === 'id'))
      throw recordRefusal('INVALID_FIELD', 'The Id field should not be specified in the sobject data.', []);
    return content;
  }

  #shown({ version, request }: ApiCall, object: DescribedObject, id: string): PracticeAnswer {
    const row = this.#org.tables.find(object, id);
    if (row === null || Number(row['IsDeleted']) === 1) throw notFound();
    const wanted = request.query
      .get('fields')
      ?.split(',')
      .map((name) => name.trim().toLowerCase());
    const url = urlOf(version, object, id);
    const shown = object.fields
      .filter(({ name }) => wanted === undefined || name === 'Id' || wanted.includes(name.toLowerCase()))
      .map((field) => [field.name, showValue(row[field.name] ?? null, field, `${url}/${field.name}`)]);
    return jsonAnswer(200, { attributes: { type: object.name, url }, ...Object.fromEntries(shown) });
  }

  #bytes({ place }: ApiCall, object: DescribedObject, id: string): PracticeAnswer {
    const field = this.#org.catalog.field(object, place('value'));
    const row = this.#org.tables.find(object, id);
    const bytes = field?.kind === 'base64' ? row?.[field.name] : undefined;
    if (!(bytes instanceof Uint8Array)) throw notFound();
    return { status: 200, headers: { 'Content-Type': 'application/octetstream' }, body: bytes };
  }
}

/** 201 for a new record; 200 for one that was there, before version 46.0 a 204 without a body. */
function upserted({ id, created }: Saved, version: string, object: DescribedObject): PracticeAnswer {
  if (Number(version) < 46)
    return created ? jsonAnswer(201, { id, success: true, errors: [] }) : emptyAnswer(204);
  const body = { id, success: true, errors: [], created };
  return jsonAnswer(created ? 201 : 200, body, created ? { Location: urlOf(version, object, id) } : {});
}
