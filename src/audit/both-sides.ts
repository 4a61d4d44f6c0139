import type { BadRecord, Row, Value } from '../model/index.ts';
import type { AuditedRelation, AuditOptions, ExpectedAccount, IdSource } from './audited-relation.ts';
import {
  arrange,
  type ComparedFields,
  filledPlaces,
  keyPlacesOf,
  keyText,
  placesOf,
} from './compared-fields.ts';
import type { RecordOrigin } from './difference.ts';
import { readExpected } from './read-expected.ts';

type Phase = 'digest' | 'compare';

/** @param upserted the places the record fills, when it changes one of that key that is there; else null */
export type ExpectedRecordVisitor = (
  key: string,
  row: Row,
  excused: boolean,
  origin: RecordOrigin,
  upserted: ReadonlySet<number> | null,
) => void;

const wholeRelation = { number: 0, after: null, upTo: null, rowsEstimate: 0 } as const;
const progressEveryRows = 20_000;
const batchRowsMax = 3_000;

/** The two streams an audit reads, as often as it needs them. */
export class BothSides {
  readonly #audited: AuditedRelation;
  readonly #compared: ComparedFields;
  readonly #ids: IdSource;
  readonly #options: AuditOptions;

  constructor(audited: AuditedRelation, compared: ComparedFields, ids: IdSource, options: AuditOptions) {
    this.#audited = audited;
    this.#compared = compared;
    this.#ids = ids;
    this.#options = options;
  }

  /** @param wants which keys are looked at; the records of others are not put together */
  async readExpectedSide(
    phase: Phase,
    wants: (key: string) => boolean,
    visit: ExpectedRecordVisitor,
  ): Promise<readonly ExpectedAccount[]> {
    const accounts: ExpectedAccount[] = [];
    const progress = this.#progress(phase);
    for (const object of this.#audited.objects) {
      const upserted = object.upserts ? filledPlaces(this.#compared, object.transform.targetFields) : null;
      const visitor = {
        wants,
        progress,
        expect: (key: string, row: Row, sourceKey: string, excused: boolean): void =>
          visit(key, row, excused, { object: object.name, sourceKey }, upserted),
      };
      accounts.push(await readExpected(object, this.#compared, this.#ids, visitor));
    }
    return accounts;
  }

  /** @param visitBad records that are there and cannot be read, with their key where it is known */
  async readActualSide(
    phase: Phase,
    wants: (key: string) => boolean,
    visit: (key: string, row: Row) => void,
    visitBad: (key: string | null, bad: BadRecord) => void,
  ): Promise<void> {
    const { relation, snapshot } = this.#audited;
    const progress = this.#progress(phase);
    for await (const batch of snapshot.read(relation, wholeRelation, { batchRowsMax })) {
      const places = placesOf(this.#compared, batch.fields);
      const keyPlaces = keyPlacesOf(this.#compared, places);
      for (const row of batch.rows) {
        progress();
        const key = keyText(row, this.#compared, keyPlaces);
        if (wants(key)) visit(key, arrange(row, places));
      }
      for (const bad of batch.bad) visitBad(this.#keyOfBad(bad), bad);
      if (phase === 'digest') await this.#options.onTarget?.(batch);
    }
  }

  /** Known only where records are named by the very fields by which the target tells them apart. */
  #keyOfBad({ key }: BadRecord): string | null {
    const { fields, key: places } = this.#compared;
    const { identity } = this.#audited.relation;
    if (key === null || places.length !== identity.length) return null;
    const row: Value[] = fields.map(() => null);
    for (const place of places) {
      const at = identity.indexOf(fields[place]?.name ?? '');
      if (at < 0) return null;
      row[place] = key[at] ?? null;
    }
    return keyText(row, this.#compared, this.#compared.key);
  }

  #progress(phase: Phase): () => void {
    let rowsRead = 0;
    return () => {
      rowsRead += 1;
      if (rowsRead % progressEveryRows !== 0) return;
      this.#options.signal?.throwIfAborted();
      this.#options.onProgress?.({ relation: this.#audited.relation.name, rowsRead, phase });
    };
  }
}
