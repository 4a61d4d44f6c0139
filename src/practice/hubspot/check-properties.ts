import type { AccountParts } from './account-parts.ts';
import type { PropertyDefinition } from './property-definition.ts';
import { readValue, type ValueProblem } from './read-value.ts';
import { invalid } from './refusal.ts';
import type { ObjectType } from './standard-objects.ts';
import { ruleProblem } from './validation-rules.ts';

/** What a caller gives to the properties of one record; null empties one. */
export type GivenValues = Readonly<Record<string, string | null>>;

/**
 * Values as records keep them. Throws 400 with everything that was not valid: the list is JSON inside the message, as the
 * vendor gives it.
 */
export function checkProperties(
  account: AccountParts,
  type: ObjectType,
  given: Readonly<Record<string, unknown>>,
): GivenValues {
  const values: Record<string, string | null> = {};
  const problems: (ValueProblem & { readonly name: string })[] = [];
  for (const [name, value] of Object.entries(given)) {
    const read = readProperty(account, type, name, value);
    if ('problem' in read) problems.push({ name, ...read.problem });
    else values[name] = read.value;
  }
  if (problems.length === 0) return values;
  const told = problems.map(({ message, error, name }) => ({
    isValid: false,
    message,
    error,
    name,
    localizedErrorMessage: message,
    portalId: account.settings.hubId,
  }));
  throw invalid(`Property values were not valid: ${JSON.stringify(told)}`, {
    errors: problems.map(({ message, error, name }) => ({
      message,
      code: error,
      context: { propertyName: [name] },
    })),
  });
}

function readProperty(
  account: AccountParts,
  type: ObjectType,
  name: string,
  value: unknown,
): ReturnType<typeof readValue> {
  const property = account.catalog.property(type, name);
  if (property === null)
    return { problem: { error: 'PROPERTY_DOESNT_EXIST', message: `Property "${name}" does not exist` } };
  if (property.readOnly)
    return {
      problem: {
        error: 'READ_ONLY_VALUE',
        message: `"${name}" is a calculated property; its value cannot be set.`,
      },
    };
  const read = readValue(property, value);
  if ('problem' in read) return read;
  const problem = ruleProblem(property, read.value);
  if (problem !== null) return { problem };
  if (property.references === null || read.value === null) return read;
  return isOwner(account, property, read.value)
    ? read
    : { problem: { error: 'INVALID_OWNER_ID', message: `Owner with id ${read.value} does not exist` } };
}

/** Who left owns nothing new. */
const isOwner = ({ owners }: AccountParts, { references }: PropertyDefinition, id: string): boolean =>
  references === 'OWNER' && owners.isActive(id);
