import type { DateStyle } from '../expressions/index.ts';
import type { FieldProfile, Trait } from '../model/index.ts';

export type ReadDateStyles = (text: string) => readonly DateStyle[];

/** How the dates of a text field are written. Texts of digits only are kept apart: most are numbers. */
export class DateCensus {
  readonly #read: ReadDateStyles;
  readonly #written = new StyleTally();
  readonly #digits = new StyleTally();

  constructor(read: ReadDateStyles) {
    this.#read = read;
  }

  /** @param digitsOnly nothing but digits is in the text */
  add(text: string, weight: number, digitsOnly: boolean): void {
    const readings = this.#read(text);
    if (readings.length > 0) (digitsOnly ? this.#digits : this.#written).add(text, weight, readings);
  }

  /**
   * The styles and what they mean; nothing when the field is no date field.
   * @param filled how many values are neither empty nor blank
   * @param namedLikeDate the field's name speaks of a day or a time
   */
  result(filled: number, namedLikeDate: boolean, shown: (text: string) => string): DateResult {
    const tally = this.#chosen(filled, namedLikeDate);
    return tally === null ? noDates : { styles: tally.styles(), traits: tally.traits(shown) };
  }

  /** Half of the values have to be dates; of texts of digits nearly all, and possible ones. */
  #chosen(filled: number, namedLikeDate: boolean): StyleTally | null {
    const { dates, impossible } = this.#digits;
    const sound = dates >= filled * 0.95 && impossible <= dates * 0.05;
    if (sound && dates > 0 && (namedLikeDate || this.#digits.onlyCalendarDays)) return this.#digits;
    return this.#written.dates > 0 && this.#written.dates * 2 >= filled ? this.#written : null;
  }
}

export interface DateResult {
  readonly styles: FieldProfile['dateStyles'];
  readonly traits: readonly Trait[];
}

const noDates: DateResult = { styles: [], traits: [] };

interface CountedStyle {
  count: number;
  ambiguous: number;
  readonly example: string;
}

class StyleTally {
  readonly #styles = new Map<string, CountedStyle>();
  readonly #impossible = new Example();
  readonly #zoneless = new Example();
  readonly #all = new Example();
  #ambiguous = 0;

  get dates(): number {
    return this.#all.count;
  }

  get impossible(): number {
    return this.#impossible.count;
  }

  /** Seconds since 1970 look like any other number; days written in eight digits rarely do. */
  get onlyCalendarDays(): boolean {
    return [...this.#styles.keys()].every((name) => name.startsWith('YYYY'));
  }

  add(text: string, weight: number, readings: readonly DateStyle[]): void {
    this.#all.add(text, weight);
    const ambiguous = readings.length > 1;
    if (ambiguous) this.#ambiguous += weight;
    for (const { name } of readings) {
      const style = this.#style(name, text);
      style.count += weight;
      if (ambiguous) style.ambiguous += weight;
    }
    if (readings.every(({ impossible }) => impossible)) this.#impossible.add(text, weight);
    if (readings[0]?.time === 'zoneless') this.#zoneless.add(text, weight);
  }

  styles(): FieldProfile['dateStyles'] {
    return [...this.#styles]
      .filter(([, { count }]) => count > 0)
      .sort(([nameA, a], [nameB, b]) => b.count - a.count || (nameA < nameB ? -1 : 1))
      .map(([style, { count, ambiguous }]) => ({
        style,
        count: String(count),
        ambiguous: String(ambiguous),
      }));
  }

  traits(shown: (text: string) => string): Trait[] {
    const traits = [this.#all.trait('date-in-text', shown, this.#ambiguityNote())];
    const certain = this.#certain();
    if (certain.length > 1) traits.push(this.#mixed(certain, shown));
    if (this.#impossible.count > 0) traits.push(this.#impossible.trait('impossible-date', shown, null));
    if (this.#zoneless.count > 0)
      traits.push(this.#zoneless.trait('zoneless-instant', shown, 'a time of day without a zone'));
    return traits;
  }

  #style(name: string, text: string): CountedStyle {
    let style = this.#styles.get(name);
    if (style === undefined) {
      style = { count: 0, ambiguous: 0, example: text };
      this.#styles.set(name, style);
    }
    return style;
  }

  /** Styles in which at least one value is certainly written, most values first. */
  #certain(): [string, CountedStyle][] {
    const sure = ({ count, ambiguous }: CountedStyle): number => count - ambiguous;
    return [...this.#styles]
      .filter(([, style]) => sure(style) > 0)
      .sort(([nameA, a], [nameB, b]) => sure(b) - sure(a) || (nameA < nameB ? -1 : 1));
  }

  #mixed(certain: [string, CountedStyle][], shown: (text: string) => string): Trait {
    const [, ...others] = certain;
    const count = others.reduce((sum, [, style]) => sum + style.count - style.ambiguous, 0);
    const parts = certain.map(([name, style]) => `${style.count - style.ambiguous} ${name}`);
    if (this.#ambiguous > 0) parts.push(`${this.#ambiguous} that may be either`);
    const example = shown(others[0]?.[1].example ?? '');
    return { kind: 'mixed-date-styles', count: String(count), example, note: parts.join(', ') };
  }

  #ambiguityNote(): string | null {
    if (this.#ambiguous === 0) return null;
    const undecided = this.#certain().length === 0;
    return `${this.#ambiguous} can be read in more than one way${undecided ? ', and no value tells which is meant' : ''}`;
  }
}

/** A count and the first text that was counted. */
class Example {
  count = 0;
  #text: string | null = null;

  add(text: string, weight: number): void {
    this.#text ??= text;
    this.count += weight;
  }

  trait(kind: Trait['kind'], shown: (text: string) => string, note: string | null): Trait {
    return { kind, count: String(this.count), example: this.#text === null ? null : shown(this.#text), note };
  }
}
