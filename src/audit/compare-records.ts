import type { FieldType, Row, Value } from '../model/index.ts';
import { CanonicalWriter } from './canonical-form.ts';
import type { ComparedFields } from './compared-fields.ts';
import type { ChangedField, Difference, RecordOrigin } from './difference.ts';
import { explainDifference } from './explain-difference.ts';

/**
 * Compares records of both sides that share a bucket, as multisets, and names what differs.
 * Invariants: 1. equal multisets give no difference. 2. every record that differs is in exactly one difference, except a
 * swapped pair, which is in two. 3. the order in which records were collected does not matter.
 */
export class RecordComparison {
  readonly #compared: ComparedFields;
  readonly #expected = new Map<string, ExpectedRecord[]>();
  readonly #actual = new Map<string, Row[]>();
  readonly #excused = new Map<string, Row[]>();
  readonly #writer = new CanonicalWriter();

  constructor(compared: ComparedFields) {
    this.#compared = compared;
  }

  expect(key: string, row: Row, origin: RecordOrigin, excused: boolean): void {
    if (excused) append(this.#excused, key, row);
    else append(this.#expected, key, { row, origin });
  }

  find(key: string, row: Row): void {
    append(this.#actual, key, row);
  }

  differences(): readonly Difference[] {
    const found: Difference[] = [];
    const missing: KeyedRecord[] = [];
    const extra: { key: string; row: Row }[] = [];
    for (const key of new Set([...this.#expected.keys(), ...this.#actual.keys()])) {
      const rest = this.#unmatched(key);
      this.#pair(key, rest, found, missing, extra);
    }
    return [...markSwaps(found, this.#compared), ...this.#moves(missing, extra)];
  }

  /** What is left of a key's records after those with equal content on both sides are taken away. */
  #unmatched(key: string): { expected: ExpectedRecord[]; actual: Row[]; times: number; wanted: number } {
    const wanted = this.#expected.get(key) ?? [];
    const there = this.#actual.get(key) ?? [];
    const actual = new Map<string, Row[]>();
    for (const row of there) append(actual, this.#content(row), row);
    const expected = wanted.filter(({ row }) => actual.get(this.#content(row))?.pop() === undefined);
    // Records of which the quarantine says "perhaps not there" explain an actual one, and ask for none.
    for (const row of this.#excused.get(key) ?? []) actual.get(this.#content(row))?.pop();
    return { expected, actual: [...actual.values()].flat(), times: there.length, wanted: wanted.length };
  }

  #pair(
    key: string,
    rest: { expected: ExpectedRecord[]; actual: Row[]; times: number; wanted: number },
    found: Difference[],
    missing: KeyedRecord[],
    extra: { key: string; row: Row }[],
  ): void {
    const pairs = Math.min(rest.expected.length, rest.actual.length);
    for (let at = 0; at < pairs; at += 1) {
      const { row, origin } = rest.expected[at] as ExpectedRecord;
      found.push({ kind: 'changed', key, ...origin, fields: this.#changed(row, rest.actual[at] as Row) });
    }
    missing.push(...rest.expected.slice(pairs).map(({ row, origin }) => ({ key, row, origin })));
    const surplus = rest.actual.slice(pairs);
    if (surplus.length > 0 && rest.wanted > 0)
      found.push({ kind: 'duplicated', key, times: rest.times, expected: rest.wanted });
    else extra.push(...surplus.map((row) => ({ key, row })));
  }

  #changed(expected: Row, actual: Row): readonly ChangedField[] {
    return this.#compared.fields.flatMap(({ name, type }, place) => {
      const before = expected[place] ?? null;
      const after = actual[place] ?? null;
      if (this.#value(before, type) === this.#value(after, type)) return [];
      return [{ field: name, expected: before, actual: after, how: explainDifference(before, after, type) }];
    });
  }

  /** A missing and an extra record with the same content apart from the key are one record that moved. */
  #moves(
    missing: readonly KeyedRecord[],
    extra: readonly { key: string; row: Row }[],
  ): readonly Difference[] {
    const whole = this.#compared.key.length === this.#compared.fields.length;
    const byContent = new Map<string, string[]>();
    for (const { key, row } of extra) append(byContent, this.#contentWithoutKey(row), key);
    const found = missing.map(({ key, row, origin }): Difference => {
      const to = whole ? undefined : byContent.get(this.#contentWithoutKey(row))?.pop();
      return to === undefined ? { kind: 'missing', key, ...origin } : { kind: 'moved', key, to, ...origin };
    });
    const left = [...byContent.values()].flat().map((key): Difference => ({ kind: 'extra', key }));
    return [...found, ...left];
  }

  #content(row: Row): string {
    return this.#encoded(row, this.#compared.types);
  }

  #contentWithoutKey(row: Row): string {
    const places = this.#compared.fields
      .map((_, place) => place)
      .filter((place) => !this.#compared.key.includes(place));
    return this.#encoded(
      places.map((place) => row[place] ?? null),
      places.map((place) => this.#compared.types[place] as FieldType),
    );
  }

  #value(value: Value, type: FieldType): string {
    return this.#encoded([value], [type]);
  }

  #encoded(row: Row, types: readonly FieldType[]): string {
    return Buffer.from(this.#writer.record(row, types)).toString('latin1');
  }
}

interface ExpectedRecord {
  readonly row: Row;
  readonly origin: RecordOrigin;
}

interface KeyedRecord extends ExpectedRecord {
  readonly key: string;
}

/** Two changed records whose changed fields hold each other's values were swapped. */
function markSwaps(found: readonly Difference[], compared: ComparedFields): readonly Difference[] {
  const types = new Map(compared.fields.map(({ name, type }) => [name, type]));
  const text = (fields: readonly ChangedField[], side: 'expected' | 'actual'): string =>
    JSON.stringify(fields.map((field) => [field.field, plain(field[side], types.get(field.field))]));
  const byPair = new Map<string, Extract<Difference, { kind: 'changed' }>[]>();
  for (const difference of found) {
    if (difference.kind !== 'changed') continue;
    append(
      byPair,
      `${text(difference.fields, 'expected')}\n${text(difference.fields, 'actual')}`,
      difference,
    );
  }
  const partners = new Map<Difference, string>();
  for (const difference of found) {
    if (difference.kind !== 'changed' || partners.has(difference)) continue;
    const mirror = byPair
      .get(`${text(difference.fields, 'actual')}\n${text(difference.fields, 'expected')}`)
      ?.find((other) => other !== difference && !partners.has(other));
    if (mirror === undefined) continue;
    partners.set(difference, mirror.key).set(mirror, difference.key);
  }
  return found.map((difference) => {
    const partner = partners.get(difference);
    if (difference.kind !== 'changed' || partner === undefined) return difference;
    return {
      kind: 'swapped',
      key: difference.key,
      with: partner,
      object: difference.object,
      sourceKey: difference.sourceKey,
      fields: difference.fields,
    };
  });
}

function plain(value: Value, type: FieldType | undefined): unknown {
  if (value instanceof Uint8Array) return { x: Buffer.from(value).toString('hex') };
  return [type?.kind, value];
}

function append<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
