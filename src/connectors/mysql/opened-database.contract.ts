import type { MysqlAccess } from '../../../tests/servers/index.ts';
import {
  findRelation,
  type RecordBatch,
  type Relation,
  type Row,
  recordKey,
  type Slice,
} from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import type { OpenContext, OpenSystem, RefusedRecord, SliceResult, SliceWrite, UndoResult } from '../port.ts';
import type { MysqlAddress } from './address.ts';
import { type FreshDatabase, freshDatabase } from './mysql-system.contract.ts';
import { mysql } from './open.ts';

/** A database with some SQL in it, opened through the shelf; what tests of this shelf alone start from. */
export interface OpenedDatabase extends AsyncDisposable {
  readonly plain: FreshDatabase;
  readonly system: OpenSystem;
  relation(name: string): Promise<Relation>;
}

export interface Opening {
  readonly role?: OpenContext['role'];
  readonly context?: Partial<OpenContext>;
  readonly address?: Partial<MysqlAddress>;
}

export async function openDatabase(
  server: MysqlAccess,
  statements: readonly string[],
  { role = 'target', context = {}, address = {} }: Opening = {},
): Promise<OpenedDatabase> {
  const plain = await freshDatabase(server);
  for (const statement of statements) await plain.connection.query(statement);
  const system = await mysql.open({ ...plain.address, ...address }, { ...contextFor(role), ...context });
  if (system.writes !== null) await system.writes.prepare('run');
  return {
    plain,
    system,
    relation: async (name) => {
      const found = findRelation(await system.inspects.inspect(), name);
      if (found === undefined) throw new Error(`no relation ${name}`);
      return found;
    },
    [Symbol.asyncDispose]: async () => {
      await system[Symbol.asyncDispose]();
      await plain[Symbol.asyncDispose]();
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
  let refused: readonly RefusedRecord[] = [];
  const batches = async function* (): AsyncGenerator<{ sourceKey: string; row: Row }[]> {
    yield rows.map((row, at) => ({ sourceKey: recordKey([String(at)]), row }));
  };
  const result = await system.writes!.writeSlice({
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
  const [rows, bad]: [Row[], RecordBatch['bad'][number][]] = [[], []];
  let names: { readonly relation: string; readonly fields: readonly string[] } = { relation: '', fields: [] };
  for await (const batch of batches) {
    names = { relation: batch.relation, fields: batch.fields };
    rows.push(...batch.rows);
    bad.push(...batch.bad);
  }
  return { ...names, rows, bad };
}

export async function readWhole(system: OpenSystem, relation: Relation): Promise<RecordBatch> {
  await using snapshot = await system.reads.snapshot();
  return await allOf(snapshot.read(relation, whole));
}

export async function undoOne(system: OpenSystem, relation: Relation, slice = 0): Promise<UndoResult> {
  return system.undoes!.undoSlice({ run: 'run', step: 'step', slice, relation });
}
