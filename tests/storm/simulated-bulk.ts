import type {
  BulkFormat,
  BulkLoad,
  BulkSlice,
  Exports,
  Imports,
  SliceResult,
} from '../../src/connectors/index.ts';
import { type Relation, type Row, recordKey, type Slice, type Value } from '../../src/model/index.ts';
import { commitSlice } from './commit-slice.ts';
import { FillSlice } from './fill-slice.ts';
import { sliceKey, type Transaction } from './simulated-database.ts';
import { placeOf, type StoredRecord } from './stored-records.ts';
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

function lineOf(relation: Relation, { fields }: BulkLoad, { values, damage }: StoredRecord): string {
  if (damage !== null) throw stormFault.notInBulk('storm.unreadable');
  const exported = fields.map(({ source }) =>
    source.kind === 'field' ? (values[placeOf(relation, source.field.name)] ?? null) : null,
  );
  return `${JSON.stringify(exported)}\n`;
}

/** Bulk import into a made-up database: a slice, one transaction, all of it or nothing. */
export class SimulatedImports implements Imports {
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
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
    const { database } = this.#wire;
    const transaction = await this.#wire.begin();
    try {
      const stored = database.checkpoints.get(sliceKey(write));
      if (stored) return { applied: false, counts: stored.counts };
      const { slice, rows } = await this.#load(transaction, write);
      const counts = await write.beforeCommit(rows);
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

  async #load(
    transaction: Transaction,
    write: BulkSlice,
  ): Promise<{ readonly slice: FillSlice; readonly rows: number }> {
    const { database } = this.#wire;
    const { relation, load, key, bounds } = write;
    const fields = load.fields.map(({ target }) => target.name);
    const slice = new FillSlice(transaction, { relation, mode: 'insert', fields, key });
    let rows = 0;
    for await (const chunk of write.chunks)
      await this.#wire.call('load', () => {
        this.#wire.assertOpen(transaction);
        for (const row of rowsIn(chunk)) {
          if (
            bounds &&
            !isWithin(
              bounds,
              key.map((name) => row[fields.indexOf(name)]),
            )
          )
            throw new RangeError('a record lies outside the bounds of its slice');
          slice.add({ sourceKey: recordKey([String(rows)]), row });
          rows += 1;
        }
        if (transaction.records() > database.recordsMax) throw stormFault.diskFull(database.fullIs);
      });
    const [refused] = await this.#wire.call('settle', () => slice.finish());
    if (refused) throw stormFault.notInBulk(refused.code);
    return { slice, rows };
  }
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
