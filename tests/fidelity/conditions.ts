import { assignment } from '../../src/expressions/index.ts';
import type { FieldType } from '../../src/model/index.ts';
import type { ComparedType } from './declared-equality.ts';
import type { TestedType } from './tested-type.ts';

/**
 * What holds of a plain copy from one type into another, said beforehand.
 *
 * `exact`: every value arrives. `counted`: some may not, under the conditions named; the mapping check counts those records
 * exactly, before anything moves. `impossible`: the mapping check refuses the copy; a cast in the mapping has to say what is meant.
 */
export type Verdict =
  | { readonly mark: 'exact'; readonly notes: readonly Note[] }
  | { readonly mark: 'counted'; readonly notes: readonly Note[] }
  | { readonly mark: 'impossible'; readonly reason: string };

/** A footnote of the matrix. */
export interface Note {
  readonly letter: string;
  readonly words: string;
}

export function verdictOf(from: TestedType, to: ComparedType): Verdict {
  const found = assignment(from.model, to.model);
  if (found.kind === 'none') return { mark: 'impossible', reason: found.reason };
  const spelled = spellings.filter((rule) => rule.applies(from, to));
  const limits = [
    ...rules.filter((rule) => rule.applies(from, to)),
    ...(found.kind === 'checked' ? assigned(from, to, found.condition) : []),
  ];
  const notes = [...limits, ...spelled].map(({ letter, words }) => ({ letter, words }));
  return { mark: limits.length > 0 ? 'counted' : 'exact', notes };
}

interface Rule extends Note {
  applies(from: TestedType, to: ComparedType): boolean;
}

const same = (from: TestedType, to: ComparedType): boolean =>
  from.system === to.system && from.native === to.native;
const kindIn = (type: { readonly model: FieldType }, ...kinds: readonly FieldType['kind'][]): boolean =>
  kinds.includes(type.model.kind);
const named = (to: ComparedType, native: RegExp): boolean => native.test(to.native);

/** Under which a value that arrives is told in another spelling; none of them alters it. */
const spellings: readonly Rule[] = [
  {
    letter: 'p',
    words: 'what fills up a `char(n)` is no part of the text',
    applies: (from, to) => from.model.kind === 'text' && from.model.padded && !same(from, to),
  },
  {
    letter: 'l',
    words:
      'where the number names a large object, the object stays behind: `godwit check` says how many there are',
    applies: (from) => from.native === 'oid',
  },
  {
    letter: 'j',
    words: '`jsonb` has one order of keys and one spelling of each number',
    applies: (from, to) =>
      kindIn(from, 'json') &&
      to.model.kind === 'json' &&
      to.model.binary &&
      !(from.model as { binary?: boolean }).binary,
  },
  {
    letter: 'x',
    words:
      'a column without a type keeps a number as its text; `map check` says so (`mapping.untyped-numbers`)',
    applies: (from, to) =>
      to.system === 'sqlite' &&
      kindIn(to, 'any') &&
      (from.sense === 'number' ||
        from.sense === 'float' ||
        (from.sense === 'anything' && !same(from, to)) ||
        same(from, to)),
  },
];

const dates = ['date', 'timestamp'] as const;

/** What a source cannot tell as a value of its type, and what a target does not keep although its type is right. */
const rules: readonly Rule[] = [
  {
    letter: 'Z',
    words:
      'a zero date (`0000-00-00`, `2026-00-00`) is no date: such a record is a bad record, or read with `dates: text`',
    applies: (from) => from.system === 'mariadb' && kindIn(from, 'date', 'timestamp', 'instant'),
  },
  {
    letter: 'D',
    words:
      'a TIME outside of a day (negative, past 24:00) is no time of day: a bad record, or read with `dates: text`',
    applies: (from) => from.system === 'mariadb' && kindIn(from, 'time'),
  },
  {
    letter: 'H',
    words: 'bytes that stand for no character of the column are a bad record',
    applies: (from) => from.system === 'mariadb' && from.native.includes('cp1250'),
  },
  {
    letter: 'S',
    words:
      'what SQLite keeps in a column beside its declared type (a text in INTEGER, 2 in BOOLEAN, bytes in TEXT, text that is not UTF-8) is a bad record',
    applies: (from) => from.system === 'sqlite',
  },
  {
    letter: 'B',
    words: 'an array that begins at another index than 1 is a bad record',
    applies: (from) => from.system === 'postgres' && kindIn(from, 'list'),
  },
  {
    letter: 'Y',
    words: 'the years 1 to 9999, and no infinity',
    applies: (from, to) => to.system === 'mariadb' && from.system !== 'mariadb' && kindIn(to, ...dates),
  },
  {
    letter: 'I',
    words: 'moments of 1970 to 2038, and no infinity',
    applies: (from, to) => to.system === 'mariadb' && kindIn(to, 'instant') && from.system !== 'mariadb',
  },
  {
    letter: 'F',
    words: 'no NaN, no infinity, no negative zero',
    applies: (from, to) => to.system === 'mariadb' && from.system !== 'mariadb' && kindIn(to, 'float'),
  },
  {
    letter: 'f',
    words: 'no NaN, no negative zero',
    applies: (from, to) =>
      to.system === 'sqlite' &&
      from.system === 'postgres' &&
      kindIn(to, 'float') &&
      kindIn(from, 'float', 'decimal'),
  },
  {
    letter: 'N',
    words: 'no NaN',
    applies: (from, to) =>
      to.system === 'mariadb' &&
      kindIn(to, 'decimal') &&
      kindIn(from, 'decimal', 'float') &&
      from.system !== 'mariadb',
  },
  {
    letter: 'A',
    words:
      'only what SQLite would not turn into a number of other digits: under this name it keeps numbers, as 64-bit whole or binary ones',
    applies: (from, to) =>
      to.system === 'sqlite' &&
      (named(to, /^(NUMERIC|DECIMAL\(|DATE$|TIMESTAMP$|UUID$)/) ||
        (to.native === '' && ['date', 'timestamp', 'instant', 'time', 'uuid'].includes(to.model.kind))) &&
      !isNarrowInteger(from.model) &&
      !kindIn(from, 'boolean', 'date', 'timestamp', 'instant', 'time'),
  },
  {
    letter: 'C',
    words: 'only characters that the character set of the column has',
    applies: (from, to) =>
      named(to, /CHARACTER SET (latin1|utf8mb3|ucs2|cp1250)/) && !isPlain(from) && !same(from, to),
  },
  {
    letter: 'L',
    words: 'at most 65,535 bytes',
    applies: (from, to) => named(to, /^text CHARACTER SET/) && !same(from, to) && !isShort(from.model),
  },
  {
    letter: 'T',
    words: 'exactly as many bytes as the column has',
    applies: (from, to) => named(to, /^binary\(/) && !same(from, to),
  },
  {
    letter: 'R',
    words: '0 and the years 1901 to 2155',
    applies: (from, to) => named(to, /^year/) && !same(from, to),
  },
  {
    letter: 'E',
    words: 'no space at the end, which the column cannot tell from its padding',
    applies: (from, to) =>
      to.model.kind === 'text' && to.model.padded && from.model.kind === 'text' && !from.model.padded,
  },
  {
    letter: 'K',
    words: 'only values that the rules of the domain let through; the target itself is asked',
    applies: (from, to) => to.native === 'percent' && !same(from, to),
  },
  {
    letter: 'V',
    words: 'only valid JSON; the target itself is asked in doubt',
    applies: (from, to) =>
      kindIn(from, 'json') &&
      kindIn(to, 'json') &&
      to.system !== 'sqlite' &&
      (from.system === 'sqlite' || from.system !== to.system),
  },
  {
    letter: 'Q',
    words: 'only UUIDs of the variants MariaDB knows; the target itself is asked',
    applies: (from, to) => to.system === 'mariadb' && from.system !== 'mariadb' && kindIn(to, 'uuid'),
  },
  {
    letter: 'O',
    words: 'the server reads it as that type and spells it like this; the target itself is asked',
    applies: (from, to) => kindIn(to, 'native') && !same(from, to),
  },
  {
    letter: 'G',
    words:
      'no list: a column without a type holds one as text or JSON only, and the mapping has to say which',
    applies: (from, to) => kindIn(from, 'list') && kindIn(to, 'any'),
  },
  {
    letter: 'U',
    words: 'no list of lists of different lengths',
    applies: (from, to) => kindIn(from, 'json') && kindIn(to, 'list'),
  },
];

function isNarrowInteger(model: FieldType): boolean {
  return model.kind === 'integer' && (model.signed || model.bits < 64);
}

function isPlain(from: TestedType): boolean {
  return kindIn(
    from,
    'boolean',
    'integer',
    'decimal',
    'float',
    'date',
    'time',
    'timestamp',
    'instant',
    'uuid',
    'interval',
  );
}

function isShort(model: FieldType): boolean {
  return model.kind === 'text'
    ? model.charactersMax !== null && model.charactersMax < 16_000
    : model.kind !== 'json' && model.kind !== 'native' && model.kind !== 'any' && model.kind !== 'list';
}

/** The condition of the conversion itself, as the mapping check words it; a limit that no value of the source meets is none. */
function assigned(from: TestedType, to: ComparedType, condition: string): readonly Note[] {
  if (from.model.kind === 'text' && to.model.kind === 'text') {
    if (same(from, to) && from.system === 'postgres') return [];
    const limited = to.model.charactersMax !== null && !fitsWithin(from, to.model.charactersMax);
    const notes = limited ? [noteOf(`at most ${to.model.charactersMax} characters`)] : [];
    return from.system === 'postgres' ? notes : [...notes, noteOf('no character NUL')];
  }
  // The target is asked, which says more.
  if (to.model.kind === 'native') return [];
  if (
    from.model.kind === 'enum' &&
    from.model.labels.length > 0 &&
    to.model.kind === 'enum' &&
    same(from, to)
  )
    return [];
  return [noteOf(condition)];
}

function fitsWithin(from: TestedType, charactersMax: number): boolean {
  const most = from.model.kind === 'text' ? from.model.charactersMax : null;
  return from.system !== 'sqlite' && most !== null && most <= charactersMax;
}

/** Conditions in words get their numbers on the page where they stand. */
function noteOf(words: string): Note {
  return { letter: '', words };
}
