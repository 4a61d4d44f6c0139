/**
 * Offsets of a named zone, from the time zone rules built into the JavaScript engine (`Intl`).
 *
 * Invariants: 1. seconds count from 1970-01-01 UTC; offsets are seconds east of UTC. 2. from 2500 on the rules repeat
 * every 400 years, as PostgreSQL repeats them; before 1811 a zone keeps its local mean time. 3. a local time that a
 * transition skips or repeats gets the offset PostgreSQL gives it: the one before a gap, the later one of a repetition.
 */
export interface ZoneRules {
  /** As the text that named the zone. */
  readonly name: string;
  /** Has the same offset at all times. */
  readonly fixed: boolean;
  offsetAt(second: number): number;
  /** Offset for a local time given as seconds as if it were UTC. */
  offsetOfLocal(localSecond: number): number;
}

export function fixedZone(name: string, offset: number): ZoneRules {
  return { name, fixed: true, offsetAt: () => offset, offsetOfLocal: () => offset };
}

/** undefined when the engine does not know the zone. */
export function zoneFromIntl(name: string): ZoneRules | undefined {
  const probe = offsetProbe(name);
  return probe === undefined ? undefined : new CachedZone(name, probe);
}

type Probe = (second: number) => number;

/** Asks the engine anew at every call: for a few seconds far apart. undefined when the engine does not know the zone. */
export function offsetProbe(name: string): Probe | undefined {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
  return (second) => localSecondOf(format.format(second * 1000)) - second;
}

const shape = /^(\d+)\/(\d+)\/(\d+), (\d+):(\d+):(\d+)$/;

function localSecondOf(text: string): number {
  const match = shape.exec(text);
  if (match === null) throw new TypeError(`the engine formats dates in an unexpected way: ${text}`);
  const [, month, day, year, hour, minute, second] = match;
  return (
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) /
    1000
  );
}

const daySeconds = 86_400;
/** Chunks of about 388 days whose transitions are found together and kept. */
const chunkSeconds = 2 ** 25;
/** No two transitions of any zone are closer than this. */
const probeSeconds = 5 * daySeconds;
const eraSeconds = 146_097 * daySeconds;
/** 1811-07-23; the oldest transition of any zone is of 1844. */
const firstSecond = -5_000_000_000;
/** 2500-01-01. */
const repeatsFrom = 16_725_225_600;

interface Transition {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

interface Chunk {
  readonly start: number;
  readonly transitions: readonly Transition[];
}

class CachedZone implements ZoneRules {
  readonly name: string;
  readonly fixed: boolean;
  readonly #probe: Probe;
  readonly #chunks = new Map<number, Chunk>();

  constructor(name: string, probe: Probe) {
    this.name = name;
    this.fixed = /^etc\//i.test(name);
    this.#probe = probe;
  }

  offsetAt(second: number): number {
    const at = inWindow(second);
    const chunk = this.#chunkOf(at);
    let offset = chunk.start;
    for (const transition of chunk.transitions) if (transition.at <= at) offset = transition.after;
    return offset;
  }

  offsetOfLocal(localSecond: number): number {
    const local = inWindow(localSecond);
    const from = local - daySeconds;
    const transition = this.#firstAfter(from, from + 3 * daySeconds);
    if (transition === undefined) return this.offsetAt(from);
    const { at, before, after } = transition;
    const ifBefore = local - before;
    const ifAfter = local - after;
    if (ifBefore < at && ifAfter < at) return before;
    if (ifBefore > at && ifAfter >= at) return after;
    return ifBefore > ifAfter ? before : after;
  }

  #firstAfter(from: number, to: number): Transition | undefined {
    for (let at = from; ; at = Math.min(at + chunkSeconds, to)) {
      const found = this.#chunkOf(at).transitions.find((one) => one.at > from && one.at <= to);
      if (found !== undefined || at >= to) return found;
    }
  }

  #chunkOf(second: number): Chunk {
    const index = Math.floor(second / chunkSeconds);
    const known = this.#chunks.get(index);
    if (known !== undefined) return known;
    const found = findTransitions(this.#probe, index * chunkSeconds);
    this.#chunks.set(index, found);
    return found;
  }
}

function inWindow(second: number): number {
  if (second < firstSecond) return firstSecond;
  if (second < repeatsFrom) return second;
  return second - Math.ceil((second - repeatsFrom + 1) / eraSeconds) * eraSeconds;
}

function findTransitions(probe: Probe, begin: number): Chunk {
  const last = begin + chunkSeconds - 1;
  const start = probe(begin - 1);
  const transitions: Transition[] = [];
  let before = start;
  for (let from = begin - 1; from < last; ) {
    const to = Math.min(from + probeSeconds, last);
    const after = probe(to);
    if (after !== before) transitions.push({ at: transitionBetween(probe, from, to, before), before, after });
    before = after;
    from = to;
  }
  return { start, transitions };
}

/** First second with another offset than `before`, which holds at `from` and no longer at `to`. */
function transitionBetween(probe: Probe, from: number, to: number, before: number): number {
  let low = from;
  let high = to;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (probe(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}
