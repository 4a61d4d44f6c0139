import type { SqliteFile } from '../../host/index.ts';
import type { Relation } from '../../model/index.ts';
import { notCertain } from '../binary-copy/index.ts';
import type { BulkField, BulkFormat, BulkPlan, BulkSlice, OpenContext, SliceResult } from '../port.ts';
import { storeCheckpoint, storedCounts } from './bookkeeping.ts';
import { textEncoding } from './exact-record.ts';
import { isDriverError } from './faults.ts';
import { catalogTables } from './read-catalog.ts';
import { isRuleBroken } from './refusals.ts';
import { quoted, textLiteral } from './sql.ts';
import type { StagedSlice, Stages } from './stage-slice.ts';
import { stagedFields, stagedKind } from './staged-fields.ts';
import { storeLoaded } from './undo-packs.ts';
import type { WriterConnection } from './writer-connection.ts';

export const importFormats: readonly BulkFormat[] = ['postgres-text'];

/** See `Imports.plan`: taken only where the same records would stand in the target that are written one by one. */
export function planImport(
  file: SqliteFile,
  relation: Relation,
  fields: readonly BulkField[],
  formats: readonly BulkFormat[],
): BulkPlan {
  if (!formats.includes('postgres-text')) return impossible('the source does not give postgres-text');
  const obstacle = obstacleIn(file, relation) ?? obstacleAmong(relation, fields);
  if (obstacle !== null) return impossible(obstacle);
  const place = ({ target }: BulkField): number =>
    relation.fields.findIndex(({ name }) => name === target.name);
  const inOrder = fields.toSorted((a, b) => place(a) - place(b));
  return {
    kind: 'load',
    load: {
      format: 'postgres-text',
      fields: inOrder.map((field) => ({ ...field, exportAs: null })),
      sorted: true,
    },
  };
}

function impossible(reason: string): BulkPlan {
  return { kind: 'impossible', reason };
}

function obstacleIn(file: SqliteFile, relation: Relation): string | null {
  const { name, fields, foreignKeys } = relation;
  const table = catalogTables(file).find((one) => one.name === name);
  if (table?.type !== 'table') return `${name} is not a table of its own`;
  if (table.withoutRowId) return `${name} has no row numbers (WITHOUT ROWID)`;
  if (hasTriggers(file, name)) return `${name} has triggers, which see its records one by one`;
  if (textEncoding(file) !== 'utf-8') return 'the file keeps texts in UTF-16';
  if (fields.some(({ generated }) => generated === 'computed')) return `${name} computes fields of its own`;
  if (foreignKeys.some(({ references }) => references.relation === name))
    return `records of ${name} refer to each other`;
  return foreignKeys.some(({ deferrable }) => deferrable)
    ? `references of ${name} are looked at with the commit only`
    : null;
}

function hasTriggers(file: SqliteFile, relation: string): boolean {
  const sql = `SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE`;
  return file.statement(sql).first(relation) !== undefined;
}

function obstacleAmong(relation: Relation, fields: readonly BulkField[]): string | null {
  const given = new Set(fields.map(({ target }) => target.name));
  if (!relation.identity.every((name) => given.has(name)))
    return `what names a record of ${relation.name} is not among its fields`;
  const own = relation.fields.find((field) => !given.has(field.name) && field.default !== null);
  if (own) return `${relation.name}.${own.name} gets a value of its own in every record`;
  const unfit = fields.find((field) => stagedKind(field) === null);
  if (unfit === undefined) return null;
  const { source, target } = unfit;
  const from =
    source.kind === 'computed' ? 'what is computed' : `${source.field.name} (${source.field.native})`;
  return `${from} goes into ${relation.name}.${target.name} (${target.native}) value by value`;
}

/**
 * Stages the slice and lets SQLite copy the whole of it: one statement, in the transaction of its checkpoint. Where a record is
 * refused nothing of the slice stays.
 */
export async function importSlice(
  connection: WriterConnection,
  stages: Stages,
  context: OpenContext,
  slice: BulkSlice,
): Promise<SliceResult> {
  const {
    relation: { name },
    step,
  } = slice;
  // Not in turn: while another slice is written this one is staged.
  const stored = connection.prepared() ? storedCounts(connection.file, slice) : null;
  if (stored !== null) return { applied: false, counts: stored };
  const form = formOf(slice);
  const { relation, fields, identity, rowNumber } = form;
  const order = { relation: relation.name, fields, identity, rowNumber };
  using staged = await stages.stage(order, checked(slice.chunks, context.signal));
  return await connection.inTurn({ relation: name, step }, async () =>
    loadStaged(connection, context, slice, form, staged),
  );
}

interface Form {
  readonly relation: Relation;
  readonly fields: ReturnType<typeof stagedFields>;
  readonly identity: readonly number[];
  readonly rowNumber: number | null;
}

function formOf({ relation, load }: BulkSlice): Form {
  const fields = stagedFields(relation, load);
  const identity = relation.identity.map((name) => fields.findIndex(({ field }) => field.name === name));
  const [first = -1] = identity;
  // Only by its key the source sorts: another field may be the row's number and come in any order.
  const numbered =
    identity.length === 1 &&
    fields[first]?.field.generated === 'identity-default' &&
    fields[first]?.kind === 'integer';
  return { relation, fields, identity, rowNumber: numbered ? first : null };
}

async function loadStaged(
  connection: WriterConnection,
  context: OpenContext,
  slice: BulkSlice,
  { relation, fields, identity, rowNumber }: Form,
  staged: StagedSlice,
): Promise<SliceResult> {
  const { file, seal } = connection;
  connection.prepare();
  file.run(`ATTACH ${textLiteral(staged.path)} AS ${stageName}`);
  try {
    return await connection.transaction<SliceResult>(async () => {
      const stored = storedCounts(file, slice);
      if (stored !== null) return () => ({ applied: false, counts: stored });
      copyStaged(file, relation, staged.rows);
      const counts = await slice.beforeCommit(staged.rows);
      return () => {
        const head = {
          fields: fields.map(({ field }) => field.name),
          identity: identity.length,
          rowNumber,
        };
        storeLoaded(file, seal, slice, head, staged.parts);
        storeCheckpoint(file, slice, counts, context.clock.now());
        return { applied: true, counts };
      };
    });
  } finally {
    file.run(`DETACH ${stageName}`);
  }
}

const stageName = 'godwit_stage';

/** OR ABORT: see `place-records.ts`. */
function copyStaged(file: SqliteFile, { name }: Relation, rows: number): void {
  try {
    const copied = file
      .statement(`INSERT OR ABORT INTO main.${quoted(name)} SELECT * FROM ${stageName}.staged`)
      .run();
    if (copied !== rows) throw notCertain(name, null);
  } catch (error) {
    if (isDriverError(error) && isRuleBroken(error)) throw notCertain(name, null);
    throw error;
  }
}

async function* checked(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    signal.throwIfAborted();
    yield chunk;
  }
}
