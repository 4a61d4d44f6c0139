import type { Value } from '../../model/index.ts';
import type { DescribedObject } from './account-catalog.ts';
import type { Json } from './answer-parts.ts';
import { memberOf } from './answer-parts.ts';
import { decodeValue, Unexpected } from './decode-value.ts';
import type { DescribedProperty } from './described.ts';

/** What people and programs wrote into a record, by property, as the API shows it; what is empty has no entry. */
export type HeldValues = Readonly<Record<string, string>>;

/** Properties that a record can be given. */
export const writableProperties = ({ properties }: DescribedObject): readonly DescribedProperty[] =>
  properties.filter(({ readOnly }) => !readOnly);

/** The values of a record that somebody wrote: what the account itself counts and stamps is left out. */
export function heldValues(object: DescribedObject, record: Json): HeldValues {
  const shown = memberOf(record, 'properties');
  const values = writableProperties(object).flatMap(({ name }) => {
    const value = memberOf(shown, name);
    return typeof value === 'string' && value !== '' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(values.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether the account shows what it was given: numbers and instants may be spelt otherwise. */
function sameValue({ type }: DescribedProperty, given: string, shown: string | undefined): boolean {
  if (given === '') return shown === undefined;
  if (shown === undefined) return false;
  if (given === shown) return true;
  if (type === 'number') return Number(given) === Number(shown);
  return type === 'datetime' && Date.parse(given) === Date.parse(shown);
}

/**
 * Whether a record holds already what it would be given, exactly: numbers are compared by their digits, moments by their fractions of
 * a second. What cannot be read as its type is compared as it is written.
 */
export function holdsAlready(
  object: DescribedObject,
  given: Readonly<Record<string, string>>,
  shown: HeldValues,
): boolean {
  const byName = new Map(object.properties.map((property) => [property.name, property]));
  return Object.entries(given).every(([name, value]) => {
    const property = byName.get(name);
    return property !== undefined && exactly(property, value) === exactly(property, shown[name] ?? '');
  });
}

function exactly(property: DescribedProperty, text: string): Value {
  try {
    const value = decodeValue(property, text);
    const isFraction = property.type === 'number' && typeof value === 'string' && value.includes('.');
    return isFraction ? value.replace(/\.?0+$/, '') : value;
  } catch (error) {
    if (error instanceof Unexpected) return text;
    throw error;
  }
}

/** The names of the properties that do not hold what was given, in the order in which they were given. */
export function altered(
  object: DescribedObject,
  given: Readonly<Record<string, string>>,
  shown: HeldValues,
): readonly string[] {
  const byName = new Map(object.properties.map((property) => [property.name, property]));
  return Object.entries(given).flatMap(([name, value]) => {
    const property = byName.get(name);
    return property !== undefined && sameValue(property, value, shown[name]) ? [] : [name];
  });
}
