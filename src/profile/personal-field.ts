import { type FieldProfile, wordsOfName } from '../model/index.ts';

const personalWords = new Set(
  (
    'name firstname lastname surname fullname forename nickname maiden email mail phone mobile fax tel telephone address street ' +
    'vorname nachname prenom nombre apellido telefon adresse strasse ort plz ville ciudad bemerkung remark remarks ' +
    'city suburb zip postcode postal birth birthday birthdate born dob died death geboren geburtsdatum geburtstag naissance nacimiento age gender sex ssn soc social passport iban account card salary wage income balance debt tax vat ' +
    'login username user password token secret ip latitude longitude diagnosis patient religion nationality signature note ' +
    'notes comment comments description message body text subject contact person owner'
  ).split(' '),
);
const impersonalWords = new Set([
  'status',
  'type',
  'kind',
  'count',
  'code',
  'currency',
  'country',
  'language',
  'category',
]);

const personalShapes = [
  /^[aA9._%+-]+@[aA9.-]+$/,
  /^\+9{1,3}[9 ().-]{5,}$/,
  /^9{3}-9{2}-9{4}$/,
  /^AA99[A9 ]{10,}$/,
  /^\(?9{3}\)?[ .-]9{3}[ .-]9{4}$/,
];

const freeTextCharacters = 40;
/** Up to so many different values a field of words is a list of options; with more it may be names. */
const optionsMax = 50;
/** Words without a digit, one of them of two letters or more. */
const words = /^[Aa .,'-]*[Aa]{2}[Aa .,'-]*$/;

/**
 * Whether examples of a field are masked when nobody said which fields are personal: by its name, by the shapes of its
 * values, or because it holds free text, in which anything may stand. Rather one field too many than one too few.
 */
export function isPersonalField(_relation: string, field: FieldProfile): boolean {
  if (isPersonalName(field.field)) return true;
  const [most] = field.patterns;
  if (most !== undefined && personalShapes.some((shape) => shape.test(most.pattern))) return true;
  if (Number(field.distinct.count) <= optionsMax) return false;
  return (field.charactersMax ?? 0) > freeTextCharacters || (most !== undefined && words.test(most.pattern));
}

const personalValues = [
  // No repetition in front of the @: over a long text without one it would start again at every character.
  /[^\s@]@[^\s@]+\.[^\s@]/,
  /^\(?\+\d[\d ().-]{6,}$/,
  /^\d{3}-\d{2}-\d{4}$/,
  /^[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?$/,
  /^\d{4}(?:[ -]\d{4}){3}$/,
  // A document: what stands in it is not judged field by field.
  /^[{[][^]*[}\]]$/,
];

const month =
  /\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b/i;
/** A day with its month in letters and nothing beside it, as programs write it: `12-Mar-2020 10:00`. */
const plainDay = /^\d{1,2}[ .-]+\p{L}+[ .-]+\d{2,4}(?:[ T]\d[\d:.]*)?$/u;
const freeDateCharacters = 80;

/** A day as a person would write it, `3rd of May (Anna), 1980`: who writes so writes other things beside it. */
function isFreeFormDate(text: string): boolean {
  return text.length <= freeDateCharacters && /\d/.test(text) && month.test(text) && !plainDay.test(text);
}

/** Also where a field as a whole is not personal, one of its values may be: an address in a field of codes. */
export function isPersonalValue(text: string): boolean {
  const value = text.trim();
  return isFreeFormDate(value) || personalValues.some((form) => form.test(value));
}

export function isPersonalName(name: string): boolean {
  const words = wordsOfName(name);
  return words.some((word) => personalWords.has(word)) && !words.some((word) => impersonalWords.has(word));
}
