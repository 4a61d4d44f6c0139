import type { Relation, Row, Slice } from '../../model/index.ts';
import { mysqlTextLine } from '../mysql-text.ts';
import type { BulkPlan, SliceResult } from '../port.ts';
import { type OpenedDatabase, whole } from './opened-database.contract.ts';

/** Every field of the source relation that the target's has too, into the field of the same name. */
export async function planned(
  opened: OpenedDatabase,
  relation: Relation,
  source: Relation,
): Promise<BulkPlan> {
  const fields = relation.fields.flatMap((field) => {
    const of = source.fields.find(({ name }) => name === field.name);
    return of && field.generated !== 'computed'
      ? [{ source: { kind: 'field' as const, field: of }, target: field }]
      : [];
  });
  return await opened.system.writes!.imports!.plan(relation, fields, ['mysql-text']);
}

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  yield new Uint8Array();
}

export interface Loading {
  readonly rows: readonly Row[];
  readonly slice?: Slice;
  /** As what the records come; the target's own relation unless told otherwise. */
  readonly source?: Relation;
  readonly chunkBytes?: number;
  readonly chunks?: AsyncIterable<Uint8Array>;
  readonly step?: string;
}

/** Loads one slice `run / step / number` as text. */
export async function load(opened: OpenedDatabase, name: string, loading: Loading): Promise<SliceResult> {
  const relation = await opened.relation(name);
  const plan = await planned(opened, relation, loading.source ?? relation);
  if (plan.kind === 'impossible') throw new Error(plan.reason);
  const kinds = plan.load.fields.map(({ target }) => target.type.kind);
  const text = loading.rows.map((row) => mysqlTextLine(kinds, row)).join('');
  const { number, after, upTo } = loading.slice ?? whole;
  return await opened.system.writes!.imports!.importSlice({
    run: 'run',
    step: loading.step ?? 'step',
    slice: number,
    relation,
    load: plan.load,
    key: relation.identity,
    bounds: { after, upTo },
    chunks: loading.chunks ?? inChunks(text, loading.chunkBytes ?? 7),
    beforeCommit: async (rows) => ({ rowsRead: rows, rowsWritten: rows, rowsQuarantined: 0, rowsPurged: 0 }),
  });
}
