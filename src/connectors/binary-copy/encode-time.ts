import type { CopyChunk } from './copy-chunk.ts';
import { digit, digits, type EncodeValue, isWord, minus, pair, point } from './encode-value.ts';

const plus = 43;
const colon = 58;
const space = 32;
const dayMicros = 86_400_000_000;
/** Days in which microseconds are certain to be counted exactly by a double. */
const daysExact = 100_000;

/** Days since 2000-01-01; infinities as the server marks them. */
export const encodeDate: EncodeValue = (out, bytes, from, to) => {
  const infinite = infinity(bytes, from, to);
  text.begin(bytes, from, to);
  if (infinite === 0 && !(text.date() && text.era() && text.atEnd)) return false;
  if (Math.abs(text.days) > 0x7fff_fff0) return false;
  out.begin(4);
  if (infinite !== 0) out.int32(infinite > 0 ? 0x7fff_ffff : -0x8000_0000);
  else out.int32(text.days);
  return true;
};

/** Microseconds since midnight. */
export function encodeTime(fractionMax: number): EncodeValue {
  return (out, bytes, from, to) => {
    text.begin(bytes, from, to);
    if (!(text.clock(fractionMax, true) && text.atEnd)) return false;
    out.begin(8);
    out.int64(text.micros);
    return true;
  };
}

/**
 * Microseconds since 2000-01-01, in UTC where the instant is meant: then the offset has to be there.
 *
 * @param zoned of an instant
 */
export function encodeTimestamp(fractionMax: number, zoned: boolean): EncodeValue {
  return (out, bytes, from, to) => {
    const infinite = infinity(bytes, from, to);
    if (infinite !== 0) return encodeInfinity(out, infinite);
    text.begin(bytes, from, to);
    if (!(text.date() && text.separator() && text.clock(fractionMax, false))) return false;
    if (zoned && !text.offset()) return false;
    if (!(text.era() && text.atEnd)) return false;
    encodeMicros(out, text.days, text.micros);
    return true;
  };
}

/**
 * Microseconds since 2000-01-01 in UTC, of what the clocks of a zone show.
 *
 * @param offsetOfLocal seconds east of UTC, for a local time in seconds since 1970 as if it were UTC
 */
export function encodeLocalTime(
  fractionMax: number,
  offsetOfLocal: (localSecond: number) => number,
): EncodeValue {
  return (out, bytes, from, to) => {
    text.begin(bytes, from, to);
    if (!(text.date() && text.separator() && text.clock(fractionMax, false))) return false;
    if (!(text.era() && text.atEnd)) return false;
    const { days, micros } = text;
    const second = (days + daysFrom1970) * 86_400 + Math.floor(micros / 1_000_000);
    encodeMicros(out, days, micros - offsetOfLocal(second) * 1_000_000);
    return true;
  };
}

/** From there to 2000-01-01. */
const daysFrom1970 = 10_957;

function encodeMicros(out: CopyChunk, days: number, micros: number): void {
  out.begin(8);
  if (days < daysExact && days > -daysExact) {
    // In two halves here: to hand a double on makes an object of it.
    const all = days * dayMicros + micros;
    const high = Math.floor(all / 4_294_967_296);
    out.int32(high);
    out.int32((all - high * 4_294_967_296) | 0);
    return;
  }
  out.bytes.writeBigInt64BE(BigInt(days) * BigInt(dayMicros) + BigInt(micros), out.at);
  out.at += 8;
}

function encodeInfinity(out: CopyChunk, sign: 1 | -1): true {
  out.begin(8);
  out.int32(sign > 0 ? 0x7fff_ffff : -0x8000_0000);
  out.int32(sign > 0 ? -1 : 0);
  return true;
}

function infinity(bytes: Uint8Array, from: number, to: number): 0 | 1 | -1 {
  if (isWord(bytes, from, to, 'infinity')) return 1;
  return isWord(bytes, from, to, '-infinity') ? -1 : 0;
}

/**
 * One text of a date or a time, read from its beginning; each part answers whether it was there, and right. It is used again
 * for the next one: an object for each value was a fifth of the encoder's time.
 */
class TimeText {
  #bytes: Uint8Array = new Uint8Array();
  #to = 0;
  #at = 0;
  #year = 0;
  #month = 1;
  #day = 1;
  days = 0;
  micros = 0;

  begin(bytes: Uint8Array, from: number, to: number): void {
    this.#bytes = bytes;
    this.#at = from;
    this.#to = to;
    this.#year = 0;
    this.#month = 1;
    this.#day = 1;
    this.days = 0;
    this.micros = 0;
  }

  get atEnd(): boolean {
    return this.#at === this.#to;
  }

  date(): boolean {
    const bytes = this.#bytes;
    const dash = bytes[this.#at + 4] === minus ? this.#at + 4 : this.#digitsFrom(this.#at);
    const length = dash - this.#at;
    // A year below 1 is written with its era behind the date.
    if (length < 4 || length > 7 || dash + 6 > this.#to) return false;
    if (bytes[dash] !== minus || bytes[dash + 3] !== minus) return false;
    this.#year = digits(bytes, this.#at, length);
    this.#month = pair(bytes, dash + 1);
    this.#day = pair(bytes, dash + 4);
    this.#at = dash + 6;
    return this.#year >= 1 && this.#month >= 1 && this.#month <= 12;
  }

  /** Between a date and a time: one space, or the T of ISO 8601. */
  separator(): boolean {
    const byte = this.#bytes[this.#at];
    this.#at += 1;
    return this.#at < this.#to && (byte === space || byte === 84);
  }

  clock(fractionMax: number, mayEndDay: boolean): boolean {
    const bytes = this.#bytes;
    const at = this.#at;
    if (at + 8 > this.#to || bytes[at + 2] !== colon || bytes[at + 5] !== colon) return false;
    const hours = pair(bytes, at);
    const minutes = pair(bytes, at + 3);
    const seconds = pair(bytes, at + 6);
    if (hours < 0 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59) return false;
    this.#at = at + 8;
    const fraction = bytes[this.#at] === point && !this.atEnd ? this.#fraction(fractionMax) : 0;
    if (fraction < 0) return false;
    this.micros = ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + fraction;
    return this.micros < dayMicros || (mayEndDay && this.micros === dayMicros);
  }

  /** `Z`, `+02`, `+02:00`, `-03:30`: taken off the time. */
  offset(): boolean {
    const sign = this.#bytes[this.#at];
    if (this.atEnd) return false;
    this.#at += 1;
    if (sign === 90) return true;
    if ((sign !== plus && sign !== minus) || this.#at + 2 > this.#to) return false;
    const hours = pair(this.#bytes, this.#at);
    this.#at += 2;
    let minutes = 0;
    if (!this.atEnd && this.#bytes[this.#at] === colon) {
      if (this.#at + 3 > this.#to) return false;
      minutes = pair(this.#bytes, this.#at + 1);
      this.#at += 3;
    }
    if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59) return false;
    const seconds = (hours * 60 + minutes) * 60;
    this.micros += (sign === minus ? seconds : -seconds) * 1_000_000;
    return true;
  }

  /** ` BC` behind all, or nothing; only now it is certain which day it is. */
  era(): boolean {
    if (this.atEnd) return this.#count(this.#year);
    if (!isWord(this.#bytes, this.#at, this.#to, ' BC')) return false;
    this.#at = this.#to;
    return this.#count(1 - this.#year);
  }

  #digitsFrom(from: number): number {
    let at = from;
    while (at < this.#to && digit(this.#bytes[at]) >= 0 && digit(this.#bytes[at]) <= 9) at += 1;
    return at;
  }

  #fraction(most: number): number {
    const from = this.#at + 1;
    const end = this.#digitsFrom(from);
    const count = end - from;
    this.#at = end;
    if (count === 0 || count > most) return -1;
    return digits(this.#bytes, from, count) * (scales[count] as number);
  }

  /** Days since 2000-01-01 in the Gregorian calendar, also before it was thought of; false when there is no such day. */
  #count(year: number): boolean {
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const last = this.#month === 2 && leap ? 29 : (monthDays[this.#month - 1] as number);
    if (this.#day < 1 || this.#day > last) return false;
    const months = this.#month > 2 ? this.#month - 3 : this.#month + 9;
    const counted = this.#month > 2 ? year : year - 1;
    // Years begin in March, so that the day that comes and goes is the last one.
    const before =
      counted * 365 + Math.floor(counted / 4) - Math.floor(counted / 100) + Math.floor(counted / 400);
    this.days = before + Math.floor((153 * months + 2) / 5) + this.#day - 1 - daysTo2000;
    return true;
  }
}

const text = new TimeText();

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const scales = [0, 100_000, 10_000, 1_000, 100, 10, 1];
/** 2000-01-01, counted from the first of March of the year 0. */
const daysTo2000 = 730_425;
