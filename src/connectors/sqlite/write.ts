import type { RecordKey, Relation, Row } from '../../model/index.ts';
import type {
  AppliedSlice,
  AskedIds,
  BulkField,
  BulkFormat,
  BulkPlan,
  Imports,
  KeptId,
  OpenContext,
  SliceResult,
  SliceWrite,
  Writes,
} from '../port.ts';
import { appliedSlices, keptIds, resolveIds } from './bookkeeping.ts';
import { inWords } from './faults.ts';
import { importFormats, importSlice, planImport } from './import-slice.ts';
import { Stages } from './stage-slice.ts';
import { writeSlice } from './write-slice.ts';
import type { WriterConnection } from './writer-connection.ts';

export class SqliteWrites implements Writes, AsyncDisposable {
  readonly imports: Imports;
  readonly #connection: WriterConnection;
  readonly #context: OpenContext;
  readonly #stages: Stages;

  constructor(connection: WriterConnection, context: OpenContext) {
    this.#connection = connection;
    this.#context = context;
    this.#stages = new Stages(connection.path);
    this.imports = {
      formats: importFormats,
      namesRecords: true,
      plan: async (relation, fields, formats) => this.#plan(relation, fields, formats),
      order: async () => 'not asked for',
      importSlice: async (slice) => importSlice(connection, this.#stages, context, slice),
    };
  }

  async prepare(_run: string): Promise<void> {
    await this.#connection.inTurn({}, () => this.#connection.prepare());
  }

  /** Not in turn, like `resolve`: both may be asked for while a slice is being written. */
  async applied(run: string): Promise<readonly AppliedSlice[]> {
    return this.#read(() => (this.#connection.prepared() ? appliedSlices(this.#connection.file, run) : []));
  }

  async writeSlice(write: SliceWrite): Promise<SliceResult> {
    const where = { relation: write.relation.name, step: write.step };
    return this.#connection.inTurn(where, async () => writeSlice(this.#connection, this.#context, write));
  }

  /** The records of a slice that is being written are made with it; ids become visible with their slice's commit only. */
  async resolve(
    run: string,
    object: string,
    sourceKeys: readonly RecordKey[],
  ): Promise<ReadonlyMap<RecordKey, Row>> {
    return this.#read(() =>
      this.#connection.prepared()
        ? resolveIds(this.#connection.file, run, object, sourceKeys)
        : new Map<RecordKey, Row>(),
    );
  }

  async keptIds(asked: AskedIds): Promise<readonly KeptId[]> {
    return this.#read(() => (this.#connection.prepared() ? keptIds(this.#connection.file, asked) : []));
  }

  /** SQLite gives the number after the largest there is (after the largest ever, with AUTOINCREMENT): nothing to set. */
  async advanceSequences(relations: readonly Relation[]): Promise<readonly string[]> {
    const numbered = relations.filter(({ fields }) =>
      fields.some(({ generated }) => generated.startsWith('identity')),
    );
    return numbered.map(({ name }) => `${name}: the next number is after the largest one, by SQLite itself`);
  }

  /** Each slice was final with its commit. */
  async finish(_run: string): Promise<void> {
    await this.#connection.inTurn({}, () => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stages[Symbol.asyncDispose]();
  }

  /** What can be loaded will be: the thread that stages it begins while the source is looked at. */
  #plan(relation: Relation, fields: readonly BulkField[], formats: readonly BulkFormat[]): BulkPlan {
    const plan = this.#read(() => planImport(this.#connection.file, relation, fields, formats));
    if (plan.kind === 'load') this.#stages.begin();
    return plan;
  }

  #read<Result>(work: () => Result): Result {
    return inWords({ file: this.#connection.path }, work);
  }
}
