import { valueFault } from '../faults.ts';
import { datePattern, type FieldNode, type PatternField, type PatternNode } from './date-pattern.ts';
import { versionsDiffer } from './faults.ts';
import { dayNames, monthNames, romanMonths } from './names.ts';
import { isOpenEnded, PatternCursor } from './pattern-cursor.ts';
import { emptyFields, modeOf, numberWidths, type PatternFields } from './pattern-fields.ts';

/** Reads a text by a format of to_date and to_timestamp. */
export function readByPattern(text: string, format: string): PatternFields {
  const nodes = datePattern(format);
  for (const node of nodes) if (node.kind === 'field') refuseZoneName(node);
  return new PatternReader(text, nodes).read();
}

function refuseZoneName({ field, name }: FieldNode): void {
  if (field !== 'TZ' && field !== 'OF') return;
  throw versionsDiffer(
    `to_timestamp reads ${name} since PostgreSQL 17 only`,
    'Use TZH and TZM for offsets, or cut the zone off and use at time zone.',
  );
}

class PatternReader {
  readonly #nodes: readonly PatternNode[];
  readonly #cursor: PatternCursor;
  readonly #out: PatternFields = emptyFields();

  constructor(text: string, nodes: readonly PatternNode[]) {
    this.#cursor = new PatternCursor(text);
    this.#nodes = nodes;
  }

  read(): PatternFields {
    const cursor = this.#cursor;
    for (let index = 0; index < this.#nodes.length && !cursor.ended; index += 1) {
      const node = this.#nodes[index] as PatternNode;
      const isFx = node.kind === 'field' && node.field === 'FX';
      if (!cursor.exact && !isFx && (node.kind === 'field' || index === 0)) cursor.skipSpaces();
      if (node.kind !== 'field') cursor.passText(node.kind);
      else {
        this.#setMode(node.field);
        this.#readField(node, index);
        if (!cursor.exact) {
          cursor.extra = 0;
          cursor.skipSpaces();
        }
      }
    }
    return this.#out;
  }

  #setMode(field: PatternField): void {
    const mode = modeOf(field);
    if (mode === 'none') return;
    if (this.#out.mode !== 'none' && this.#out.mode !== mode)
      throw valueFault('22007', 'the format mixes Gregorian and ISO week dates');
    this.#out.mode = mode;
  }

  #set(key: keyof PatternFields, value: number, node: FieldNode): void {
    const before = this.#out[key];
    if (before !== 0 && before !== value) throw valueFault('22007', `two different values for ${node.name}`);
    (this.#out as unknown as Record<string, number>)[key] = value;
  }

  #readField(node: FieldNode, index: number): void {
    const plain = numberWidths[node.field];
    if (plain !== undefined) {
      if (node.field === 'HH12') this.#out.clock12 = true;
      this.#set(plain[0], this.#integer(node, index, plain[1]).value, node);
      this.#skipOrdinal(node);
      return;
    }
    if (!this.#readWord(node) && !this.#readZone(node, index)) this.#readOtherNumber(node, index);
  }

  #readOtherNumber(node: FieldNode, index: number): void {
    const out = this.#out;
    switch (node.field) {
      case 'FX':
        this.#cursor.exact = true;
        return;
      case 'MS':
        this.#readFraction('ms', 3, node, index);
        break;
      case 'US':
        this.#readFraction('us', 6, node, index);
        break;
      case 'SSSS':
        this.#set('secondOfDay', this.#integer(node, index, node.name.length).value, node);
        break;
      case 'ID':
        this.#set('weekday', this.#integer(node, index, 1).value, node);
        out.weekday = out.weekday >= 7 ? 1 : out.weekday + 1;
        break;
      case 'Q':
        this.#integer(node, index, 1);
        break;
      case 'Y,YYY':
        this.#readThousands(node);
        break;
      default:
        if (node.field.startsWith('FF')) {
          out.precision = Number(node.field.charAt(2));
          this.#readFraction('us', out.precision, node, index);
        } else this.#readYear(node, index);
    }
    this.#skipOrdinal(node);
  }

  /** `25` is 0.25: missing digits are zeros at the end. */
  #readFraction(key: 'ms' | 'us', width: number, node: FieldNode, index: number): void {
    const { value, length } = this.#integer(node, index, width);
    this.#set(key, value, node);
    const digits = key === 'ms' ? 3 : 6;
    if (length < digits) this.#out[key] = value * 10 ** (digits - length);
  }

  #readThousands(node: FieldNode): void {
    const match = /^\s*([-+]?\d+),\s*([-+]\d{1,2}|\d{1,3})/.exec(this.#cursor.rest);
    if (match === null) throw valueFault('22007', 'no year of the form Y,YYY');
    const year = Number(match[1]) * 1000 + Number(match[2]);
    if (Math.abs(year) > 2_147_483_647) throw valueFault('22008', 'the year is out of range');
    this.#set('year', year, node);
    this.#out.yearDigits = 4;
    this.#cursor.at += match[0].length;
  }

  #readYear(node: FieldNode, index: number): void {
    const width = node.field.length;
    const { value, length } = this.#integer(node, index, width);
    this.#set('year', value, node);
    if (width < 4 && length < 4) this.#out.year = nearestYear(value);
    this.#out.yearDigits = width;
  }

  /** TZH and TZM; a sign that was skipped as a separator still counts. */
  #readZone(node: FieldNode, index: number): boolean {
    const out = this.#out;
    if (node.field === 'TZM') {
      if (out.zoneSign === 0) out.zoneSign = 1;
      this.#set('zoneMinute', this.#integer(node, index, 2).value, node);
      return true;
    }
    if (node.field !== 'TZH') return false;
    const { next, extra, before } = this.#cursor;
    if (next === '+' || next === '-' || next === ' ') {
      out.zoneSign = next === '-' ? -1 : 1;
      this.#cursor.at += 1;
    } else out.zoneSign = extra > 0 && before === '-' ? -1 : 1;
    this.#set('zoneHour', this.#integer(node, index, 2).value, node);
    return true;
  }

  #readWord(node: FieldNode): boolean {
    switch (node.field) {
      case 'A.M.':
      case 'AM':
        this.#set(
          'pm',
          this.#cursor.choose(node.field === 'AM' ? ['am', 'pm'] : ['a.m.', 'p.m.'], node),
          node,
        );
        this.#out.clock12 = true;
        return true;
      case 'A.D.':
      case 'AD':
        this.#set(
          'bc',
          this.#cursor.choose(node.field === 'AD' ? ['ad', 'bc'] : ['a.d.', 'b.c.'], node),
          node,
        );
        return true;
      case 'MONTH':
        this.#set('month', this.#cursor.choose(monthNames, node) + 1, node);
        return true;
      case 'MON':
        this.#set('month', this.#cursor.choose(shortMonths, node) + 1, node);
        return true;
      case 'DAY':
      case 'DY':
        this.#set('weekday', this.#cursor.choose(node.field === 'DAY' ? dayNames : shortDays, node), node);
        this.#out.weekday += 1;
        return true;
      case 'RM':
        this.#set('month', 12 - this.#cursor.choose(romanMonths, node), node);
        return true;
      default:
        return false;
    }
  }

  /** TH or th: two characters, whatever they are. */
  #skipOrdinal(node: FieldNode): void {
    if (node.ordinal === '') return;
    this.#cursor.skipCharacter();
    this.#cursor.skipCharacter();
  }

  #integer(node: FieldNode, index: number, width: number): { value: number; length: number } {
    return this.#cursor.integer(node, isOpenEnded(node, this.#nodes[index + 1]), width);
  }
}

const shortMonths = monthNames.map((name) => name.slice(0, 3));
const shortDays = dayNames.map((name) => name.slice(0, 3));

/** Up to three digits of a year mean the year nearest to 2020. */
function nearestYear(year: number): number {
  if (year < 70) return year + 2000;
  if (year < 100) return year + 1900;
  if (year < 520) return year + 2000;
  return year < 1000 ? year + 1000 : year;
}
