import type { PropertyDefinition } from './property-definition.ts';

/** Why a value was not taken, by the vendor's words. */
export interface ValueProblem {
  readonly message: string;
  readonly error: string;
}

/** Text of a property as records keep it, or why it was not taken. */
export type ReadValue = { readonly value: string | null } | { readonly problem: ValueProblem };

/** Source: HubSpot's limit of note bodies, 65,536 characters; held here for every text. */
const textMax = 65_536;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * A value as records keep it: always a text, null where it is emptied. Numbers and truth values may come as themselves.
 * E-mail addresses and domains are kept in lower case without blanks around them; numbers as doubles, so that digits
 * beyond 17 are lost without a word.
 */
export function readValue(property: PropertyDefinition, given: unknown): ReadValue {
  if (given === null || given === '') return { value: null };
  if (typeof given !== 'string' && typeof given !== 'number' && typeof given !== 'boolean')
    return problem('INVALID_TYPE', `${JSON.stringify(given)} is not a value of a property`);
  const text = String(given);
  switch (property.type) {
    case 'number':
      return readNumber(text);
    case 'date':
      return readDate(text);
    case 'datetime':
      return readInstant(text);
    case 'bool':
    case 'enumeration':
      return readChoice(property, text);
    case 'string':
    case 'phone_number':
      return readText(property, text);
  }
}

function readText({ name }: PropertyDefinition, text: string): ReadValue {
  if (text.length > textMax)
    return problem('VALUE_TOO_LONG', `${name} was too long: at most ${textMax} characters are allowed`);
  if (name === 'domain') return { value: text.trim().toLowerCase() };
  if (name !== 'email') return { value: text };
  const address = text.trim().toLowerCase();
  if (!/^[^\s@,;<>()]+@[^\s@,;<>()]+\.[^\s@,;<>().]{2,}$/.test(address))
    return problem('INVALID_EMAIL', `Email address ${text} is invalid`);
  return { value: address };
}

function readNumber(text: string): ReadValue {
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text.trim()))
    return problem('INVALID_LONG', `${text} was not a valid number.`);
  return { value: String(Number(text)) };
}

/** A day, or the milliseconds of its midnight in UTC; kept as `2026-03-01`. */
function readDate(text: string): ReadValue {
  if (/^-?\d+$/.test(text)) {
    const ms = Number(text);
    if (ms % dayMs === 0) return { value: new Date(ms).toISOString().slice(0, 10) };
    const time = new Date(ms).toISOString().slice(11, 19);
    return problem('INVALID_DATE', `${text} is at ${time} UTC, not midnight!`);
  }
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // A day that the month does not have is moved on by the parser.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text)
    return problem('INVALID_DATE', `${text} was not a valid date.`);
  return { value: text };
}

/** Milliseconds since 1970, a day, or an ISO instant; kept with milliseconds, so that texts are in the order of time. */
function readInstant(text: string): ReadValue {
  const ms = instantOf(text);
  return ms === null
    ? problem('INVALID_LONG', `${text} was not a valid long.`)
    : { value: new Date(ms).toISOString() };
}

/** Null for what is no instant. */
export function instantOf(text: string): number | null {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  const shape = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))?$/;
  const ms = shape.test(text) ? Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

function readChoice({ options, fieldType, references }: PropertyDefinition, text: string): ReadValue {
  // Who may be an owner is known elsewhere.
  if (references !== null) return { value: text };
  const chosen = fieldType === 'checkbox' ? text.split(';').filter((one) => one !== '') : [text];
  const stray = chosen.find((one) => !options.some(({ value }) => value === one));
  if (stray === undefined) return { value: chosen.join(';') };
  const shown = options.map(
    ({ label, value, displayOrder, hidden }) =>
      `label: ${JSON.stringify(label)}\nvalue: ${JSON.stringify(value)}\ndisplay_order: ${displayOrder}\nhidden: ${hidden}\nread_only: false\n`,
  );
  return problem('INVALID_OPTION', `${stray} was not one of the allowed options: [${shown.join(', ')}]`);
}

const problem = (error: string, message: string): ReadValue => ({ problem: { error, message } });

/** As answers show it: an instant without a fraction where there is none. */
export const showValue = (property: PropertyDefinition | null, value: string): string =>
  property?.type === 'datetime' ? showInstant(value) : value;

const showInstant = (text: string): string => text.replace(/\.000Z$/, 'Z');

export const showMs = (ms: number): string => showInstant(new Date(ms).toISOString());
