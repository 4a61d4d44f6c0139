import { type FieldProfile, type Profile, type Relation, wordsOfName } from '../model/index.ts';
import {
  deflectingWords,
  guardedCategories,
  nameWords,
  type PersonalCategory,
  peopleWords,
} from './personal-words.ts';

/**
 * Which fields hold data about people, suggested from names and from the shapes of values; a person's word outweighs both.
 * Heuristics: a mark is a reason to mask and to ask, never a proof, and no mark is no proof of the opposite.
 */
export function findPersonalData(
  relations: readonly Relation[],
  profile: Profile | null,
  confirmed: readonly ConfirmedMark[] = [],
): readonly PersonalMark[] {
  const said = new Map(confirmed.map((mark) => [`${mark.relation}\n${mark.field}`, mark]));
  const profiles = new Map(profile?.relations.map(({ relation, fields }) => [relation, fields]));
  return relations.flatMap(({ name: relation, fields }) =>
    fields.flatMap(({ name: field, synthetic }) => {
      if (synthetic) return [];
      const word = said.get(`${relation}\n${field}`);
      if (word) return word.category === null ? [] : [markOf(relation, field, word.category, 'confirmed')];
      const found = classifyField(
        relation,
        field,
        profiles.get(relation)?.find((one) => one.field === field),
      );
      return found ? [found] : [];
    }),
  );
}

export interface PersonalMark {
  readonly relation: string;
  readonly field: string;
  readonly category: PersonalCategory;
  /** One of the kinds that laws guard more, or that open doors. */
  readonly special: boolean;
  readonly evidence: 'confirmed' | 'name and values' | 'values' | 'name';
}

export interface ConfirmedMark {
  readonly relation: string;
  readonly field: string;
  /** null: a person said that this is not personal. */
  readonly category: PersonalCategory | null;
}

/** The mark of one field, or null. Values outweigh the name: a column called `code` full of e-mail addresses is one of them. */
export function classifyField(relation: string, field: string, values?: FieldProfile): PersonalMark | null {
  const byName = categoryOfName(relation, field);
  const byValues = values ? categoryOfShapes(values) : null;
  if (byValues) return markOf(relation, field, byValues, byName === byValues ? 'name and values' : 'values');
  return byName ? markOf(relation, field, byName, 'name') : null;
}

function markOf(
  relation: string,
  field: string,
  category: PersonalCategory,
  evidence: PersonalMark['evidence'],
): PersonalMark {
  return { relation, field, category, special: guardedCategories.has(category), evidence };
}

function categoryOfName(relation: string, field: string): PersonalCategory | null {
  const words = wordsOfName(field);
  if (words.some((word) => deflectingWords.has(word))) return null;
  const name = ` ${words.join(' ')} `;
  for (const [category, phrases] of nameWords)
    if (phrases.some((phrase) => name.includes(` ${phrase} `))) return category;
  const aboutPeople = wordsOfName(relation).some((word) => peopleWords.includes(word));
  return aboutPeople && words.at(-1) === 'name' ? 'name' : null;
}

/** Shapes as the profile writes them: letters `a` and `A`, digits `9`. */
const shapes: readonly (readonly [PersonalCategory, RegExp])[] = [
  ['email', /^[aA9._%+-]+@[aA9-]+(?:\.[aA9-]+)*\.[aA]{2,}$/],
  ['account', /^AA99(?: ?[A9]{4}){2,7}(?: ?[A9]{1,4})?$/],
  ['account', /^9{4}([ -])9{4}\1[9]{4}\1[9]{1,7}$/],
  ['identity-document', /^9{3}-9{2}-9{4}$/],
  ['online-id', /^9{1,3}\.9{1,3}\.9{1,3}\.9{1,3}$/],
  ['phone', /^(?:\+|\(|00)[9 ().+/-]{6,20}$/],
  ['phone', /^\(?9{3}\)?[ .-]9{3}[ .-]9{4}$/],
];

const shareNeeded = 0.6;

function categoryOfShapes({ patterns }: FieldProfile): PersonalCategory | null {
  const total = patterns.reduce((sum, { count }) => sum + Number(count), 0);
  if (total === 0) return null;
  const counts = new Map<PersonalCategory, number>();
  for (const { pattern, count } of patterns) {
    const found = shapes.find(([, shape]) => shape.test(pattern));
    if (found) counts.set(found[0], (counts.get(found[0]) ?? 0) + Number(count));
  }
  for (const [category, count] of counts) if (count >= total * shareNeeded) return category;
  return null;
}
