import {
  type FieldType,
  type FindingExample,
  findField,
  type ObjectMapping,
  type RecordKey,
  type Relation,
  type Row,
  recordKey,
  type Value,
} from '../model/index.ts';
import type { FitOptions } from './fit-options.ts';
import { createKeyCounter, type KeyCounter } from './key-counter.ts';
import { maskExample } from './mask-example.ts';

/**
 * Watches one key of the target for records that would meet an earlier one there. As in SQL, a key with a NULL in it meets
 * no other. A repeated value is never missed; see `key-counter.ts` for the (negligible) chance of a false alarm.
 */
export interface DuplicateCheck {
  readonly fields: readonly string[];
  /** Records with that key are upserted: a later one takes the place of an earlier one, and none is refused. */
  readonly upserts: boolean;
  readonly duplicates: number;
  readonly uncounted: number;
  readonly examples: readonly FindingExample[];
  /**
   * True when the record repeats an earlier one.
   * @param row the source record the target record was made from
   * @param at which of its target records it is
   */
  observe(record: Row, row: Row, at: number, sourceKey: () => string): boolean;
}

/** The mapping's key, and the primary and unique keys of the target; each sorted, and once. */
export function keysThatCount(
  object: ObjectMapping,
  { primaryKey, uniques }: Relation,
): readonly (readonly string[])[] {
  const keys = [
    object.key,
    ...(primaryKey ? [primaryKey.fields] : []),
    ...uniques.map(({ fields }) => fields),
  ].map((key) => [...key].sort());
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}

/** The mapping's key and every unique key of the target that the mapping feeds whole. */
export function duplicateChecks(options: FitOptions): readonly DuplicateCheck[] {
  const { object, target, transform } = options;
  const checks = new Map<string, DuplicateCheck>();
  for (const fields of keysThatCount(object, target)) {
    const places = fields.map((field) => transform.targetFields.indexOf(field));
    const name = JSON.stringify(fields);
    if (fields.length === 0 || places.includes(-1) || checks.has(name) || cannotRepeat(options, fields))
      continue;
    const upserts = object.mode === 'upsert' && name === JSON.stringify([...object.key].sort());
    // What others give is there to be changed: only records of this object take each other's place unawares.
    const shared = upserts ? undefined : options.counterFor?.(fields);
    const counter = shared ?? createKeyCounter(options.keysMax ?? 8_000_000);
    checks.set(name, new CountingCheck(fields, places, counter, { ...options, upserts }));
  }
  return [...checks.values()];
}

/** A key of the source copied as it is cannot repeat: the source already enforces it. Then no memory is spent on it. */
function cannotRepeat(options: FitOptions, fields: readonly string[]): boolean {
  const { object, source, counterFor } = options;
  if (object.each || counterFor) return false;
  const copied = new Set(
    object.fields
      .filter(({ field, values }) => fields.includes(field) && !values)
      .map(({ from }) => plainName(from)),
  );
  const keys = [...(source.primaryKey ? [source.primaryKey] : []), ...source.uniques];
  return keys.some(({ fields: parts }) =>
    parts.every(
      (part) =>
        copied.has(part) &&
        source.fields.some(({ name, nullable, type }) => name === part && !nullable && type.kind !== 'any'),
    ),
  );
}

/** The field an expression copies as it is, or null. */
function plainName(expression: string): string | null {
  const text = expression.trim();
  if (/^[a-z_][a-z0-9_]*$/.test(text)) return text;
  return /^"[^"]+"$/.test(text) ? text.slice(1, -1) : null;
}

/** Two spellings that a unique key of that type takes for one value become one; folding of case by a collation is not known here. */
function comparableAs(type: FieldType | undefined): (value: Value) => Value {
  if (type?.kind === 'decimal' || type?.kind === 'float')
    return (value) => (typeof value === 'string' ? withoutEndZeros(value) : value);
  if (type?.kind === 'text' && type.padded)
    return (value) => (typeof value === 'string' ? value.replace(/ +$/, '') : value);
  return (value) => value;
}

function withoutEndZeros(number: string): string {
  const short = /^-?\d+\.\d+$/.test(number) ? number.replace(/\.?0+$/, '') : number;
  return short === '-0' ? '0' : short;
}

/** The text by which a key of a target record is counted; null where a part is null: such a key meets no other. */
export function countedKey(
  target: Relation,
  fields: readonly string[],
): (values: Row, asked?: Row) => RecordKey | null {
  const comparable = fields.map((field) => comparableAs(findField(target, field)?.type));
  return (values, asked = []) =>
    values.includes(null)
      ? null
      : recordKey([...values.map((value, at) => comparable[at]?.(value) ?? value), ...asked]);
}

class CountingCheck implements DuplicateCheck {
  readonly fields: readonly string[];
  readonly upserts: boolean;
  readonly examples: FindingExample[] = [];
  duplicates = 0;
  readonly #places: readonly number[];
  readonly #keyOf: ReturnType<typeof countedKey>;
  readonly #counter: KeyCounter;
  readonly #options: FitOptions;
  /** New ids are not known yet and all look alike; what they are asked for tells them apart. */
  readonly #lookups: FitOptions['transform']['lookups'];

  /** Of the source record that was met last. */
  #asked: { readonly row: Row; readonly keys: readonly (readonly (string | null)[])[] } | null = null;

  constructor(
    fields: readonly string[],
    places: readonly number[],
    counter: KeyCounter,
    options: FitOptions & { readonly upserts: boolean },
  ) {
    this.fields = fields;
    this.upserts = options.upserts;
    this.#places = places;
    this.#keyOf = countedKey(options.target, fields);
    this.#counter = counter;
    this.#options = options;
    this.#lookups = options.transform.lookups.filter(({ field }) => field !== null && fields.includes(field));
  }

  get uncounted(): number {
    return this.#counter.uncounted;
  }

  observe(record: Row, row: Row, at: number, sourceKey: () => string): boolean {
    const values = this.#places.map((place) => record[place] ?? null);
    if (this.#asked?.row !== row)
      this.#asked = { row, keys: this.#lookups.map((lookup) => lookup.asked(row)) };
    const { keys } = this.#asked;
    const asked = this.#lookups.map(({ object }, one) => [object, keys[one]?.[at] ?? null]);
    const key = this.#keyOf(values, asked);
    if (key === null || !this.#counter.add(key)) return false;
    this.duplicates += 1;
    if (this.examples.length >= (this.#options.examplesMax ?? 5)) return true;
    const { showExample = maskExample } = this.#options;
    const shown = values.map((value, at) => showExample(value, this.fields[at] ?? null)).join(', ');
    this.examples.push({ key: sourceKey(), value: shown });
    return true;
  }
}
