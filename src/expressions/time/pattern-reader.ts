import { shapeOf, valueFault } from '../faults.ts';
import {
  characterAt,
  datePattern,
  type FieldNode,
  isSeparator,
  isSpace,
  type PatternField,
  type PatternNode,
} from './date-pattern.ts';
import { versionsDiffer } from './faults.ts';
import { dayNames, monthNames, romanMonths } from './names.ts';

/**
 * What to_date and to_timestamp find in a text by a format, before it is put together into a date.
 *
 * Invariants: 1. a field is 0 until it is read. 2. a field read twice must say the same. 3. the end of the text ends the
 * reading: what the format asks for behind it stays unread, as in PostgreSQL.
 */
export interface PatternFields {
  hour: number;
  pm: number;
  minute: number;
  second: number;
  secondOfDay: number;
  weekday: number;
  day: number;
  dayOfYear: number;
  month: number;
  ms: number;
  year: number;
  bc: number;
  week: number;
  weekOfMonth: number;
  century: number;
  julian: number;
  us: number;
  zoneHour: number;
  zoneMinute: number;
  /** 0: no zone was read. */
  zoneSign: number;
  yearDigits: number;
  clock12: boolean;
  /** Digits of the last FF1 to FF6; 0 for none. */
  precision: number;
  mode: 'none' | 'gregorian' | 'iso';
}

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

const numberWidths: Partial<Record<PatternField, readonly [key: keyof PatternFields, width: number]>> = {
  HH12: ['hour', 2],
  HH24: ['hour', 2],
  MI: ['minute', 2],
  SS: ['second', 2],
  MM: ['month', 2],
  DDD: ['dayOfYear', 3],
  IDDD: ['dayOfYear', 3],
  DD: ['day', 2],
  D: ['weekday', 1],
  WW: ['week', 2],
  IW: ['week', 2],
  CC: ['century', 2],
  W: ['weekOfMonth', 1],
  J: ['julian', 1],
};

const gregorian: ReadonlySet<PatternField> = new Set<PatternField>([
  'DDD',
  'DD',
  'D',
  'MM',
  'MONTH',
  'MON',
  'RM',
  'WW',
  'W',
  'Y,YYY',
  'YYYY',
  'YYY',
  'YY',
  'Y',
]);
const iso: ReadonlySet<PatternField> = new Set<PatternField>(['IDDD', 'ID', 'IW', 'IYYY', 'IYY', 'IY', 'I']);

/** Fields that begin with something else than a digit: before them a number may be longer than its width. */
const notDigits: ReadonlySet<PatternField> = new Set<PatternField>([
  'A.D.',
  'AD',
  'A.M.',
  'AM',
  'DAY',
  'DY',
  'FX',
  'MONTH',
  'MON',
  'OF',
  'RM',
  'TZH',
  'TZ',
]);

class PatternReader {
  readonly #text: string;
  readonly #nodes: readonly PatternNode[];
  #at = 0;
  #exact = false;
  /** Characters skipped beyond what the format says. */
  #extra = 0;
  readonly #out: PatternFields = {
    hour: 0,
    pm: 0,
    minute: 0,
    second: 0,
    secondOfDay: 0,
    weekday: 0,
    day: 0,
    dayOfYear: 0,
    month: 0,
    ms: 0,
    year: 0,
    bc: 0,
    week: 0,
    weekOfMonth: 0,
    century: 0,
    julian: 0,
    us: 0,
    zoneHour: 0,
    zoneMinute: 0,
    zoneSign: 0,
    yearDigits: 0,
    clock12: false,
    precision: 0,
    mode: 'none',
  };

  constructor(text: string, nodes: readonly PatternNode[]) {
    this.#text = text;
    this.#nodes = nodes;
  }

  read(): PatternFields {
    for (let index = 0; index < this.#nodes.length && this.#at < this.#text.length; index += 1) {
      const node = this.#nodes[index] as PatternNode;
      const isFx = node.kind === 'field' && node.field === 'FX';
      if (!this.#exact && !isFx && (node.kind === 'field' || index === 0)) this.#skipSpaces();
      if (node.kind !== 'field') this.#passText(node.kind);
      else {
        this.#setMode(node.field);
        this.#readField(node, index);
        if (!this.#exact) {
          this.#extra = 0;
          this.#skipSpaces();
        }
      }
    }
    return this.#out;
  }

  #skipSpaces(): void {
    while (isSpace(this.#text.charAt(this.#at))) {
      this.#at += 1;
      this.#extra += 1;
    }
  }

  /** A separator of the format stands for one of the text, if there is one; quoted text for as many characters. */
  #passText(kind: 'text' | 'space' | 'separator'): void {
    if (this.#exact) {
      this.#skipCharacter();
    } else if (kind === 'text') {
      if (this.#extra > 0) this.#extra -= 1;
      else this.#skipCharacter();
    } else {
      const next = this.#text.charAt(this.#at);
      if (isSpace(next) || isSeparator(next)) this.#at += 1;
      else this.#extra -= 1;
    }
  }

  #skipCharacter(): void {
    if (this.#at < this.#text.length) this.#at += characterAt(this.#text, this.#at).length;
  }

  #setMode(field: PatternField): void {
    const mode = gregorian.has(field) ? 'gregorian' : iso.has(field) ? 'iso' : 'none';
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
        this.#exact = true;
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
    const match = /^\s*([-+]?\d+),\s*([-+]\d{1,2}|\d{1,3})/.exec(this.#text.slice(this.#at));
    if (match === null) throw valueFault('22007', 'no year of the form Y,YYY');
    const year = Number(match[1]) * 1000 + Number(match[2]);
    if (Math.abs(year) > 2_147_483_647) throw valueFault('22008', 'the year is out of range');
    this.#set('year', year, node);
    this.#out.yearDigits = 4;
    this.#at += match[0].length;
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
    const next = this.#text.charAt(this.#at);
    if (next === '+' || next === '-' || next === ' ') {
      out.zoneSign = next === '-' ? -1 : 1;
      this.#at += 1;
    } else out.zoneSign = this.#extra > 0 && this.#text.charAt(this.#at - 1) === '-' ? -1 : 1;
    this.#set('zoneHour', this.#integer(node, index, 2).value, node);
    return true;
  }

  #readWord(node: FieldNode): boolean {
    switch (node.field) {
      case 'A.M.':
      case 'AM':
        this.#set('pm', this.#choose(node.field === 'AM' ? ['am', 'pm'] : ['a.m.', 'p.m.'], node), node);
        this.#out.clock12 = true;
        return true;
      case 'A.D.':
      case 'AD':
        this.#set('bc', this.#choose(node.field === 'AD' ? ['ad', 'bc'] : ['a.d.', 'b.c.'], node), node);
        return true;
      case 'MONTH':
        this.#set('month', this.#choose(monthNames, node) + 1, node);
        return true;
      case 'MON':
        this.#set('month', this.#choose(shortMonths, node) + 1, node);
        return true;
      case 'DAY':
      case 'DY':
        this.#set('weekday', this.#choose(node.field === 'DAY' ? dayNames : shortDays, node), node);
        this.#out.weekday += 1;
        return true;
      case 'RM':
        this.#set('month', 12 - this.#choose(romanMonths, node), node);
        return true;
      default:
        return false;
    }
  }

  #choose(words: readonly string[], node: FieldNode): number {
    const rest = this.#text.slice(this.#at, this.#at + 12).toLowerCase();
    const found = words.findIndex((word) => rest.startsWith(word.toLowerCase()));
    if (found < 0) throw valueFault('22007', `no value for ${node.name} at ${shapeOf(rest)}`);
    this.#at += words[found]?.length ?? 0;
    return found;
  }

  /** TH or th: two characters, whatever they are. */
  #skipOrdinal(node: FieldNode): void {
    if (node.ordinal === '') return;
    this.#skipCharacter();
    this.#skipCharacter();
  }

  #integer(node: FieldNode, index: number, width: number): { value: number; length: number } {
    const from = this.#at;
    while (isSpace(this.#text.charAt(this.#at))) this.#at += 1;
    const rest = this.#text.slice(this.#at);
    const open = node.fill || this.#isOpenEnded(node, index);
    const source = open ? rest : rest.slice(0, width);
    if (!open && source.length < width) throw valueFault('22007', `too few characters for ${node.name}`);
    const digits = /^\s*[-+]?\d+/.exec(source)?.[0] ?? '';
    if (!open && digits.length > 0 && digits.length < width)
      throw valueFault('22007', `${shapeOf(source)} is not a value of ${node.name}`);
    this.#at = open && digits === '' ? from : this.#at + digits.length;
    if (this.#at === from) throw valueFault('22007', `no number for ${node.name}`);
    const value = Number(digits);
    if (value > 2_147_483_647 || value < -2_147_483_648)
      throw valueFault('22008', `the value for ${node.name} is out of range`);
    return { value, length: this.#at - from };
  }

  /** Nothing that could be a digit follows: the number may be longer than its field. */
  #isOpenEnded(node: FieldNode, index: number): boolean {
    if (node.ordinal !== '') return true;
    const next = this.#nodes[index + 1];
    if (next === undefined) return true;
    return next.kind === 'field' ? notDigits.has(next.field) : !/^\d$/.test(next.text);
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
