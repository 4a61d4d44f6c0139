import type {
  AppliedSlice,
  AskedIds,
  GivenNumbers,
  Imports,
  KeptId,
  SliceResult,
  SliceWrite,
  Undoes,
  UndoRequest,
  UndoResult,
  Writes,
} from '../../src/connectors/index.ts';
import { type RecordKey, type Relation, type Row, recordKey } from '../../src/model/index.ts';
import { commitSlice } from './commit-slice.ts';
import { FillSlice } from './fill-slice.ts';
import { SimulatedImports } from './simulated-bulk.ts';
import {
  idKey,
  type SimulatedDatabase,
  type SliceName,
  sliceKey,
  Transaction,
} from './simulated-database.ts';
import { placeOf } from './stored-records.ts';
import { stormFault } from './storm-faults.ts';
import { takeBackSlice } from './take-back-slice.ts';
import type { Wire } from './wire.ts';

/** Writing into a made-up database: one slice, one transaction, as the port says. */
export class SimulatedWrites implements Writes {
  readonly imports?: Imports;
  readonly #wire: Wire;
  readonly #database: SimulatedDatabase;

  constructor(wire: Wire) {
    this.#wire = wire;
    this.#database = wire.database;
    if (wire.database.bulk.length > 0) this.imports = new SimulatedImports(wire);
  }

  async prepare(run: string): Promise<void> {
    await this.#wire.call('prepare', () => this.#database.prepared.add(run));
  }

  async applied(run: string): Promise<readonly AppliedSlice[]> {
    return this.#wire.call('applied', () =>
      [...this.#database.checkpoints.values()]
        .filter((one) => one.run === run)
        .sort((a, b) => (a.step === b.step ? a.slice - b.slice : a.step < b.step ? -1 : 1))
        .map(({ step, slice, counts, appliedAt }) => ({ step, slice, counts, appliedAt })),
    );
  }

  async resolve(
    run: string,
    object: string,
    sourceKeys: readonly RecordKey[],
  ): Promise<ReadonlyMap<RecordKey, Row>> {
    return this.#wire.call('resolve', () => {
      const found = new Map<RecordKey, Row>();
      for (const key of sourceKeys) {
        const known = this.#database.ids.get(idKey(run, object, key));
        if (known) found.set(key, known.targetKey);
      }
      return found;
    });
  }

  async keptIds(asked: AskedIds): Promise<readonly KeptId[]> {
    const wanted = 'source' in asked ? asked.source : recordKey(asked.target);
    return this.#wire.call('keptIds', () =>
      [...this.#database.ids]
        .flatMap(([name, { run, step, slice, targetKey }]): readonly KeptId[] => {
          const [, object, key = ''] = name.split('\0');
          const side = 'source' in asked ? key : recordKey(targetKey);
          if (run !== asked.run || object !== asked.object || side !== wanted) return [];
          return [{ step, slice, targetKey, source: { kind: 'key', key } }];
        })
        .slice(0, asked.most),
    );
  }

  async writeSlice(write: SliceWrite): Promise<SliceResult> {
    const transaction = await this.#wire.begin();
    try {
      const stored = this.#database.checkpoints.get(sliceKey(write));
      if (stored) return { applied: false, counts: stored.counts };
      const slice = new FillSlice(transaction, write);
      for await (const batch of write.batches)
        await this.#wire.call('write', () => {
          this.#wire.assertOpen(transaction);
          for (const record of batch) slice.add(record);
          if (transaction.records() > this.#database.recordsMax)
            throw stormFault.diskFull(this.#database.fullIs);
        });
      const refused = await this.#wire.call('settle', () => slice.finish());
      const counts = await write.beforeCommit(refused);
      const appliedAt = this.#wire.now();
      await this.#wire.call('commit', () => {
        this.#wire.assertOpen(transaction);
        commitSlice(this.#database, transaction, write, {
          counts,
          appliedAt,
          undo: write.putsBack === undefined ? slice.undoEntries() : null,
          ids: write.captureIds ? slice.ids() : [],
        });
        this.#wire.end(transaction);
      });
      return { applied: true, counts };
    } finally {
      this.#wire.abort(transaction);
    }
  }

  async advanceSequences(relations: readonly Relation[], given?: GivenNumbers): Promise<readonly string[]> {
    return this.#wire.call('advanceSequences', () => {
      const transaction = new Transaction(this.#database);
      const said = relations.flatMap((relation) =>
        relation.fields
          .filter(({ generated }) => generated.startsWith('identity'))
          .map(({ name }) => advance(transaction, relation, name, given?.get(relation.name)?.get(name))),
      );
      this.#database.commit(transaction, 'others', null, () => undefined);
      return said;
    });
  }

  async finish(): Promise<void> {
    await this.#wire.call('finish', () => undefined);
  }
}

function advance(
  transaction: Transaction,
  { name }: Relation,
  field: string,
  given: string | undefined,
): string {
  const table = transaction.open(name);
  const at = placeOf(table.relation, field);
  let largest = BigInt(given ?? 0);
  for (const { values } of table.records.values()) {
    const number = BigInt(String(values[at] ?? 0));
    if (number > largest) largest = number;
  }
  if (table.nextNumber <= largest) table.nextNumber = largest + 1n;
  return `${name}.${field} goes on at ${table.nextNumber}`;
}

/** Taking slices back, each in one transaction. */
export class SimulatedUndoes implements Undoes {
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  async undoSlice({ run, step, slice, relation }: UndoRequest): Promise<UndoResult> {
    const { database } = this.#wire;
    const name: SliceName = { run, step, slice };
    const transaction = await this.#wire.begin();
    try {
      return await this.#wire.call('undo', () => {
        this.#wire.assertOpen(transaction);
        const entries = database.undo.get(sliceKey(name)) ?? [];
        const { rowsRemoved, rowsRestored, refused, remaining } = takeBackSlice(
          transaction,
          relation.name,
          entries,
        );
        database.commit(transaction, 'undo', name, () => {
          if (remaining.length > 0) database.undo.set(sliceKey(name), remaining);
          else forget(database, name);
        });
        this.#wire.end(transaction);
        return { rowsRemoved, rowsRestored, refused };
      });
    } finally {
      this.#wire.abort(transaction);
    }
  }
}

function forget(database: SimulatedDatabase, name: SliceName): void {
  database.checkpoints.delete(sliceKey(name));
  database.undo.delete(sliceKey(name));
  for (const [key, { run, step, slice }] of database.ids)
    if (run === name.run && step === name.step && slice === name.slice) database.ids.delete(key);
}
