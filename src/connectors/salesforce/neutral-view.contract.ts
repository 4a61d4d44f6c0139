import {
  hex,
  keyValues,
  type Position,
  type RecordBatch,
  type RecordKey,
  type Relation,
  type Row,
  recordKey,
  type Schema,
  type Slice,
  type Value,
} from '../../model/index.ts';
import type {
  AppliedSlice,
  AskedIds,
  Connector,
  KeptId,
  OpenContext,
  OpenSystem,
  ReadOptions,
  SliceResult,
  SliceWrite,
  Snapshot,
  Undoes,
  UndoRequest,
  UndoResult,
  WriteRecord,
  Writes,
} from '../port.ts';
import type { SalesforceAddress } from './address.ts';
import { customName } from './practice-org.contract.ts';

const own = (name: string): string => (name.endsWith('__c') ? name.slice(0, -3) : name);
const there = (name: string): string => (name.startsWith('#') ? name.slice(1) : customName(name));

/**
 * A connector seen through the names of the contract's relations: `people__c` is `people`. Fields that every object has are
 * hidden, but for the id: it names records as a synthetic field. Values and everything else pass as they are.
 */
export function neutralView(connector: Connector<SalesforceAddress>): Connector<SalesforceAddress> {
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
    writes: system.writes === null ? null : new WritesView(system, system.writes),
    undoes: system.undoes === null ? null : new UndoesView(system, system.undoes),
    creates: system.creates,
    fingerprint: async () => await system.fingerprint(),
    describe: async () => await system.describe(),
    check: async () => await system.check(),
    [Symbol.asyncDispose]: async () => await system[Symbol.asyncDispose](),
  };
}

function schemaSeen(schema: Schema): Schema {
  const objects = schema.objects.filter(({ relation }) => relation !== null);
  const relations = schema.relations.map(relationSeen).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...schema, objects, relations };
}

function relationSeen(relation: Relation): Relation {
  return {
    ...relation,
    name: own(relation.name),
    primaryKey: null,
    identity: ['#Id'],
    fields: relation.fields
      .filter(({ name }) => name === 'Id' || name.endsWith('__c'))
      .map((field) =>
        field.name === 'Id'
          ? { ...field, name: '#Id', synthetic: true }
          : { ...field, name: own(field.name) },
      ),
    foreignKeys: [],
  };
}

const relationThere = (relation: Relation): Relation => ({
  ...relation,
  name: customName(relation.name),
  identity: ['Id'],
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
      relation: own(batch.relation),
      fields: batch.fields.map((name) => (name === 'Id' ? '#Id' : own(name))),
    };
}

/** By the id the org gave, the record's own `id`: what the contract knows it by. */
async function ownIds(system: OpenSystem, ids: readonly string[]): Promise<ReadonlyMap<string, Value>> {
  const { relations } = await system.inspects.inspect();
  await using snapshot = await system.reads.snapshot();
  const found = new Map<string, Value>();
  for (const relation of relations.filter(({ fields }) => fields.some(({ name }) => name === 'id__c')))
    for (let from = 0; from < ids.length; from += 1_000) {
      const keys = ids.slice(from, from + 1_000).map((id): Row => [id]);
      for await (const { fields, rows } of snapshot.fetch(relation, ['Id'], keys))
        for (const row of rows)
          found.set(String(row[fields.indexOf('Id')]), row[fields.indexOf('id__c')] ?? null);
    }
  return found;
}

class WritesView implements Writes {
  readonly #system: OpenSystem;
  readonly #writes: Writes;

  constructor(system: OpenSystem, writes: Writes) {
    this.#system = system;
    this.#writes = writes;
  }

  async prepare(run: string): Promise<void> {
    await this.#writes.prepare(run);
  }

  async applied(run: string): Promise<readonly AppliedSlice[]> {
    return await this.#writes.applied(run);
  }

  /** Bytes go as hexadecimal text, and a checkbox that has no value is not ticked: the contract reads both so. */
  async writeSlice(write: SliceWrite): Promise<SliceResult> {
    const given = new Map<string, Row>();
    const written = (name: string, value: Value): Value => {
      if (value instanceof Uint8Array) return `\\x${hex(value)}`;
      const field = write.relation.fields.find((one) => one.name === name);
      return value === null && field?.type.kind === 'boolean' ? false : value;
    };
    async function* batches(): AsyncGenerator<readonly WriteRecord[]> {
      for await (const batch of write.batches)
        yield batch.map(({ sourceKey, row }) => {
          given.set(sourceKey, row);
          return { sourceKey, row: row.map((value, at) => written(write.fields[at] ?? '', value)) };
        });
    }
    return await this.#writes.writeSlice({
      ...write,
      relation: relationThere(write.relation),
      fields: write.fields.map(there),
      key: write.key.map(there),
      batches: batches(),
      beforeCommit: async (refused) =>
        await write.beforeCommit(
          refused.map((one) => ({
            ...one,
            row: given.get(one.sourceKey) ?? one.row,
            field: one.field === null ? null : own(one.field),
          })),
        ),
    });
  }

  async resolve(
    run: string,
    object: string,
    sourceKeys: readonly RecordKey[],
  ): Promise<ReadonlyMap<RecordKey, Row>> {
    const found = await this.#writes.resolve(run, object, sourceKeys);
    const ids = await ownIds(
      this.#system,
      [...found.values()].map(([id]) => String(id)),
    );
    return new Map([...found].map(([key, [id]]) => [key, [ids.get(String(id)) ?? null]]));
  }

  /** By the ids of the org, which the contract hands back as they are. */
  async keptIds(asked: AskedIds): Promise<readonly KeptId[]> {
    return await this.#writes.keptIds(asked);
  }

  async advanceSequences(relations: readonly Relation[]): Promise<readonly string[]> {
    return await this.#writes.advanceSequences(relations);
  }

  async finish(run: string): Promise<void> {
    await this.#writes.finish(run);
  }
}

class UndoesView implements Undoes {
  readonly #system: OpenSystem;
  readonly #undoes: Undoes;

  constructor(system: OpenSystem, undoes: Undoes) {
    this.#system = system;
    this.#undoes = undoes;
  }

  async undoSlice(request: UndoRequest): Promise<UndoResult> {
    const undone = await this.#undoes.undoSlice({ ...request, relation: relationThere(request.relation) });
    const idOf = (key: RecordKey): string => String(keyValues(key)[0]);
    const ids = await ownIds(
      this.#system,
      undone.refused.map(({ key }) => idOf(key)),
    );
    const refused = undone.refused.map(({ key, reason }) => ({
      key: recordKey([ids.get(idOf(key)) ?? null]),
      reason,
    }));
    return { ...undone, refused };
  }
}
