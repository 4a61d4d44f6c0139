import type { RecordBatch, Relation, Row, Slice } from '../../model/index.ts';
import { BatchBuilder } from '../batch-builder.ts';
import type { ReadOptions } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import { ownerFields, ownersName, readOwners } from './owners.ts';
import type { ReadsRelation } from './reads-relation.ts';
import { wantedFields } from './wanted-fields.ts';

/** Who records can belong to: so few that all are read each time. */
export class ReadsOwners implements ReadsRelation {
  readonly #api: AccountApi;

  constructor(api: AccountApi) {
    this.#api = api;
  }

  async *keys(): AsyncGenerator<readonly Row[]> {
    yield (await readOwners(this.#api)).map(([id = null]) => [id]);
  }

  async *read(relation: Relation, { after, upTo }: Slice, options: ReadOptions): AsyncGenerator<RecordBatch> {
    const wanted = wantedFields(
      relation,
      ownerFields.map(({ name }) => name),
    );
    const batches = new BatchBuilder(ownersName, wanted.names, options);
    const number = (row: Row): bigint => BigInt(String(row[0]));
    for (const row of await readOwners(this.#api)) {
      if (after !== null && number(row) <= number(after)) continue;
      if (upTo !== null && number(row) > number(upTo)) break;
      batches.add(wanted.of(row));
      if (batches.isFull) yield batches.take();
    }
    if (!batches.isEmpty) yield batches.take();
  }

  async *fetch(relation: Relation): AsyncGenerator<RecordBatch> {
    yield* this.read(relation, { number: 0, after: null, upTo: null, rowsEstimate: 0 }, {});
  }
}
