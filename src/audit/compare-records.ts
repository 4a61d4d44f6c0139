import type { FieldType, Row } from '../model/index.ts';
import { CanonicalForm } from './canonical-form.ts';
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
  readonly #replaced: KeyedRecord[] = [];
  readonly #instead: KeyedRecord[] = [];
  readonly #whole: CanonicalForm;
  readonly #withoutKey: { readonly places: readonly number[]; readonly form: CanonicalForm };
  readonly #single: readonly CanonicalForm[];

  constructor(compared: ComparedFields) {
    const { types, key } = compared;
    const places = types.flatMap((_, place) => (key.includes(place) ? [] : [place]));
    this.#compared = compared;
    this.#whole = new CanonicalForm(types);
    this.#withoutKey = { places, form: new CanonicalForm(places.map((place) => types[place] as FieldType)) };
    this.#single = types.map((type) => new CanonicalForm([type]));
  }

  /** @param upserted the places it fills, when it changes a record of that key that is there; null when it only adds */
  expect(
    key: string,
    row: Row,
    origin: RecordOrigin,
    { excused, upserted }: { readonly excused: boolean; readonly upserted: ReadonlySet<number> | null },
  ): void {
    if (excused) append(this.#excused, key, row);
    else if (upserted && this.#expected.has(key)) this.#change(key, row, origin, upserted);
    else append(this.#expected, key, { row, origin });
  }

  /** What both give is not expected any more, what they make together is. */
  #change(key: string, row: Row, origin: RecordOrigin, upserted: ReadonlySet<number>): void {
    const before = this.#expected.get(key) ?? [];
    const changed = before.map((record) => ({
      row: record.row.map((value, place) => (upserted.has(place) ? (row[place] ?? null) : value)),
      origin,
    }));
    this.#replaced.push({ key, row }, ...before.map((record) => ({ key, row: record.row })));
    this.#instead.push(...changed.map((record) => ({ key, row: record.row })));
    this.#expected.set(key, changed);
  }

  find(key: string, row: Row): void {
    append(this.#actual, key, row);
  }

  compare(): Compared {
    const found: Difference[] = [];
    const missing: ExpectedKeyed[] = [];
    const extra: KeyedRecord[] = [];
    const explained: KeyedRecord[] = [];
    for (const key of new Set([...this.#expected.keys(), ...this.#actual.keys()])) {
      const rest = this.#unmatched(key, explained);
      this.#pair(key, rest, found, missing, extra);
    }
    const { moves, others } = this.#moves(missing, extra);
    return {
      differences: [...markSwaps(found, this.#compared), ...moves],
      explained: [...this.#instead, ...explained],
      replaced: this.#replaced,
      others,
    };
  }

  /** What is left of a key's records after those with equal content on both sides are taken away. */
  #unmatched(
    key: string,
    explained: KeyedRecord[],
  ): { expected: ExpectedRecord[]; actual: Row[]; times: number; wanted: number } {
    const wanted = this.#expected.get(key) ?? [];
    const there = this.#actual.get(key) ?? [];
    const actual = new Map<string, Row[]>();
    for (const row of there) append(actual, this.#whole.textOf(row), row);
    const expected = wanted.filter(({ row }) => actual.get(this.#whole.textOf(row))?.pop() === undefined);
    // Records of which the quarantine says "perhaps not there" explain an actual one, and ask for none.
    for (const row of this.#excused.get(key) ?? [])
      if (actual.get(this.#whole.textOf(row))?.pop() !== undefined) explained.push({ key, row });
    return { expected, actual: [...actual.values()].flat(), times: there.length, wanted: wanted.length };
  }

  #pair(
    key: string,
    rest: { expected: ExpectedRecord[]; actual: Row[]; times: number; wanted: number },
    found: Difference[],
    missing: ExpectedKeyed[],
    extra: KeyedRecord[],
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
      const form = this.#single[place] as CanonicalForm;
      if (form.textOf([before]) === form.textOf([after])) return [];
      return [{ field: name, expected: before, actual: after, how: explainDifference(before, after, type) }];
    });
  }

  /** A missing and an extra record with the same content apart from the key are one record that moved. */
  #moves(
    missing: readonly ExpectedKeyed[],
    extra: readonly KeyedRecord[],
  ): { moves: readonly Difference[]; others: readonly KeyedRecord[] } {
    const whole = this.#withoutKey.places.length === 0;
    const byContent = new Map<string, KeyedRecord[]>();
    for (const record of extra) append(byContent, this.#contentWithoutKey(record.row), record);
    const found = missing.map(({ key, row, origin }): Difference => {
      const to = whole ? undefined : byContent.get(this.#contentWithoutKey(row))?.pop();
      return to === undefined
        ? { kind: 'missing', key, ...origin }
        : { kind: 'moved', key, to: to.key, ...origin };
    });
    const others = [...byContent.values()].flat();
    return { moves: [...found, ...others.map(({ key }): Difference => ({ kind: 'extra', key }))], others };
  }

  #contentWithoutKey(row: Row): string {
    const { places, form } = this.#withoutKey;
    return form.textOf(places.map((place) => row[place] ?? null));
  }
}

/** What a comparison found. */
export interface Compared {
  readonly differences: readonly Difference[];
  /** Records that are there after all: the quarantine explains them, or an upsert made them of several. */
  readonly explained: readonly KeyedRecord[];
  /** Records that nobody expects any more: a later one with the same key was upserted. */
  readonly replaced: readonly KeyedRecord[];
  /** Records that are there and that no source record gives: the `extra` ones. */
  readonly others: readonly KeyedRecord[];
}

export interface KeyedRecord {
  readonly key: string;
  readonly row: Row;
}

interface ExpectedRecord {
  readonly row: Row;
  readonly origin: RecordOrigin;
}

type ExpectedKeyed = ExpectedRecord & KeyedRecord;

/** Two changed records whose changed fields hold each other's values were swapped. */
function markSwaps(found: readonly Difference[], compared: ComparedFields): readonly Difference[] {
  const forms = new Map(compared.fields.map(({ name, type }) => [name, new CanonicalForm([type])]));
  const text = (fields: readonly ChangedField[], side: 'expected' | 'actual'): string =>
    JSON.stringify(fields.map((one) => [one.field, forms.get(one.field)?.textOf([one[side]])]));
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

function append<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = map.get(key);
  if (list) list.push(item);
  else map.set(key, [item]);
}
