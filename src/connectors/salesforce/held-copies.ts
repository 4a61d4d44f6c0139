import { givenUpBy, type QueryWorld, readByJob } from './bulk-query.ts';
import { hasCells } from './cell-value.ts';
import { changedField, checkCopy } from './check-copy.ts';
import { copyPays } from './choose-read-way.ts';
import type { DescribedField, DescribedObject } from './described.ts';
import { isLinks } from './document-links.ts';
import { HeldCopy, type IdRange } from './held-copy.ts';
import { idField } from './inspect.ts';
import { fieldsFit, pagesOf, type WantedRecords } from './record-pages.ts';
import { between, selectAll } from './soql.ts';

type Wanted = Pick<WantedRecords, 'object' | 'fields' | 'after' | 'upTo'>;

/**
 * Copies of objects that one snapshot made by bulk jobs, one at a time; what is read of the object afterwards takes no calls. A copy is
 * only used when it is whole and checked. Where a job gives none, that is logged, and the object is read page by page.
 */
export class HeldCopies implements Disposable {
  readonly #world: QueryWorld;
  /** How many records an object has; null where nobody knows. */
  readonly #countOf: (object: string) => number | null;
  readonly #givenUp = new Set<string>();
  /** By object, how many pages were read of it. */
  readonly #spent = new Map<string, number>();
  #held: { readonly object: string; readonly copy: HeldCopy } | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(world: QueryWorld, countOf: (object: string) => number | null) {
    this.#world = world;
    this.#countOf = countOf;
  }

  /** For whoever is about to cut the object into slices and then to read them. */
  async forSlices(
    object: DescribedObject,
    fields: readonly DescribedField[],
    size: number,
  ): Promise<HeldCopy | null> {
    const records = this.#countOf(object.name) ?? 0;
    const pages = pagesOf(records) + pagesOfSlices(records, size) * callsOfPage(object, fields);
    return await this.#take({ object, fields, after: null, upTo: null }, pages);
  }

  /**
   * A copy that has all that is wanted; null where it is read page by page. Of an object that is read slice by slice a copy is made
   * once its pages have taken as many calls as would have paid for one: it has what lies behind the slice, too.
   *
   * @param records how many the slice has, about
   */
  async forReading(wanted: Wanted, records: number): Promise<HeldCopy | null> {
    const { object, fields, after, upTo } = wanted;
    const isWhole = after === null && upTo === null;
    const rows = isWhole ? (this.#countOf(object.name) ?? 0) : records;
    const own = pagesOf(rows) * callsOfPage(object, fields);
    const spent = isWhole ? 0 : (this.#spent.get(object.name) ?? 0);
    const found = await this.#take(wanted, own + spent, spent > 0 ? null : upTo);
    this.#spent.set(object.name, found === null ? own + spent : 0);
    return found;
  }

  [Symbol.dispose](): void {
    this.#held?.copy[Symbol.dispose]();
    this.#held = null;
  }

  /** @param upTo how far a copy goes that has to be made */
  async #take(wanted: Wanted, pages: number, upTo = wanted.upTo): Promise<HeldCopy | null> {
    const taking = this.#turn.then(
      async () => this.#covering(wanted) ?? (await this.#make({ ...wanted, upTo }, pages)),
    );
    this.#turn = taking.catch(() => null);
    return await taking;
  }

  #covering({ object, fields, after, upTo }: Wanted): HeldCopy | null {
    const names = fields.map(({ name }) => name);
    const held = this.#held;
    return held?.object === object.name && held.copy.covers(names, { after, upTo }) ? held.copy : null;
  }

  async #make({ object, fields: wanted, after, upTo }: Wanted, pages: number): Promise<HeldCopy | null> {
    const { api, log } = this.#world;
    const records = this.#countOf(object.name);
    const fields = copiedFields(object, wanted);
    if (records === null || fields === null || this.#givenUp.has(object.name)) return null;
    if (!copyPays({ records, fields: fields.length, pages }, api.callsSeen)) return null;
    try {
      const copy = await this.#copy(object, fields, { after, upTo });
      this.#held?.copy.retire();
      this.#held = { object: object.name, copy };
      return copy;
    } catch (error) {
      const why = givenUpBy(error) ?? storeFault(error);
      if (why === null) throw error;
      log.warn('a bulk query is given up for reading page by page', { object: object.name, why });
      this.#givenUp.add(object.name);
      return null;
    }
  }

  async #copy(object: DescribedObject, fields: readonly DescribedField[], range: IdRange): Promise<HeldCopy> {
    const copy = new HeldCopy(fields, range);
    try {
      const names = fields.map(({ name }) => name);
      const soql = selectAll(names, object.name, between(range.after, range.upTo));
      await readByJob(this.#world, soql, (page) => copy.add(page));
      await checkCopy(this.#world.api, object, fields, copy);
      return copy;
    } catch (error) {
      copy[Symbol.dispose]();
      throw error;
    }
  }
}

/** With the id and the moment of the last change; null where not all can be given in bulk. */
function copiedFields(
  object: DescribedObject,
  fields: readonly DescribedField[],
): readonly DescribedField[] | null {
  const own = object.fields.filter(({ name }) => name === idField || name === changedField);
  const all = [...new Set([...own, ...fields])];
  return own.length === 2 && !isLinks(object) && all.every(hasCells) ? all : null;
}

const callsOfPage = ({ name }: DescribedObject, fields: readonly DescribedField[]): number =>
  fieldsFit(
    name,
    fields.map((field) => field.name),
  )
    ? 1
    : 2;

export function pagesOfSlices(records: number, size: number): number {
  const whole = Math.floor(records / size);
  const rest = records - whole * size;
  return whole * pagesOf(size) + (rest > 0 ? pagesOf(rest) : 0);
}

/** Why the temporary file could not be written: most often a full disk. */
function storeFault(error: unknown): string | null {
  const isStore = error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR';
  return isStore ? `the temporary file: ${error.message}` : null;
}
