import type {
  BulkFormat,
  BulkLoad,
  BulkPiece,
  BulkSlice,
  Exports,
  Imports,
  PiecedWrite,
  SliceResult,
  WriteRecord,
} from '../../src/connectors/index.ts';
import {
  isGodwitError,
  type Relation,
  type Row,
  recordKey,
  type Slice,
  type SliceCounts,
  type Value,
} from '../../src/model/index.ts';
import { commitSlice } from './commit-slice.ts';
import { type Filling, FillSlice } from './fill-slice.ts';
import { type SliceName, sliceKey, type Transaction } from './simulated-database.ts';
import { placeOf, type StoredRecord, valuesOf } from './stored-records.ts';
import { stormFault } from './storm-faults.ts';
import type { Wire } from './wire.ts';

/** Two made-up databases sort alike. */
const order = 'by number';
const recordsInChunk = 3;

/**
 * Bulk export of a made-up database, whatever the format is called: records as JSON, one a line.
 *
 * @param within the records of a slice, in order
 */
export function exportsOf(
  wire: Wire,
  formats: readonly BulkFormat[],
  within: (relation: Relation, slice: Slice) => readonly StoredRecord[],
): Exports {
  return {
    formats,
    order: async () => wire.call('order', () => order),
    ...(wire.database.bulkPieces ? { cut: cutsOf(wire, within) } : {}),
    export: async function* exportSlice(relation, slice, load): AsyncGenerator<Uint8Array> {
      const records = within(relation, slice);
      for (let at = 0; at < records.length; at += recordsInChunk)
        yield await wire.call('export', () =>
          new TextEncoder().encode(
            records
              .slice(at, at + recordsInChunk)
              .map((record) => lineOf(relation, load, record))
              .join(''),
          ),
        );
    },
  };
}

function cutsOf(
  wire: Wire,
  within: (relation: Relation, slice: Slice) => readonly StoredRecord[],
): NonNullable<Exports['cut']> {
  return async function* cut(relation, slice, rowsPerPart): AsyncGenerator<Slice> {
    const keys = await wire.call('cut', () =>
      within(relation, slice).map(({ values }) => valuesOf(relation, relation.identity, values)),
    );
    let { after } = slice;
    for (let at = rowsPerPart; at < keys.length; at += rowsPerPart) {
      const upTo: Row = keys[at - 1] ?? [];
      yield { ...slice, after, upTo, rowsEstimate: rowsPerPart };
      after = upTo;
    }
    yield { ...slice, after, rowsEstimate: rowsPerPart };
  };
}

function lineOf(relation: Relation, { fields }: BulkLoad, { values, damage }: StoredRecord): string {
  if (damage !== null) throw stormFault.notInBulk('storm.unreadable');
  const exported = fields.map(({ source }) =>
    source.kind === 'field' ? (values[placeOf(relation, source.field.name)] ?? null) : null,
  );
  return `${JSON.stringify(exported)}\n`;
}

/** Bulk import into a made-up database: a slice, one transaction, all of it or nothing; or piece by piece, as records where it must. */
export class SimulatedImports implements Imports {
  readonly importPieces?: (write: PiecedWrite) => Promise<SliceResult>;
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
    if (wire.database.bulkPieces) this.importPieces = async (write) => this.#importPieces(write);
  }

  get formats(): readonly BulkFormat[] {
    return this.#wire.database.bulk;
  }

  async plan(
    ...[, fields, formats]: Parameters<Imports['plan']>
  ): Promise<{ readonly kind: 'load'; readonly load: BulkLoad }> {
    const [format = 'postgres-binary'] = formats;
    return this.#wire.call('planImport', () => ({
      kind: 'load',
      load: { format, fields: fields.map((field) => ({ ...field, exportAs: null })) },
    }));
  }

  async order(): Promise<string> {
    return this.#wire.call('order', () => order);
  }

  async importSlice(write: BulkSlice): Promise<SliceResult> {
    const { load, key, bounds, chunks } = write;
    const filling = fillingOf(write, load, key);
    return this.#inOneTransaction(write, filling, async (transaction, slice) => {
      const records = await this.#arrive(transaction, filling, { chunks, bounds });
      await this.#put(transaction, () => {
        for (const record of records) slice.add(record);
      });
      const [refused] = await this.#wire.call('settle', () => slice.finish());
      if (refused) throw stormFault.notInBulk(refused.code);
      return write.beforeCommit(records.length);
    });
  }

  async #importPieces(write: PiecedWrite): Promise<SliceResult> {
    const filling = fillingOf(write, write.load, write.key);
    return this.#inOneTransaction(write, filling, async (transaction, slice) => {
      for await (const piece of write.pieces)
        if ('chunks' in piece) piece.done(await this.#loadPiece(transaction, slice, filling, piece));
        else
          await this.#put(transaction, () => {
            for (const record of piece) slice.add(record);
          });
      return write.beforeCommit(await this.#wire.call('settle', () => slice.finish()));
    });
  }

  /** How many records there are in it; null when one cannot go, and then none of it is there. */
  async #loadPiece(
    transaction: Transaction,
    slice: FillSlice,
    filling: Filling,
    piece: BulkPiece,
  ): Promise<number | null> {
    try {
      const records = await this.#arrive(transaction, filling, { chunks: piece.chunks, bounds: piece });
      return (await this.#put(transaction, () => slice.addAll(records))) ? records.length : null;
    } catch (error) {
      if (isGodwitError(error) && error.fate === 'never') return null;
      throw error;
    }
  }

  async #inOneTransaction(
    write: SliceName,
    filling: Filling,
    fill: (transaction: Transaction, slice: FillSlice) => Promise<SliceCounts>,
  ): Promise<SliceResult> {
    const { database } = this.#wire;
    const transaction = await this.#wire.begin();
    try {
      const stored = database.checkpoints.get(sliceKey(write));
      if (stored) return { applied: false, counts: stored.counts };
      const slice = new FillSlice(transaction, filling);
      const counts = await fill(transaction, slice);
      const appliedAt = this.#wire.now();
      await this.#wire.call('commit', () => {
        this.#wire.assertOpen(transaction);
        const books = { counts, appliedAt, undo: slice.undoEntries(), ids: [] };
        commitSlice(database, transaction, { ...write, object: '' }, books);
        this.#wire.end(transaction);
      });
      return { applied: true, counts };
    } finally {
      this.#wire.abort(transaction);
    }
  }

  /** The records as they come over the wire; undo would look for them between the bounds. */
  async #arrive(
    transaction: Transaction,
    { fields, key }: Filling,
    { chunks, bounds }: Pick<BulkSlice, 'chunks' | 'bounds'>,
  ): Promise<readonly WriteRecord[]> {
    const records: WriteRecord[] = [];
    for await (const chunk of chunks)
      await this.#wire.call('load', () => {
        this.#wire.assertOpen(transaction);
        for (const row of rowsIn(chunk)) {
          const named = key.map((name) => row[fields.indexOf(name)] ?? null);
          if (bounds && !isWithin(bounds, named))
            throw new RangeError('a record lies outside the bounds of its slice');
          records.push({ sourceKey: recordKey(named), row });
        }
      });
    return records;
  }

  async #put<Result>(transaction: Transaction, add: () => Result): Promise<Result> {
    const { database } = this.#wire;
    return this.#wire.call('write', () => {
      this.#wire.assertOpen(transaction);
      const added = add();
      if (transaction.records() > database.recordsMax) throw stormFault.diskFull(database.fullIs);
      return added;
    });
  }
}

function fillingOf(
  { relation }: { readonly relation: Relation },
  load: BulkLoad,
  key: readonly string[],
): Filling {
  return { relation, mode: 'insert', fields: load.fields.map(({ target }) => target.name), key };
}

/** Of one number: undo would look for the records between these. */
function isWithin(
  { after, upTo }: NonNullable<BulkSlice['bounds']>,
  [key]: readonly (Value | undefined)[],
): boolean {
  const at = BigInt(String(key));
  return (!after || BigInt(String(after[0])) < at) && (!upTo || at <= BigInt(String(upTo[0])));
}

function rowsIn(chunk: Uint8Array): readonly Row[] {
  const lines = new TextDecoder().decode(chunk).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Row);
}
