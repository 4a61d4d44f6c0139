import { type Relation, type Row, type Value, wordsOfName } from '../model/index.ts';

/** Fields that should name one record each, and are looked at for doubles. */
export interface NaturalKey {
  readonly fields: readonly string[];
  readonly because: string;
  /** E-mail addresses and names are compared without case and outer or doubled spaces. */
  readonly folded: boolean;
}

const keyWords: readonly (readonly [RegExp, string])[] = [
  [/\b(?:e ?mail|mail|mail address)\b/, 'looks like an e-mail address'],
  [
    /\b(?:external|legacy|foreign|source|remote|old|original|ext) (?:id|key|ref|reference|number|no)\b/,
    'looks like an id of another system',
  ],
  [/\b(?:uuid|guid|unique id|rec(?:ord)? id)\b/, 'looks like a unique id'],
  [
    /\b(?:sku|isbn|ean|gtin|upc|vin|imei|article (?:no|number)|product (?:no|number|code)|part (?:no|number))\b/,
    'looks like an article number',
  ],
  [
    /\b(?:ssn|soc(?:ial)? sec(?:urity)?|tax (?:id|no|number)|vat (?:id|no|number)|passport|national id|iban)\b/,
    'looks like an official number',
  ],
  [
    /\b(?:(?:customer|client|account|member|employee|order|invoice|contract|ticket|policy|patient) (?:no|nr|number|code|ref|reference))\b/,
    'looks like a number people use',
  ],
  [/\b(?:username|user name|login|nickname|handle)\b/, 'looks like a login'],
  [/\b(?:phone|mobile|cell|telephone|tel)\b/, 'looks like a telephone number'],
];

const distinctShareMin = 0.6;
const keysMax = 12;

/**
 * The keys worth trying, from names and from the first records: declared keys that the system does not enforce, columns
 * that look like keys people use, and name with date of birth.
 * @param enforced field lists the system itself keeps unique
 */
export function chooseNaturalKeys(
  relation: Relation,
  names: readonly string[],
  sample: readonly Row[],
  enforced: readonly (readonly string[])[],
): NaturalKey[] {
  const isEnforced = (fields: readonly string[]): boolean => enforced.some((key) => sameFields(key, fields));
  const keys: NaturalKey[] = [relation.primaryKey, ...relation.uniques]
    .flatMap((key) => (key === null || isEnforced(key.fields) ? [] : [key.fields]))
    .map((fields) => ({ fields, because: 'declared key that nothing enforces', folded: false }));
  for (const field of relation.fields) {
    const because = field.synthetic
      ? null
      : reasonFor(relation, field.name, valuesOf(names, sample, field.name));
    if (because !== null) keys.push({ fields: [field.name], because, folded: because.includes('e-mail') });
  }
  keys.push(...personKeys(relation));
  return keys
    .filter(({ fields }, at) => !isEnforced(fields) && firstAt(keys, fields) === at)
    .slice(0, keysMax);
}

function firstAt(keys: readonly NaturalKey[], fields: readonly string[]): number {
  return keys.findIndex((key) => sameFields(key.fields, fields));
}

function sameFields(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((field) => b.includes(field));
}

function valuesOf(names: readonly string[], sample: readonly Row[], field: string): string[] {
  const place = names.indexOf(field);
  return sample
    .map((row) => row[place] as Value)
    .filter((value) => typeof value === 'string' && value.trim() !== '') as string[];
}

function reasonFor(relation: Relation, name: string, values: readonly string[]): string | null {
  const different = new Set(values).size;
  if (different < values.length * distinctShareMin) return null;
  const words = wordsOfName(name).join(' ');
  const named = keyWords.find(([pattern]) => pattern.test(words));
  if (named !== undefined) return named[1];
  if (isOwnId(relation, words)) return 'looks like the id of its record';
  const addresses = values.filter((value) => /^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$/.test(value)).length;
  return addresses > 0 && addresses * 10 >= values.length * 9
    ? 'its values look like e-mail addresses'
    : null;
}

function isOwnId(relation: Relation, words: string): boolean {
  if (words === 'id') return true;
  const own = wordsOfName(relation.name).join(' ');
  return [own, own.replace(/s$/, ''), own.replace(/ies$/, 'y')].some((stem) => words === `${stem} id`);
}

const birthWords = /\b(?:birth ?date|birthday|date of birth|dob|born)\b/;

/** People with the same name and day of birth are often one person. */
function personKeys(relation: Relation): NaturalKey[] {
  const fields = relation.fields.filter(({ synthetic }) => !synthetic);
  const named = (pattern: RegExp): string[] =>
    fields
      .filter(({ name }) => pattern.test(wordsOfName(name).join(' ')))
      .map(({ name }) => name)
      .slice(0, 1);
  const birth = named(birthWords);
  const first = named(/^(?:first ?name|given ?name|forename)$/);
  const last = named(/^(?:last ?name|surname|family ?name)$/);
  const whole = named(/^(?:full ?name|name)$/);
  const name = first.length + last.length === 2 ? [...first, ...last] : whole;
  if (birth.length === 0 || name.length === 0) return [];
  return [{ fields: [...name, ...birth], because: 'same name and date of birth', folded: true }];
}

/** The text by which two records have the same key; null where a part is missing, for then nothing is doubled. */
export function keyText(values: readonly Value[], folded: boolean): string | null {
  if (values.some((value) => value === null || (typeof value === 'string' && value.trim() === '')))
    return null;
  const [only] = values;
  if (values.length === 1 && typeof only === 'string') return folded ? fold(only) : only;
  return JSON.stringify(
    values.map((value) => (folded && typeof value === 'string' ? fold(value) : plain(value))),
  );
}

function fold(text: string): string {
  return text.normalize('NFC').trim().replaceAll(/\s+/gu, ' ').toLowerCase();
}

function plain(value: Value): unknown {
  return value instanceof Uint8Array ? { x: Buffer.from(value).toString('hex') } : value;
}
