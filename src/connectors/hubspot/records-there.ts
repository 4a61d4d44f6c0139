import type { DescribedObject } from './account-catalog.ts';
import { memberOf, textOr } from './answer-parts.ts';
import { folded, type Naming } from './outgoing-record.ts';
import { idOf, type RecordPages } from './record-pages.ts';
import { type HeldValues, heldValues, writableProperties } from './record-values.ts';

export interface RecordThere {
  readonly id: string;
  readonly values: HeldValues;
}

/** Looks which records an account holds, by their ids or by a unique property: at once, not by a search. */
export class RecordsThere {
  readonly #pages: RecordPages;
  readonly #object: DescribedObject;
  readonly #properties: readonly string[];

  constructor(pages: RecordPages, object: DescribedObject) {
    this.#pages = pages;
    this.#object = object;
    this.#properties = writableProperties(object).map(({ name }) => name);
  }

  /** By what names them, as `folded` spells it. */
  async byName(
    { property, isId }: Naming,
    names: readonly string[],
  ): Promise<ReadonlyMap<string, RecordThere>> {
    if (isId) return await this.byId(names);
    const wanted = { object: this.#object, properties: this.#properties };
    const found = await this.#pages.fetch(wanted, [...new Set(names)], { property, archived: false });
    return new Map(
      found.map((record) => {
        const name = textOr(memberOf(record, 'properties'), property);
        return [folded(name), { id: idOf(record), values: heldValues(this.#object, record) }];
      }),
    );
  }

  /** Those that are there under their own ids: one that was merged into another is not. */
  async byId(ids: readonly string[]): Promise<ReadonlyMap<string, RecordThere>> {
    const wanted = { object: this.#object, properties: this.#properties };
    const asked = [...new Set(ids)].filter((id) => /^\d+$/.test(id));
    const found = await this.#pages.fetch(wanted, asked, { property: null, archived: false });
    return new Map(
      found.map((record) => [idOf(record), { id: idOf(record), values: heldValues(this.#object, record) }]),
    );
  }
}
