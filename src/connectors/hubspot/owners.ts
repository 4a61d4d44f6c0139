import {
  booleanType,
  type FieldType,
  integer64,
  type Row,
  textUnlimited,
  type Value,
} from '../../model/index.ts';
import type { AccountApi } from './account-api.ts';
import { idIn, type Json, listIn, memberOf, nextPage } from './answer-parts.ts';
import { answerUnreadable } from './faults.ts';

export const ownersName = 'owners';

interface OwnerField {
  readonly name: string;
  readonly type: FieldType;
  readonly comment: string | null;
}

export const ownerFields: readonly OwnerField[] = [
  { name: 'id', type: integer64, comment: null },
  { name: 'userId', type: integer64, comment: null },
  { name: 'email', type: textUnlimited, comment: null },
  { name: 'firstName', type: textUnlimited, comment: null },
  { name: 'lastName', type: textUnlimited, comment: null },
  { name: 'archived', type: booleanType, comment: 'left the account: records cannot be given to them' },
];

/** All owners in the order of their ids, those who left too; rows in the order of `ownerFields`. */
export async function readOwners(api: AccountApi): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const archived of [false, true])
    for (let after: string | null | undefined; after !== null; ) {
      const behind: string = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
      const path = `/crm/v3/owners?limit=500&archived=${archived}${behind}`;
      const told = await api.json({ method: 'GET', path, label: 'owners' });
      rows.push(...listIn(told, 'results').map((owner) => rowOf(owner, archived)));
      const next = nextPage(told);
      if (next !== null && next === after) throw answerUnreadable('owners', 'a page that leads no further');
      after = next;
    }
  return rows.sort((a, b) => (BigInt(String(a[0])) < BigInt(String(b[0])) ? -1 : 1));
}

function rowOf(owner: Json, archived: boolean): Row {
  const text = (name: string): Value => {
    const value = memberOf(owner, name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const user = memberOf(owner, 'userId') ?? memberOf(owner, 'userIdIncludingInactive');
  return [
    idIn(owner, 'id'),
    typeof user === 'number' ? String(user) : null,
    text('email'),
    text('firstName'),
    text('lastName'),
    archived,
  ];
}
