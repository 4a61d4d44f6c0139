import { DatabaseSync } from 'node:sqlite';
import type { Row } from '../../../src/model/index.ts';

/** Records of one object that move, each with the record of another object that it belongs to. */
export interface Lot {
  readonly object: string;
  readonly count: number;
  readonly fields: readonly string[];
  /** The field with the parent's id, and whose it is; null for records that belong to nobody. */
  readonly parent: { readonly field: string; readonly of: string; readonly count: number } | null;
  row(at: number, parent: string): Row;
}

/** A fifth are accounts, two fifths contacts, then deals and activities. */
export function lotsOf(records: number): readonly Lot[] {
  const accounts = Math.floor(records / 5);
  const contacts = Math.floor((records * 2) / 5);
  const deals = Math.floor(records / 4);
  const activities = records - accounts - contacts - deals;
  return [
    {
      object: 'Account',
      count: accounts,
      fields: ['Legacy__c', 'Name', 'NumberOfEmployees'],
      parent: null,
      row: (at) => [String(at), `company ${at}`, String(at % 500)],
    },
    {
      object: 'Contact',
      count: contacts,
      fields: ['Legacy__c', 'LastName', 'Email', 'AccountId'],
      parent: { field: 'AccountId', of: 'Account', count: accounts },
      row: (at, parent) => [String(at), `person ${at}`, `p${at}@example.org`, parent],
    },
    {
      object: 'Opportunity',
      count: deals,
      fields: ['Legacy__c', 'Name', 'StageName', 'CloseDate', 'AccountId'],
      parent: { field: 'AccountId', of: 'Account', count: accounts },
      row: (at, parent) => [String(at), `deal ${at}`, 'Prospecting', '2027-01-31', parent],
    },
    {
      object: 'Task',
      count: activities,
      fields: ['Legacy__c', 'Subject', 'Status', 'Priority', 'WhatId'],
      parent: { field: 'WhatId', of: 'Opportunity', count: deals },
      row: (at, parent) => [String(at), `call ${at}`, 'Completed', 'Normal', parent],
    },
  ];
}

export const parentOf = (at: number, { count }: NonNullable<Lot['parent']>): number => at % count;

export interface LotsCheck {
  readonly there: number;
  readonly doubled: number;
  readonly missing: number;
  readonly linksWrong: number;
}

/** By plain SQL on the org's own file. */
export function checkLots(state: string, lots: readonly Lot[]): LotsCheck {
  using file = new DatabaseSync(state, { readOnly: true });
  const number = (sql: string): number => Number(Object.values(file.prepare(sql).get() ?? {})[0] ?? 0);
  let [there, distinct, wanted, linksWrong] = [0, 0, 0, 0];
  for (const { object, count, parent } of lots) {
    const from = `FROM "o_${object}" AS r WHERE r."IsDeleted" = 0`;
    there += number(`SELECT count(*) ${from}`);
    distinct += number(`SELECT count(DISTINCT r."Legacy__c") ${from}`);
    wanted += count;
    if (parent === null) continue;
    const right = number(
      `SELECT count(*) FROM "o_${object}" AS r JOIN "o_${parent.of}" AS p ON p."Id" = r."${parent.field}"
       WHERE r."IsDeleted" = 0 AND p."IsDeleted" = 0
         AND CAST(r."Legacy__c" AS INTEGER) % ${parent.count} = CAST(p."Legacy__c" AS INTEGER)`,
    );
    linksWrong += count - right;
  }
  return { there, doubled: there - distinct, missing: wanted - distinct, linksWrong };
}
