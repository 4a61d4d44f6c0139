import {
  hex,
  type Position,
  type RecordBatch,
  type RecordKey,
  type Relation,
  type Row,
  type Schema,
  type Slice,
  type Value,
} from '../../model/index.ts';
import type {
  Connector,
  OpenContext,
  OpenSystem,
  ReadOptions,
  SliceResult,
  SliceWrite,
  Snapshot,
  Undoes,
  WriteRecord,
  Writes,
} from '../port.ts';
import type { HubspotAddress } from './address.ts';
import { customName } from './practice-account.contract.ts';

const id = 'hs_object_id';
/** What every object has of its own. */
const ofVendor = /^hs_|^hubspot_/;
const there = (name: string): string => (name === '#id' ? id : name);

/**
 * A connector seen through the names of the contract's relations: `c_people` is `people`, and links and owners are not there.
 * Properties that every object has are hidden, but for the id: it names records as a synthetic field. Values and everything
 * else pass as they are.
 */
export function neutralView(connector: Connector<HubspotAddress>): Connector<HubspotAddress> {
  return {
    ...connector,
    open: async (address, context: OpenContext) => viewOf(await connector.open(address, context)),
  };
}

function viewOf(system: OpenSystem): OpenSystem {
  return {
    kind: system.kind,
    name: system.name,
    inspects: {
      inspect: async () => schemaSeen(await system.inspects.inspect()),
      holds: (field, created) => system.inspects.holds(field, created),
    },
    reads: { snapshot: async () => new SnapshotView(await system.reads.snapshot()) },
    writes: system.writes === null ? null : writesSeen(system, system.writes),
    undoes: system.undoes === null ? null : undoesSeen(system.undoes),
    creates: system.creates,
    fingerprint: async () => await system.fingerprint(),
    describe: async () => await system.describe(),
    check: async () => await system.check(),
    [Symbol.asyncDispose]: async () => await system[Symbol.asyncDispose](),
  };
}

function schemaSeen(schema: Schema): Schema {
  const relations = schema.relations
    .filter(({ identity, name }) => identity[0] === id && name.startsWith('c_'))
    .map(relationSeen);
  return { ...schema, objects: [], relations: relations.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

function relationSeen(relation: Relation): Relation {
  return {
    ...relation,
    name: relation.name.slice(customName('').length),
    primaryKey: null,
    identity: ['#id'],
    fields: relation.fields
      .filter(({ name }) => name === id || !ofVendor.test(name))
      .map((field) => (field.name === id ? { ...field, name: '#id', synthetic: true } : field)),
    foreignKeys: [],
  };
}

const relationThere = (relation: Relation): Relation => ({
  ...relation,
  name: customName(relation.name),
  identity: [id],
  fields: relation.fields.map((field) => ({ ...field, name: there(field.name) })),
});

class SnapshotView implements Snapshot {
  readonly consistent: boolean;
  readonly position: Position;
  readonly #snapshot: Snapshot;

  constructor(snapshot: Snapshot) {
    this.consistent = snapshot.consistent;
    this.position = snapshot.position;
    this.#snapshot = snapshot;
  }

  async count(relation: Relation): Promise<string> {
    return await this.#snapshot.count(relationThere(relation));
  }

  async changedSince(relation: Relation, earlier: Position): Promise<string | null> {
    return await this.#snapshot.changedSince(relationThere(relation), earlier);
  }

  split(relation: Relation, rowsPerSlice: number): AsyncIterable<Slice> {
    return this.#snapshot.split(relationThere(relation), rowsPerSlice);
  }

  read(relation: Relation, slice: Slice, options?: ReadOptions): AsyncIterable<RecordBatch> {
    return seen(this.#snapshot.read(relationThere(relation), slice, options));
  }

  fetch(relation: Relation, fields: readonly string[], keys: readonly Row[]): AsyncIterable<RecordBatch> {
    return seen(this.#snapshot.fetch(relationThere(relation), fields.map(there), keys));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#snapshot[Symbol.asyncDispose]();
  }
}

async function* seen(batches: AsyncIterable<RecordBatch>): AsyncGenerator<RecordBatch> {
  for await (const batch of batches)
    yield {
      ...batch,
      relation: batch.relation.slice(customName('').length),
      fields: batch.fields.map((name) => (name === id ? '#id' : name)),
    };
}

/** Bytes go as hexadecimal text, as `PracticeAccount` has them. */
const valueThere = (value: Value): Value => (value instanceof Uint8Array ? `\\x${hex(value)}` : value);

/** By the id the account gave, the record's own `id`: what the contract knows it by. */
async function resolved(
  system: OpenSystem,
  found: ReadonlyMap<RecordKey, Row>,
): Promise<ReadonlyMap<RecordKey, Row>> {
  const { relations } = await system.inspects.inspect();
  const own = new Map<Value, Value>();
  await using snapshot = await system.reads.snapshot();
  for (const relation of relations.filter(({ fields }) => fields.some(({ name }) => name === 'id')))
    for await (const { fields, rows } of snapshot.fetch(relation, [id], [...found.values()]))
      for (const row of rows) own.set(row[fields.indexOf(id)] ?? null, row[fields.indexOf('id')] ?? null);
  return new Map([...found].map(([key, [given = null]]) => [key, [own.get(given) ?? null]]));
}

function writesSeen(system: OpenSystem, writes: Writes): Writes {
  return {
    prepare: async (run) => await writes.prepare(run),
    applied: async (run) => await writes.applied(run),
    resolve: async (run, object, keys) => await resolved(system, await writes.resolve(run, object, keys)),
    keptIds: async (asked) => await writes.keptIds(asked),
    advanceSequences: async (relations) => await writes.advanceSequences(relations.map(relationThere)),
    finish: async (run) => await writes.finish(run),
    writeSlice: async (write) => await writeSeen(writes, write),
  };
}

async function writeSeen(writes: Writes, write: SliceWrite): Promise<SliceResult> {
  const rows = new Map<string, Row>();
  const batches = async function* (): AsyncGenerator<readonly WriteRecord[]> {
    for await (const batch of write.batches) {
      for (const { sourceKey, row } of batch) rows.set(sourceKey, row);
      yield batch.map(({ sourceKey, row }) => ({ sourceKey, row: row.map(valueThere) }));
    }
  };
  return await writes.writeSlice({
    ...write,
    relation: relationThere(write.relation),
    fields: write.fields.map(there),
    key: write.key.map(there),
    batches: batches(),
    beforeCommit: async (refused) =>
      await write.beforeCommit(refused.map((one) => ({ ...one, row: rows.get(one.sourceKey) ?? one.row }))),
  });
}

const undoesSeen = (undoes: Undoes): Undoes => ({
  undoSlice: async (request) =>
    await undoes.undoSlice({ ...request, relation: relationThere(request.relation) }),
});
