import { describeFieldType, type Field, type FieldType, type Relation, wordsOfName } from '../model/index.ts';
import { nameSimilarity } from './name-similarity.ts';
import { quoteName } from './quote-name.ts';
import { suggestedExpression } from './suggest-conversion.ts';
import { type SuggestionProfiles, valueSimilarity } from './value-similarity.ts';

/**
 * Which source field a target field is probably fed from, with the evidence. A suggestion is a question to a person: nothing
 * here writes a mapping.
 *
 * Invariants: 1. every target field and every source field is suggested at most once (but for joined names). 2. the same
 * input gives the same suggestions. 3. confidence is 1 only for the same name with types that go together.
 */
export function suggestFields(
  source: Relation,
  target: Relation,
  profiles: SuggestionProfiles = {},
): readonly FieldSuggestion[] {
  const pairs = source.fields
    .filter(({ synthetic }) => !synthetic)
    .flatMap((from) =>
      target.fields
        .filter(isWritable)
        .map((to) => ({ ...pairOf(from, to, profiles), as: suggestedExpression(from, to) })),
    )
    .filter(({ confidence }) => confidence >= leastConfidence)
    .sort(
      (a, b) =>
        b.confidence - a.confidence ||
        Number(a.from !== a.to) - Number(b.from !== b.to) ||
        order(a.to, b.to) ||
        order(a.from, b.from),
    );
  const taken = new Set<string>();
  const found: FieldSuggestion[] = [];
  for (const { from, to, as, confidence, evidence } of pairs) {
    if (taken.has(`from ${from}`) || taken.has(`to ${to}`)) continue;
    taken.add(`from ${from}`);
    taken.add(`to ${to}`);
    found.push({ field: to, from: as, reads: [from], confidence, evidence });
  }
  return [...found, ...joinedNames(source, target, found)].sort(
    (a, b) => place(target, a.field) - place(target, b.field),
  );
}

/** Every target field one source field may feed, the likeliest first: what a person chooses from when the suggestion is wrong. */
export function rankTargetFields(
  source: Field,
  target: Relation,
  profiles: SuggestionProfiles = {},
): readonly RankedField[] {
  return target.fields
    .filter(isWritable)
    .map((to) => pairOf(source, to, profiles))
    .sort((a, b) => b.confidence - a.confidence || order(a.to, b.to))
    .map(({ to, confidence, evidence }) => ({ field: to, confidence, evidence }));
}

export interface RankedField {
  readonly field: string;
  /** 0 to 1. */
  readonly confidence: number;
  readonly evidence: readonly string[];
}

export interface FieldSuggestion {
  readonly field: string;
  /** The expression. */
  readonly from: string;
  readonly reads: readonly string[];
  /** 0 to 1. */
  readonly confidence: number;
  /** `same name`, `values alike (8 of 10)`; for people. */
  readonly evidence: readonly string[];
}

const leastConfidence = 0.45;

interface Pair {
  readonly from: string;
  readonly to: string;
  readonly confidence: number;
  readonly evidence: readonly string[];
}

function pairOf(from: Field, to: Field, profiles: SuggestionProfiles): Pair {
  const name = nameSimilarity(from.name, to.name);
  const type = typeSimilarity(from.type, to.type);
  const values = valueSimilarity(from.name, to.name, profiles);
  const evidence = [
    name === 1
      ? from.name === to.name
        ? 'same name'
        : 'same words in the name'
      : `names ${percent(name)} alike`,
    type === 1
      ? `same kind of type (${describeFieldType(to.type)})`
      : `${describeFieldType(from.type)} to ${describeFieldType(to.type)}`,
    ...(values === null ? [] : [`values ${percent(values)} alike`]),
  ];
  // Types that never go together speak against a pair whatever it is called; values, where known, weigh as much as the name.
  const known = values === null ? name : 0.55 * name + 0.45 * values;
  return { from: from.name, to: to.name, confidence: round(known * (0.4 + 0.6 * type)), evidence };
}

/** 1 for the same kind, 0 for kinds that only a deliberate conversion brings together. */
function typeSimilarity(from: FieldType, to: FieldType): number {
  if (from.kind === to.kind)
    return from.kind === 'list' && to.kind === 'list' ? typeSimilarity(from.of, to.of) : 1;
  const families = [
    ['integer', 'decimal', 'float'],
    ['date', 'timestamp', 'instant'],
    ['text', 'enum'],
    ['text', 'uuid'],
    ['text', 'json'],
  ];
  if (from.kind === 'any' || to.kind === 'any') return 0.9;
  if (families.some((kinds) => kinds.includes(from.kind) && kinds.includes(to.kind))) return 0.85;
  return to.kind === 'text' ? 0.6 : from.kind === 'text' ? 0.5 : 0.2;
}

/** A full name from its parts: the one suggestion that reads two fields. Blank parts leave no space behind. */
function joinedNames(
  source: Relation,
  target: Relation,
  found: readonly FieldSuggestion[],
): readonly FieldSuggestion[] {
  const part = (...spellings: readonly string[]): string | undefined =>
    source.fields.find(({ name }) => spellings.includes(wordsOfName(name).join(' ')))?.name;
  const first = part('first name', 'firstname', 'given name', 'forename', 'vorname');
  const last = part('last name', 'lastname', 'surname', 'family name', 'nachname');
  const whole = target.fields.find(
    ({ name, type }) =>
      type.kind === 'text' &&
      ['full name', 'fullname', 'display name', 'name'].includes(wordsOfName(name).join(' ')),
  );
  if (!first || !last || !whole || found.some(({ field }) => field === whole.name)) return [];
  const trimmed = [first, last].map((name) => `nullif(trim(${quoteName(name)}), '')`);
  return [
    {
      field: whole.name,
      from: `concat_ws(' ', ${trimmed.join(', ')})`,
      reads: [first, last],
      confidence: 0.7,
      evidence: [`${first} and ${last} are the parts of a full name`],
    },
  ];
}

function isWritable({ generated, synthetic }: Field): boolean {
  return generated !== 'computed' && !synthetic;
}

function place(target: Relation, field: string): number {
  return target.fields.findIndex(({ name }) => name === field);
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
