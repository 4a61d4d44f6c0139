import { recognizeDateStyle } from '../expressions/index.ts';
import type { Field, RecordKey, Value } from '../model/index.ts';
import { type CompareTexts, orderOf } from './compare-values.ts';
import { isEncodingDamaged } from './encoding-damage.ts';
import { isPersonalName } from './personal-field.ts';
import type { PickedRecords } from './picked-records.ts';
import { TextScan } from './text-scan.ts';

const optionsMax = 40;
const shapesMax = 4_096;
const rareShapes = 10;

const sentinels: ReadonlySet<string> = new Set(
  (
    '0 -1 999 9999 99999 999999 1900-01-01 1970-01-01 9999-12-31 0001-01-01 n/a N/A NA null NULL none None unknown Unknown ' +
    'test Test TEST xxx - . ?'
  ).split(' '),
);

const scripts: readonly (readonly [RegExp, string])[] = [
  [/[\p{Script=Hebrew}\p{Script=Arabic}]/u, 'right-to-left letters'],
  [/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u, 'East Asian letters'],
  [/[\p{Script=Cyrillic}\p{Script=Greek}]/u, 'Cyrillic or Greek letters'],
  [/\p{M}/u, 'combining marks'],
  [/[\u{10000}-\u{10FFFF}]/u, 'characters beyond the first plane'],
  [/[\u200b-\u200f\u202a-\u202e\u2060\ufeff]/u, 'invisible characters'],
];

interface Extreme {
  readonly text: string;
  readonly key: RecordKey;
}

interface Counted {
  count: number;
  readonly key: RecordKey;
}

/** Finds the records in which one field is awkward. */
export class AwkwardField {
  readonly #name: string;
  readonly #type: Field['type']['kind'];
  readonly #isText: boolean;
  readonly #compare: CompareTexts | null;
  readonly #picked: PickedRecords;
  readonly #scan = new TextScan();
  readonly #shapes = new Map<number, Counted>();
  #options: Map<string, RecordKey> | null = new Map();
  #smallest: Extreme | null = null;
  #largest: Extreme | null = null;
  #longest: (Extreme & { readonly characters: number }) | null = null;

  constructor(field: Field, picked: PickedRecords) {
    this.#name = field.name;
    this.#type = field.type.kind;
    this.#isText = field.type.kind === 'text' || field.type.kind === 'any';
    this.#compare = orderOf(field.type);
    this.#picked = picked;
  }

  add(value: Value, key: () => RecordKey): void {
    if (value === null) {
      this.#pick('null', key);
      return;
    }
    if (typeof value !== 'string') {
      if (value instanceof Uint8Array && value.length === 0) this.#pick('empty', key);
      return;
    }
    this.#order(value, key);
    this.#option(value, key);
    if (sentinels.has(value)) this.#picked.add(`${value} in ${this.#name}`, key);
    if (this.#isText) this.#text(value, key);
    else if (this.#type === 'integer' || this.#type === 'decimal') this.#number(value, key);
    else if (this.#type === 'date' || this.#type === 'timestamp' || this.#type === 'instant')
      this.#moment(value, key);
  }

  /** Picks what can only be judged at the end. */
  finish(): void {
    const extremes = [
      ['smallest', this.#smallest],
      ['largest', this.#largest],
      ['longest', this.#longest],
    ] as const;
    for (const [why, extreme] of extremes) if (extreme !== null) this.#pick(why, () => extreme.key);
    const options = [...(this.#options ?? [])];
    // A field in which hardly any value comes twice has no options.
    const personal = isPersonalName(this.#name);
    if (options.length > 1) {
      for (const [text, key] of options)
        this.#picked.add(personal ? `an option of ${this.#name}` : `${this.#name} is ${text}`, () => key);
    }
    const rare = [...this.#shapes.values()]
      .sort((a, b) => a.count - b.count)
      .slice(0, Math.min(rareShapes, this.#shapes.size - 1));
    for (const { key } of rare) this.#pick('rare shape of', () => key);
  }

  #pick(why: string, key: () => RecordKey): void {
    this.#picked.add(`${why} ${this.#name}`, key);
  }

  #order(text: string, key: () => RecordKey): void {
    const compare = this.#compare;
    if (compare === null) return;
    if (this.#smallest === null || compare(text, this.#smallest.text) < 0)
      this.#smallest = { text, key: key() };
    if (this.#largest === null || compare(text, this.#largest.text) > 0) this.#largest = { text, key: key() };
  }

  #option(text: string, key: () => RecordKey): void {
    const options = this.#options;
    if (options === null || options.has(text)) return;
    if (options.size >= optionsMax || text.length > 60) this.#options = null;
    else options.set(text, key());
  }

  #text(text: string, key: () => RecordKey): void {
    const scan = this.#scan;
    scan.scan(text);
    const { characters } = scan;
    if (this.#longest === null || characters > this.#longest.characters)
      this.#longest = { text, characters, key: key() };
    if (characters === 0) {
      this.#pick('empty', key);
      return;
    }
    if (scan.blank) {
      this.#pick('blank', key);
      return;
    }
    if (scan.untrimmed) this.#pick('untrimmed', key);
    if (scan.doubledSpaces) this.#pick('doubled spaces in', key);
    if (scan.controls) this.#pick('control characters in', key);
    if (scan.replacements) this.#pick('lost characters in', key);
    if (scan.beyondAscii) this.#letters(text, key);
    if (scan.digits > 0 && scan.digits < text.length) this.#dates(text, key);
    this.#shape(key);
  }

  #letters(text: string, key: () => RecordKey): void {
    if (isEncodingDamaged(text)) this.#pick('damaged encoding in', key);
    for (const [pattern, what] of scripts) if (pattern.test(text)) this.#pick(`${what} in`, key);
  }

  #dates(text: string, key: () => RecordKey): void {
    for (const { name, impossible } of recognizeDateStyle(text)) {
      this.#picked.add(`${impossible ? 'impossible date' : `date as ${name}`} in ${this.#name}`, key);
    }
  }

  #shape(key: () => RecordKey): void {
    const { shapeKey } = this.#scan;
    const counted = this.#shapes.get(shapeKey);
    if (counted !== undefined) counted.count += 1;
    else if (this.#shapes.size < shapesMax) this.#shapes.set(shapeKey, { count: 1, key: key() });
  }

  #number(text: string, key: () => RecordKey): void {
    if (text.startsWith('-')) this.#pick('negative', key);
    const digits = text.replace(/^-|\..*$/g, '');
    if (digits.length >= 16 && BigInt(/^\d+$/.test(digits) ? digits : '0') > 9_007_199_254_740_991n)
      this.#pick('past 2^53:', key);
    else if (digits.length >= 10 && Number(digits) > 2_147_483_647) this.#pick('past 2^31:', key);
  }

  #moment(text: string, key: () => RecordKey): void {
    if (text.endsWith('infinity')) this.#pick('infinite', key);
    else if (text.slice(5, 10) === '02-29') this.#pick('leap day in', key);
    else if (text < '1970' && !text.endsWith('BC')) this.#pick('before 1970:', key);
  }
}
