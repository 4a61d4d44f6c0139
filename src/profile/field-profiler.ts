import {
  type Field,
  type FieldProfile,
  type Row,
  type Trait,
  type Value,
  wordsOfName,
} from '../model/index.ts';
import { caseVariants } from './case-variants.ts';
import { type CompareTexts, orderOf } from './compare-values.ts';
import { DateCensus, type ReadDateStyles } from './date-census.ts';
import { isEncodingDamaged } from './encoding-damage.ts';
import { type CensusLimits, FieldCensus, type ValueObserver } from './field-census.ts';
import { ListCensus } from './list-census.ts';
import { NumberCensus } from './number-in-text.ts';
import { isPersonalField, isPersonalValue } from './personal-field.ts';
import { ShapeCensus } from './shape-census.ts';
import { TextScan } from './text-scan.ts';
import { inTraitOrder, TraitTally } from './trait-tally.ts';

export interface FieldProfilerOptions {
  readonly limits: CensusLimits;
  readonly dateStyles: ReadDateStyles;
  /** Hides what an example says; called for fields that are personal. */
  readonly mask: (text: string) => string;
  readonly isPersonal: ((relation: string, field: FieldProfile) => boolean) | null;
}

const patternsMax = 20;
const valuesMax = 200;
const valuesShown = 20;
const shownCharactersMax = 120;

/** Everything that is told about one field, gathered value by value. */
export class FieldProfiler implements ValueObserver {
  readonly #relation: string;
  readonly #field: Field;
  readonly #options: FieldProfilerOptions;
  readonly #census: FieldCensus;
  readonly #compare: CompareTexts | null;
  readonly #isText: boolean;
  readonly #scan = new TextScan();
  readonly #shapes = new ShapeCensus();
  readonly #dates: DateCensus;
  readonly #lists = new ListCensus();
  readonly #numbers = new NumberCensus();
  readonly #tally = new TraitTally();
  #nulls = 0;
  #filled = 0;
  #empty = 0;
  #blank = 0;
  #values = 0;
  #min: string | null = null;
  #max: string | null = null;
  #charactersMin = Number.POSITIVE_INFINITY;
  #charactersMax = 0;
  hashA = 0;
  hashB = 0;

  constructor(relation: string, field: Field, options: FieldProfilerOptions) {
    this.#relation = relation;
    this.#field = field;
    this.#options = options;
    this.#census = new FieldCensus(options.limits, this);
    this.#compare = orderOf(field.type);
    this.#isText = field.type.kind === 'text' || field.type.kind === 'any';
    this.#dates = new DateCensus(options.dateStyles);
  }

  /** The values at this place of all rows. */
  addColumn(rows: readonly Row[], place: number): void {
    for (const row of rows) {
      const value = row[place] as Value;
      if (value === null) this.#nulls += 1;
      else this.#add(typeof value === 'string' ? value : textOf(value));
    }
  }

  /** A value that could not be read as one of this field's type. */
  addWrongType(original: string): void {
    this.#tally.add('wrong-type', 1, original);
  }

  observe(text: string, weight: number): void {
    const scan = this.#scan;
    scan.scan(text);
    this.hashA = scan.hashA;
    this.hashB = scan.hashB;
    if (weight === 0) return;
    this.#order(text);
    if (!this.#hasCharacters) return;
    const { characters } = scan;
    if (characters < this.#charactersMin) this.#charactersMin = characters;
    if (characters > this.#charactersMax) this.#charactersMax = characters;
    if (characters === 0) {
      this.#empty += weight;
      return;
    }
    this.#shapes.add(scan, weight);
    if (scan.blank) this.#blank += weight;
    else {
      this.#filled += weight;
      if (this.#isText) this.#judge(text, weight);
    }
  }

  profile(): FieldProfile {
    this.#census.finish();
    const bare = this.#figures((text) => text);
    const { isPersonal, mask } = this.#options;
    // Where a person said what is personal, nothing is guessed from single values.
    const isMasked = isPersonal ? () => false : isPersonalValue;
    const personal = (isPersonal ?? isPersonalField)(this.#relation, bare);
    return this.#figures((text) => (personal || isMasked(text) ? mask(text) : text));
  }

  get #hasCharacters(): boolean {
    const { kind } = this.#field.type;
    return this.#isText || kind === 'enum' || kind === 'native' || kind === 'json' || kind === 'uuid';
  }

  #add(text: string): void {
    this.#values += 1;
    this.#census.add(text);
  }

  #order(text: string): void {
    const compare = this.#compare;
    if (compare === null) return;
    if (this.#min === null || compare(text, this.#min) < 0) this.#min = text;
    if (this.#max === null || compare(text, this.#max) > 0) this.#max = text;
  }

  #judge(text: string, weight: number): void {
    const scan = this.#scan;
    const tally = this.#tally;
    if (scan.untrimmed) tally.add('untrimmed', weight, text);
    if (scan.doubledSpaces) tally.add('doubled-spaces', weight, text);
    if (scan.controls) tally.add('control-characters', weight, text);
    if (scan.replacements) tally.add('replacement-characters', weight, text);
    if (scan.beyondAscii && isEncodingDamaged(text)) tally.add('encoding-damage', weight, text);
    if (scan.digits > 0) {
      this.#numbers.add(text, weight, scan.digits);
      this.#dates.add(text, weight, scan.digits === text.length);
    }
    if (looksLikeJson(text)) tally.add('json-in-text', weight, text);
    else this.#lists.add(text, weight);
  }

  #figures(reveal: (text: string) => string): FieldProfile {
    const shown = (text: string): string => cutText(reveal(text));
    const { exact, distinct } = this.#census;
    const frequent = this.#census.frequent().filter(({ count }) => count > 0);
    const complete = exact && frequent.length <= valuesMax;
    const dates = this.#dates.result(this.#filled, isNamedLikeDate(this.#field.name), shown);
    const hasCharacters = this.#hasCharacters && this.#values > 0;
    return {
      field: this.#field.name,
      nulls: String(this.#nulls),
      empty: String(this.#empty),
      blank: String(this.#blank),
      // An estimate may come out above what there is.
      distinct: { count: String(Math.min(distinct, this.#values)), exact },
      min: this.#min === null ? null : shown(this.#min),
      max: this.#max === null ? null : shown(this.#max),
      charactersMin: hasCharacters ? this.#charactersMin : null,
      charactersMax: hasCharacters ? this.#charactersMax : null,
      patterns: this.#shapes
        .frequent()
        .slice(0, patternsMax)
        .map(({ pattern, count }) => ({ pattern, count: String(count) })),
      values: frequent
        .slice(0, complete ? valuesMax : valuesShown)
        .map(({ text, count }) => ({ value: shown(text), count: String(count) })),
      dateStyles: dates.styles,
      traits: this.#traits(dates.traits, shown),
    };
  }

  #traits(dates: readonly Trait[], shown: (text: string) => string): Trait[] {
    const traits = [...this.#tally.traits(shown), ...dates];
    if (this.#field.type.kind === 'timestamp' && this.#values > 0) {
      const note = 'the type has no zone';
      traits.push({ kind: 'zoneless-instant', count: String(this.#values), example: this.#min, note });
    }
    if (!this.#isText) return inTraitOrder(traits);
    if (dates.length === 0)
      traits.push(...this.#numbers.trait(this.#filled, shown), ...this.#lists.trait(shown));
    if (this.#census.exact) traits.push(...caseVariants(this.#census.frequent(), shown));
    return inTraitOrder(traits);
  }
}

function textOf(value: Exclude<Value, null | string>): string {
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
  return JSON.stringify(value, (_name, part: unknown) =>
    part instanceof Uint8Array ? Buffer.from(part).toString('hex') : part,
  );
}

function looksLikeJson(text: string): boolean {
  const first = text.charCodeAt(0);
  if (first !== 123 && first !== 91) return false;
  const last = text.charCodeAt(text.trimEnd().length - 1);
  if (last !== 125 && last !== 93) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function cutText(text: string): string {
  if (text.length <= shownCharactersMax) return text;
  const cut = text.slice(0, shownCharactersMax);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

const dateWords = new Set([
  'date',
  'day',
  'time',
  'timestamp',
  'ts',
  'at',
  'on',
  'since',
  'until',
  'created',
  'updated',
  'modified',
  'birthday',
  'dob',
]);

function isNamedLikeDate(name: string): boolean {
  return wordsOfName(name).some((word) => dateWords.has(word));
}
