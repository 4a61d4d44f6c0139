import { SqliteFile, type SqliteValue } from '../../host/index.ts';
import { JobGivenUp, type ResultPage } from './bulk-query.ts';
import { cellValue } from './cell-value.ts';
import type { DescribedField } from './described.ts';
import type { Json } from './exact-json.ts';
import { idField } from './inspect.ts';

/** Records between two ids; null where there is no bound. */
export interface IdRange {
  readonly after: string | null;
  readonly upTo: string | null;
}

/** A field, and which of a line's cells it has. */
interface Shown {
  readonly field: DescribedField;
  readonly at: number;
}

const pageMost = 2_000;
/** How many of each kind are kept for checking. */
const checkedMost = 80;

/**
 * Records of an object as one job found them, in a temporary file without a name: nobody else reads it, and it is gone when this
 * process is. They are given in the order of their ids, however they came.
 *
 * Invariant: each record is in it once; a second one ends its making.
 */
export class HeldCopy implements Disposable {
  readonly range: IdRange;
  readonly #file = new SqliteFile('');
  readonly #fields: readonly DescribedField[];
  readonly #all: readonly Shown[];
  readonly #awkward: string[] = [];
  #readers = 0;
  #retired = false;

  /** @param fields with the id among them */
  constructor(fields: readonly DescribedField[], range: IdRange) {
    this.range = range;
    this.#fields = fields;
    this.#all = fields.map((field, at) => ({ field, at }));
    this.#file.run('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16384');
    this.#file.run('CREATE TABLE records (id TEXT NOT NULL PRIMARY KEY, cells TEXT NOT NULL)');
  }

  /** Throws `JobGivenUp`. */
  add({ names, lines }: ResultPage): void {
    const found = names.map((name) => name.toLowerCase());
    const places = this.#fields.map(({ name }) => found.indexOf(name.toLowerCase()));
    if (places.includes(-1)) throw new JobGivenUp('its result has not the fields that were asked for');
    const insert = this.#file.statement('INSERT OR IGNORE INTO records VALUES (?, ?)');
    const idAt = this.#fields.findIndex(({ name }) => name === idField);
    this.#file.transaction(() => {
      for (const line of lines) {
        if (line.length !== names.length) throw new JobGivenUp('a line of its result is not whole');
        const cells = places.map((place) => line[place] ?? '');
        const id = cells[idAt] ?? '';
        if (!this.#isWithin(id) || insert.run(id, JSON.stringify(cells)) === 0)
          throw new JobGivenUp('its result has a record twice, or one that was not asked for');
        if (this.#awkward.length < checkedMost && cells.some(isAwkward)) this.#awkward.push(id);
      }
    });
  }

  covers(names: readonly string[], { after, upTo }: IdRange): boolean {
    const known = new Set(this.#fields.map(({ name }) => name));
    if (!names.every((name) => known.has(name))) return false;
    const { after: first, upTo: last } = this.range;
    return (
      (first === null || (after !== null && after >= first)) &&
      (last === null || (upTo !== null && upTo <= last))
    );
  }

  /** Records with these fields, as the pages of an answer have them. */
  *pages(names: readonly string[], { after, upTo }: IdRange): Generator<readonly Json[]> {
    const wanted = new Set([idField, ...names]);
    const shown = this.#all.filter(({ field }) => wanted.has(field.name));
    const some = this.#file.statement(
      `SELECT id, ${names.length === 0 ? 'NULL' : 'cells'} FROM records WHERE id > ? AND (? IS NULL OR id <= ?) ORDER BY id LIMIT ${pageMost}`,
    );
    this.#readers += 1;
    try {
      for (let behind = after ?? ''; ; ) {
        const found = some.all(behind, upTo, upTo);
        if (found.length > 0) yield found.map((row) => recordOf(row, shown));
        if (found.length < pageMost) return;
        behind = String(found.at(-1)?.[0]);
      }
    } finally {
      this.#readers -= 1;
      if (this.#retired && this.#readers === 0) this[Symbol.dispose]();
    }
  }

  /** One record; null where it is not in the copy. */
  record(id: string): Json {
    const row = this.#file.statement('SELECT id, cells FROM records WHERE id = ?').first(id);
    return row === undefined ? null : recordOf(row, this.#all);
  }

  /** Ids of some records by which the copy can be checked: such whose texts are awkward, and others from all over it. */
  sample(): readonly string[] {
    const [count = 0] = this.#file.statement('SELECT max(rowid) FROM records').first() ?? [];
    const step = BigInt(Math.max(1, Math.floor(Number(count) / checkedMost)));
    const others = this.#file
      .statement(`SELECT id FROM records WHERE rowid % ? = 0 LIMIT ${checkedMost}`)
      .all(step)
      .map(([id]) => String(id));
    return [...new Set([...this.#awkward, ...others])];
  }

  /** Closes it as soon as nobody reads from it. */
  retire(): void {
    this.#retired = true;
    if (this.#readers === 0) this[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }

  #isWithin(id: string): boolean {
    const { after, upTo } = this.range;
    return id !== '' && (after === null || id > after) && (upTo === null || id <= upTo);
  }
}

/** Line ends, quotes, and what is not ASCII: what a way of writing may alter. */
const isAwkward = (cell: string): boolean => /[^\x20-\x7e]|["\\]/.test(cell);

function recordOf([id = null, cells = null]: readonly SqliteValue[], shown: readonly Shown[]): Json {
  if (cells === null) return { [idField]: String(id) };
  const values = JSON.parse(String(cells)) as readonly string[];
  return Object.fromEntries(shown.map(({ field, at }) => [field.name, cellValue(field, values[at] ?? '')]));
}
