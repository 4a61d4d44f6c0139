import { badDate, type DateDraft, part } from './date-draft.ts';
import { readDelimitedDate, readNumber, readRunTogether } from './date-numbers.ts';
import { dateWord } from './date-words.ts';
import { dependsOnClock } from './faults.ts';
import { readInAnyOrder } from './read-in-any-order.ts';
import { MomentReader } from './read-moment.ts';
import { type DateField, splitDateFields } from './split-date-fields.ts';
import { isZoneName } from './zone-of-text.ts';

/**
 * Reads a text as PostgreSQL's input functions of time and timetz do. A date is read where it makes no doubt.
 *
 * @param settle makes the type's value of what was read
 */
export function readClockText(text: string, settle: (read: ReadClock) => string): string {
  return readInAnyOrder(text, (draft) => settle(readWith(draft, text)));
}

export interface ReadClock {
  /** Microseconds since midnight. */
  readonly us: number;
  /** Seconds east that the text names; undefined when it names none. */
  readonly offset: number | undefined;
}

function readWith(draft: DateDraft, text: string): ReadClock {
  const fields = splitDateFields(text);
  if (fields === undefined) throw badDate();
  const reader = new MomentReader(draft);
  fields.forEach((field, index) => draft.add(readField(reader, field, index, fields)));
  if (reader.waiting !== 'none') throw badDate();
  draft.validateDate();
  draft.applyMeridiem();
  draft.validateClock();
  if (!draft.has(part.time)) throw badDate();
  if (reader.zone !== undefined) checkZone(reader);
  if (draft.has(part.summer) && !draft.has(part.zone)) throw badDate();
  const offset = reader.zone?.offsetOfLocal(0) ?? reader.offset;
  return { us: draft.clockUs(), offset: draft.has(part.zone) ? offset : undefined };
}

/** A zone with summer time says nothing about a time without a date. */
function checkZone({ zone, draft }: MomentReader): void {
  if (draft.has(part.summer)) throw badDate();
  if (zone?.fixed === false && !draft.has(part.date)) throw badDate();
}

function readField(
  reader: MomentReader,
  field: DateField,
  index: number,
  fields: readonly DateField[],
): number {
  switch (field.kind) {
    case 'date':
      return readDateField(reader, field.text, index, fields);
    case 'time':
      return reader.readTimeField(field.text);
    case 'zone':
      return reader.readOffsetField(field.text);
    case 'number':
      return readNumberField(reader, field.text, index, fields);
    case 'word':
    case 'special':
      return readWord(reader, field.text);
  }
}

function readDateField(
  reader: MomentReader,
  text: string,
  index: number,
  fields: readonly DateField[],
): number {
  if (index === 0 && fields.length >= 2 && (fields.at(-1)?.kind === 'date' || fields[1]?.kind === 'time'))
    return readDelimitedDate(reader.draft, text, reader.draft.mask);
  if (/^\d/.test(text)) return reader.readZonedClock(text, reader.draft.mask | part.date);
  return reader.setZone(text);
}

function readNumberField(
  reader: MomentReader,
  text: string,
  index: number,
  fields: readonly DateField[],
): number {
  if (reader.waiting !== 'none') return reader.readAwaitedNumber(text);
  const { draft } = reader;
  const point = text.indexOf('.');
  if (point >= 0) {
    if (index === 0 && fields.length >= 2 && fields.at(-1)?.kind === 'date')
      return readDelimitedDate(draft, text, draft.mask);
    if (point <= 2) throw badDate();
    return readRunTogether(draft, text, draft.mask | part.date);
  }
  if (text.length > 4) return readRunTogether(draft, text, draft.mask | part.date);
  return readNumber(draft, text, false, draft.mask | part.date);
}

function readWord(reader: MomentReader, text: string): number {
  const zone = reader.readZoneWord(text);
  if (zone !== undefined) return zone;
  const word = dateWord(text);
  switch (word?.kind) {
    case undefined:
      if (!isZoneName(text)) throw badDate();
      return reader.setZone(text);
    case 'ignored':
      return 0;
    case 'meridiem':
    case 'summer':
      return reader.applyModifier(word);
    case 'era':
      reader.draft.bc = word.bc;
      return part.era;
    case 'julian':
      return reader.wait('julian');
    case 'time-mark':
      return reader.wait('time');
    case 'clock':
      throw text === 'now' ? dependsOnClock(text) : badDate();
    case 'whole':
      if (word.value !== 'midnight') throw badDate();
      return part.time | part.zone;
    case 'unit':
      return reader.wait('unit');
    case 'month':
    case 'weekday':
      throw badDate();
  }
}
