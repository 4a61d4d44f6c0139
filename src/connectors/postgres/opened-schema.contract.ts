import type { Client } from 'pg';
import type { PostgresAccess } from '../../../tests/servers/index.ts';
import {
  findRelation,
  type RecordBatch,
  type Relation,
  type Row,
  recordKey,
  type Slice,
} from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { OpenContext, OpenSystem, RefusedRecord, SliceResult, SliceWrite, Snapshot } from '../port.ts';
import type { PostgresAddress } from './address.ts';
import { postgres } from './open.ts';
import { freshSchema } from './postgres-system.contract.ts';

/** A schema with some SQL in it, opened through the shelf; what tests of this shelf alone start from. */
export interface OpenedSchema extends AsyncDisposable {
  readonly client: Client;
  readonly address: PostgresAddress;
  readonly system: OpenSystem;
  relation(name: string): Promise<Relation>;
  /** The rows of a query, as text. */
  ask(sql: string): Promise<(string | null)[][]>;
}

export async function openSchema(
  server: PostgresAccess,
  database: string,
  sql: string,
  role: OpenContext['role'] = 'target',
  context: Partial<OpenContext> = {},
): Promise<OpenedSchema> {
  const fresh = await freshSchema(server, database);
  await fresh.client.query(sql);
  const system = await postgres.open(fresh.address, { ...contextFor(role), ...context });
  if (system.writes !== null) await system.writes.prepare('run');
  return {
    client: fresh.client,
    address: fresh.address,
    system,
    relation: async (name) => {
      const found = findRelation(await system.inspects.inspect(), name);
      if (found === undefined) throw new Error(`no relation ${name}`);
      return found;
    },
    ask: async (question) =>
      (await fresh.client.query<(string | null)[]>({ text: question, rowMode: 'array' })).rows,
    [Symbol.asyncDispose]: async () => {
      await system[Symbol.asyncDispose]();
      await fresh[Symbol.asyncDispose]();
    },
  };
}

export interface SliceContent extends Partial<Omit<SliceWrite, 'relation' | 'fields'>> {
  readonly rows: readonly Row[];
  readonly fields: readonly string[];
}

/** Writes one slice `run / step / 0` in one batch; source keys are the places of the rows. */
export async function writeOne(
  system: OpenSystem,
  relation: Relation,
  { rows, ...more }: SliceContent,
): Promise<SliceResult & { readonly refused: readonly RefusedRecord[] }> {
  if (system.writes === null) throw new Error('not a target');
  let refused: readonly RefusedRecord[] = [];
  const batches = async function* (): AsyncGenerator<{ sourceKey: string; row: Row }[]> {
    yield rows.map((row, at) => ({ sourceKey: recordKey([String(at)]), row }));
  };
  const result = await system.writes.writeSlice({
    run: 'run',
    step: 'step',
    slice: 0,
    object: 'object',
    relation,
    mode: 'insert',
    key: relation.identity.filter((name) => more.fields.includes(name)),
    captureIds: false,
    batches: batches(),
    beforeCommit: async (records) => {
      refused = records;
      const counts = { rowsRead: rows.length, rowsWritten: rows.length - records.length };
      return { ...counts, rowsQuarantined: records.length, rowsPurged: 0 };
    },
    ...more,
  });
  return { ...result, refused };
}

export const whole: Slice = { number: 0, after: null, upTo: null, rowsEstimate: 0 };

export async function allOf(batches: AsyncIterable<RecordBatch>): Promise<RecordBatch> {
  const all = {
    relation: '',
    fields: [] as readonly string[],
    rows: [] as Row[],
    bad: [] as RecordBatch['bad'][number][],
  };
  for await (const { relation, fields, rows, bad } of batches) {
    Object.assign(all, { relation, fields });
    all.rows.push(...rows);
    all.bad.push(...bad);
  }
  return all;
}

export async function readWhole(system: OpenSystem, relation: Relation): Promise<RecordBatch> {
  await using snapshot: Snapshot = await system.reads.snapshot();
  return await allOf(snapshot.read(relation, whole));
}

export async function undoOne(
  system: OpenSystem,
  relation: Relation,
): Promise<{
  readonly rowsRemoved: number;
  readonly rowsRestored: number;
  readonly refused: readonly { readonly key: string; readonly reason: string }[];
}> {
  if (system.undoes === null) throw new Error('not a target');
  return system.undoes.undoSlice({ run: 'run', step: 'step', slice: 0, relation });
}
