import { valueFault } from '../faults.ts';

/** What letters like `i` and `g` ask for. */
export interface PatternFlags {
  readonly caseless: boolean;
  /** All matches, not the first. */
  readonly global: boolean;
  /** `.` and `[^...]` do not match a newline. */
  readonly stopsAtNewline: boolean;
  /** `^` and `$` match at the ends of every line. */
  readonly anchorsAtNewline: boolean;
}

const plainFlags: PatternFlags = {
  caseless: false,
  global: false,
  stopsAtNewline: false,
  anchorsAtNewline: false,
};

const changes: Readonly<Record<string, Partial<PatternFlags>>> = {
  g: { global: true },
  c: { caseless: false },
  i: { caseless: true },
  m: { stopsAtNewline: true, anchorsAtNewline: true },
  n: { stopsAtNewline: true, anchorsAtNewline: true },
  p: { stopsAtNewline: true, anchorsAtNewline: false },
  s: { stopsAtNewline: false, anchorsAtNewline: false },
  t: {},
  w: { stopsAtNewline: false, anchorsAtNewline: true },
};

/** Reads the flags argument of a function; the last of contradicting letters counts. */
export function readFlags(letters: string, from: PatternFlags = plainFlags): PatternFlags {
  let flags = from;
  for (const letter of letters) {
    const change = changes[letter];
    if (change === undefined && 'bexq'.includes(letter))
      throw valueFault('0A000', `the pattern flag ${letter} is not supported`);
    if (change === undefined) throw valueFault('22023', 'a pattern flag is not one of c g i m n p s t w');
    flags = { ...flags, ...change };
  }
  return flags;
}
