import { GodwitError } from '../model/index.ts';

/**
 * Every error of the mapping language. `expression.*`: the text is not a valid expression (found when compiling).
 * `value.*`: one record's value cannot be computed or does not fit (found when evaluating); each stands for one or more of
 * PostgreSQL's SQLSTATE codes, so that a test can demand the same failure from both.
 */
export function valueFault(sqlstate: SqlState, detail: string): GodwitError {
  const [code, title, nextStep] = valueFaults[sqlstate];
  return new GodwitError({ code, title, detail, nextStep, fate: 'never' });
}

const guard = 'Guard the expression (case, nullif, coalesce) or correct the record in the source.';

/** SQLSTATE -> code, title, next step. */
const valueFaults: Readonly<Record<SqlState, readonly [code: string, title: string, nextStep: string]>> = {
  '22001': [
    'value.too-long',
    'A text is longer than its type allows',
    'Shorten it on purpose with left(), or choose a wider field.',
  ],
  '22003': [
    'value.out-of-range',
    'A number does not fit its type',
    'Cast to a wider type, or correct the record in the source.',
  ],
  '22004': [
    'value.null-not-allowed',
    'NULL stands where a value is needed',
    'Use coalesce() to say what a missing value means.',
  ],
  '22007': [
    'value.unreadable-time',
    'A text is not a date or time of the expected form',
    'Read it with to_date() or to_timestamp() and its real format, or correct the record.',
  ],
  '22008': [
    'value.time-out-of-range',
    'A date or time is impossible or out of range',
    'Correct the record, or say with case what an impossible date becomes.',
  ],
  '22009': [
    'value.bad-zone-offset',
    'A time zone offset is out of range',
    'Correct the offset in the record or the expression.',
  ],
  '22011': [
    'value.bad-substring',
    'A substring cannot be taken like this',
    'The length must not be negative.',
  ],
  '22012': ['value.division-by-zero', 'Division by zero', 'Divide by nullif(x, 0) to get NULL instead.'],
  '22015': ['value.interval-out-of-range', 'An interval is out of range', guard],
  '22021': [
    'value.bad-encoding',
    'Bytes are not valid UTF-8, or a text holds the character NUL',
    'Find the damaged record with the profile and correct it, or keep the bytes as bytes.',
  ],
  '22000': ['value.bad-argument', 'An argument has a value the function does not accept', guard],
  '22023': ['value.bad-argument', 'An argument has a value the function does not accept', guard],
  '22025': [
    'value.bad-escape',
    'An escape sequence is not valid',
    'Correct the pattern: the escape character must stand before a character.',
  ],
  '2200C': ['value.bad-escape', 'An escape sequence is not valid', 'Correct the pattern.'],
  '22P02': [
    'value.unreadable',
    'A text cannot be read as this type',
    'Correct the record, or say with case what such a text becomes.',
  ],
  '22P03': ['value.unreadable', 'Bytes cannot be read as this type', 'Correct the record.'],
  '22P05': ['value.bad-encoding', 'A character cannot be represented', 'Correct the record.'],
  '2201B': [
    'value.bad-pattern',
    'A regular expression is not valid or outside the declared subset',
    'See the regular expressions in the reference of the mapping language.',
  ],
  '2201E': ['value.bad-argument', 'A logarithm of this number does not exist', guard],
  '2201F': ['value.bad-argument', 'A power or root of this number does not exist', guard],
  '2201G': ['value.bad-argument', 'An argument has a value the function does not accept', guard],
  '2202E': ['value.bad-subscript', 'Arrays of these dimensions do not go together', guard],
  '22032': ['value.unreadable', 'A text is not valid JSON', guard],
  '42601': [
    'value.bad-argument',
    'An argument has a value the function does not accept',
    'Correct the format; see the reference of the mapping language.',
  ],
  '54000': ['value.too-large', 'A result is larger than the language allows', guard],
  '0A000': [
    'value.not-supported',
    'This form is outside the declared subset',
    'See the reference of the mapping language for the accepted forms.',
  ],
};

export type SqlState =
  | '22001'
  | '22003'
  | '22004'
  | '22007'
  | '22008'
  | '22009'
  | '22011'
  | '22012'
  | '22015'
  | '22021'
  | '22000'
  | '22023'
  | '22025'
  | '2200C'
  | '22P02'
  | '22P03'
  | '22P05'
  | '2201B'
  | '2201E'
  | '2201F'
  | '2201G'
  | '2202E'
  | '22032'
  | '42601'
  | '54000'
  | '0A000';

/** The SQLSTATE codes an error stands for; empty when it is not one of these. */
export function sqlStatesOf(code: string): readonly string[] {
  return Object.entries(valueFaults).flatMap(([state, [own]]) => (own === code ? [state] : []));
}

/**
 * What a text looks like without saying what it is, for messages about data that may be personal: letters become `a` or
 * `A`, digits `9`, the rest stays; at most 40 characters.
 */
export function shapeOf(text: string): string {
  const head = Array.from(text.slice(0, 80));
  const shape = head
    .slice(0, 40)
    .join('')
    .replace(/\p{Lu}/gu, 'A')
    .replace(/\p{L}/gu, 'a')
    .replace(/\p{N}/gu, '9');
  const more = head.length > 40 ? '...' : '';
  return `a text like ${JSON.stringify(shape)}${more}`;
}
