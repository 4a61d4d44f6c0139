import { DatabaseSync } from 'node:sqlite';

/** What an org's own file says of a move, by plain SQL: nothing of the connector vouches for itself. */
export interface OrgCheck {
  readonly doubled: number;
  readonly missing: number;
  readonly altered: number;
  readonly linksWrong: number;
}

/** Contacts of one account. */
export const contactsOfOne = 10;

/** @param contacts how many there have to be, each with an account for each ten of them */
export function checkOrg(state: string, contacts: number): OrgCheck {
  using file = new DatabaseSync(state, { readOnly: true });
  const number = (sql: string): number => Number(Object.values(file.prepare(sql).get() ?? {})[0] ?? 0);
  const accounts = Math.ceil(contacts / contactsOfOne);
  const of = (object: string): string => `FROM "o_${object}" WHERE "IsDeleted" = 0`;
  const distinct = (object: string): number => number(`SELECT count(DISTINCT "Legacy__c") ${of(object)}`);
  const all = (object: string): number => number(`SELECT count(*) ${of(object)}`);
  const wrongNames = number(
    `SELECT count(*) ${of('Contact')} AND ("LastName" <> 'person ' || "Legacy__c" OR "Email" <> 'p' || "Legacy__c" || '@example.org')`,
  );
  const rightLinks = number(
    `SELECT count(*) FROM "o_Contact" c JOIN "o_Account" a ON a."Id" = c."AccountId"
     WHERE c."IsDeleted" = 0 AND a."IsDeleted" = 0 AND CAST(c."Legacy__c" AS INTEGER) / ${contactsOfOne} = CAST(a."Legacy__c" AS INTEGER)`,
  );
  return {
    doubled: all('Contact') - distinct('Contact') + all('Account') - distinct('Account'),
    missing: contacts - distinct('Contact') + accounts - distinct('Account'),
    altered: wrongNames + number(`SELECT count(*) ${of('Account')} AND "Name" <> 'company ' || "Legacy__c"`),
    linksWrong: contacts - rightLinks,
  };
}

/** How many records are left, recycle bin aside. */
export function recordsLeft(state: string): number {
  using file = new DatabaseSync(state, { readOnly: true });
  const count = (object: string): number =>
    Number(
      Object.values(file.prepare(`SELECT count(*) FROM "o_${object}" WHERE "IsDeleted" = 0`).get() ?? {})[0],
    );
  return count('Account') + count('Contact');
}
