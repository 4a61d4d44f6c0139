import { editDistance } from '../model/index.ts';

/**
 * Which option of the target an old value probably means, with the evidence. As with fields, a suggestion is a question to a
 * person; a value without a likely option gets none, because a wrong one would change what a record says.
 *
 * Invariants: 1. one suggestion for each old value, in their order. 2. a value is never suggested for its opposite (`not ...`).
 */
export function suggestValues(
  values: readonly string[],
  options: readonly string[],
): readonly ValueSuggestion[] {
  const prepared = options.map((option) => ({ option, ...prepare(option) }));
  return values.map((old) => {
    const own = prepare(old);
    let best: ValueSuggestion = { old, now: null, confidence: 0, evidence: 'nothing like it' };
    for (const candidate of prepared) {
      const found = compare(old, own, candidate);
      if (found.confidence > best.confidence) best = { old, now: candidate.option, ...found };
    }
    return best.confidence >= leastConfidence
      ? best
      : { old, now: null, confidence: 0, evidence: 'nothing like it' };
  });
}

export interface ValueSuggestion {
  readonly old: string;
  readonly now: string | null;
  /** 0 to 1. */
  readonly confidence: number;
  readonly evidence: string;
}

const leastConfidence = 0.6;

interface Prepared {
  /** Letters and digits only, lower case. */
  readonly folded: string;
  readonly words: readonly string[];
  readonly negated: boolean;
  /** The same without what stands in brackets: `pT1a (FIGO IA)`. */
  readonly outside: string;
}

/** Lower case, without accents, with one space between words: how two spellings of one value are recognised. */
export function foldValue(value: string): string {
  return value
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}.,]+|[.,](?!\d)/gu, ' ')
    .trim();
}

function prepare(value: string): Prepared {
  const words = foldValue(value)
    .split(' ')
    .filter((word) => word !== '');
  return {
    folded: words.join(' '),
    words: words.filter((word) => !negations.has(word) && !fillers.has(word)),
    negated: words.some((word) => negations.has(word)),
    outside: foldValue(value.replaceAll(/\([^)]*\)|\[[^\]]*\]/g, ' ')),
  };
}

const negations: ReadonlySet<string> = new Set([
  'not',
  'no',
  'non',
  'never',
  'without',
  'un',
  'kein',
  'nicht',
  'ohne',
]);
const fillers: ReadonlySet<string> = new Set(['or', 'and', 'of', 'the', 'a', 'nos', 'specify']);

function compare(
  old: string,
  own: Prepared,
  other: Prepared & { readonly option: string },
): Pick<ValueSuggestion, 'confidence' | 'evidence'> {
  if (old === other.option) return { confidence: 1, evidence: 'the same' };
  if (own.folded === other.folded && own.folded !== '')
    return { confidence: 0.98, evidence: 'the same but for case, spaces and signs' };
  if (meaningOf(own.folded) !== null && meaningOf(own.folded) === meaningOf(other.folded))
    return { confidence: 0.85, evidence: 'another word for it' };
  if (own.negated !== other.negated || areOpposites(own, other)) return { confidence: 0, evidence: '' };
  if (own.outside === other.folded && own.outside !== '')
    return { confidence: 0.9, evidence: 'the same without what is in brackets' };
  const letters = likeness(own.outside || own.folded, other.folded);
  const words = sharedWords(own.words, other.words);
  return letters >= words
    ? { confidence: round(letters * 0.9), evidence: `${percent(letters)} of the letters alike` }
    : { confidence: round(words * 0.9), evidence: `${percent(words)} of the words alike` };
}

/** `unpaid` and `paid`, `inactive` and `active`: near in letters, far in meaning. */
function areOpposites(a: Prepared, b: Prepared): boolean {
  const negates = (word: string, other: string): boolean =>
    word.endsWith(other) && /^(?:un|in|im|ir|il|dis|non|de)$/.test(word.slice(0, word.length - other.length));
  return a.words.some((word) => b.words.some((other) => negates(word, other) || negates(other, word)));
}

/** Digits decide: `Stage 1` and `Stage 2`, `T1a` and `T1b` are as different as two words can be. */
function likeness(a: string, b: string): number {
  if (numbersOf(a) !== numbersOf(b)) return 0;
  const longest = Math.max(a.length, b.length);
  return longest === 0 ? 0 : 1 - editDistance(a, b) / longest;
}

function numbersOf(text: string): string {
  return (text.match(/\d+[a-z]?|\b[ivx]+[a-c]?\b/g) ?? []).join(' ');
}

function sharedWords(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0 || numbersOf(a.join(' ')) !== numbersOf(b.join(' '))) return 0;
  const shared = a.filter((word) => b.includes(word)).length;
  return (2 * shared) / (a.length + b.length);
}

const meanings: readonly (readonly string[])[] = [
  ['male', 'm', 'man', 'mannlich', 'herr'],
  ['female', 'f', 'w', 'woman', 'weiblich', 'frau'],
  ['yes', 'y', 'true', 't', '1', 'ja', 'on', 'si', 'oui'],
  ['no', 'n', 'false', '0', 'nein', 'off', 'non'],
  ['alive', 'living', 'lebend'],
  ['dead', 'deceased', 'died', 'expired', 'verstorben'],
  ['active', 'current', 'enabled', 'live', 'aktiv', 'in use'],
  ['inactive', 'disabled', 'inaktiv', 'dormant'],
  ['pending', 'trial', 'waiting', 'awaiting', 'provisional'],
  ['on hold', 'suspended', 'paused', 'hold', 'frozen'],
  ['open', 'new', 'offen', 'neu', 'todo', 'to do'],
  ['in progress', 'ongoing', 'started', 'in work', 'doing', 'wip', 'in bearbeitung'],
  ['closed', 'done', 'completed', 'complete', 'finished', 'resolved', 'solved', 'erledigt', 'geschlossen'],
  ['cancelled', 'canceled', 'aborted', 'void', 'storniert', 'abgebrochen'],
  ['unknown', 'n a', 'na', 'unspecified', 'not reported', 'not specified', 'unbekannt'],
  ['urgent', 'critical', 'highest', 'p1', 'dringend'],
  ['medium', 'normal', 'average', 'mittel'],
];

const meaningByWord: ReadonlyMap<string, number> = new Map(
  meanings.flatMap((words, meaning) => words.map((word) => [word, meaning] as const)),
);

function meaningOf(folded: string): number | null {
  return meaningByWord.get(folded) ?? null;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
