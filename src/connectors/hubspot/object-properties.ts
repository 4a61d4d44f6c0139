import type { SchemaObject } from '../../model/index.ts';
import type { DescribedObject } from './account-catalog.ts';
import type { LinkType } from './link-type.ts';

/** What of an object has no place in its relation. */
export function propertiesOf(
  { type, unseen, seesRules }: DescribedObject,
  archived: boolean,
): readonly SchemaObject[] {
  const { name } = type;
  return [
    ...unseen.map((list) => property(`${name} ${list}`, name, 'properties that this app may not see')),
    ...(seesRules
      ? []
      : [property(`${name} rules`, name, 'validation rules of properties that this app may not see')]),
    ...(archived ? [] : [property(`${name} archived`, name, 'records in the recycling bin are not read')]),
  ];
}

export const labelsOf = ({ name, kinds }: LinkType): readonly SchemaObject[] =>
  kinds
    .filter(({ label }) => label !== null)
    .map(({ category, typeId, label }) =>
      property(`${name} ${label}`, name, `a label of links, ${category} ${typeId}`),
    );

export const property = (name: string, relation: string | null, definition: string): SchemaObject => ({
  kind: 'property',
  name,
  relation,
  definition,
});

/** What holds for all objects. */
export const ofTheAccount: readonly SchemaObject[] = [
  property(
    'recycling bin',
    null,
    'the account keeps deleted records there for 90 days, and records that a run made and that are taken back as well; only people restore them, in HubSpot itself',
  ),
  property(
    'rules',
    null,
    'which properties an admin requires is not asked for, and not every validation rule can be held against values before a run: what they refuse is found as records are written, and is in quarantine',
  ),
];
