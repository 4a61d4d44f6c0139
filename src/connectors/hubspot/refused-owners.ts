import type { FedField, Feed, Foreseen } from '../port.ts';
import type { AccountApi } from './account-api.ts';
import type { DescribedObject } from './account-catalog.ts';
import { ownerFields, readOwners } from './owners.ts';

/** Users a mapping gives records to who left the account, or are none of it. Asks for users only where the mapping names some. */
export async function refusedOwners(
  api: AccountApi,
  described: readonly DescribedObject[],
  feeds: readonly Feed[],
): Promise<readonly Foreseen[]> {
  const given = feeds.flatMap(({ object, relation, fields }) => {
    const properties = described.find(({ type }) => type.name === relation)?.properties ?? [];
    const owned = new Set(
      properties.filter(({ references }) => references === 'OWNER').map(({ name }) => name),
    );
    return fields.flatMap((fed) => (owned.has(fed.field) ? [{ object, ...idsIn(fed) }] : []));
  });
  if (given.every(({ ids }) => ids.length === 0)) return [];
  const archivedAt = ownerFields.findIndex(({ name }) => name === 'archived');
  const left = new Map((await readOwners(api)).map((row) => [String(row[0]), row[archivedAt] === true]));
  return given.flatMap(({ object, field, ids }): readonly Foreseen[] => {
    const refused = ids.flatMap((id) => {
      const has = left.get(id);
      if (has === false) return [];
      return has === undefined ? `the account has no owner ${id}` : `the owner ${id} left the account`;
    });
    return refused.length === 0 ? [] : [{ kind: 'owner-refused', object, field, why: refused.join(', ') }];
  });
}

const idsIn = ({ field, constants }: FedField) => ({
  field,
  ids: [...new Set(constants)].filter((text) => /^\d+$/.test(text)),
});
