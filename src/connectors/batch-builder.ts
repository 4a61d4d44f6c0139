import type { BadRecord, RecordBatch, Row, Value } from '../model/index.ts';
import type { ReadOptions } from './port.ts';

const rowsDefault = 1_000;
const bytesDefault = 8 * 1024 * 1024;

/** Collects records until there are as many, or as large ones, as a batch may hold. */
export class BatchBuilder {
  readonly #relation: string;
  readonly #fields: readonly string[];
  readonly #rowsMax: number;
  readonly #bytesMax: number;
  #rows: Row[] = [];
  #bad: BadRecord[] = [];
  #bytes = 0;

  constructor(relation: string, fields: readonly string[], options: ReadOptions) {
    this.#relation = relation;
    this.#fields = fields;
    this.#rowsMax = options.batchRowsMax ?? rowsDefault;
    this.#bytesMax = options.batchBytesMax ?? bytesDefault;
  }

  get isEmpty(): boolean {
    return this.#rows.length + this.#bad.length === 0;
  }

  get isFull(): boolean {
    return this.#rows.length + this.#bad.length >= this.#rowsMax || this.#bytes >= this.#bytesMax;
  }

  add(row: Row): void {
    this.#rows.push(row);
    this.#bytes += row.reduce<number>((sum, value) => sum + sizeOf(value), 0);
  }

  addBad(bad: BadRecord): void {
    this.#bad.push(bad);
    this.#bytes += bad.original.length;
  }

  take(): RecordBatch {
    const batch = { relation: this.#relation, fields: this.#fields, rows: this.#rows, bad: this.#bad };
    [this.#rows, this.#bad, this.#bytes] = [[], [], 0];
    return batch;
  }
}

const sizeOf = (value: Value): number =>
  typeof value === 'string' || value instanceof Uint8Array ? value.length : 1;
