import { DatabaseSync } from 'node:sqlite';
import type { Row } from '../../../src/model/index.ts';

/** Records of one object that move, each with the record of another object that it belongs to. */
export interface Lot {
  readonly object: string;
  readonly count: number;
  readonly fields: readonly string[];
  /** The field with the parent's id, and whose it is; null for records that belong to nobody. */
  readonly parent: { readonly field: string; readonly of: string; readonly count: number } | null;
  readonly row: (at: number, parent: string) => Row;
}

/** From so many bytes on each file is a call of its own. */
const fileBytes = 64 * 1024;
const fileAt = (at: number): Uint8Array => Buffer.alloc(fileBytes + (at % 1_000), `file ${at}; `);

/** A fifth are accounts, two fifths contacts, then deals and activities; then files, each of a deal. */
export function lotsOf(records: number, files = 0): readonly Lot[] {
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
    ...(files === 0 ? [] : [filesOf(files, deals)]),
  ];
}

const filesOf = (count: number, deals: number): Lot => ({
  object: 'ContentVersion',
  count,
  fields: ['Legacy__c', 'PathOnClient', 'FirstPublishLocationId', 'VersionData'],
  parent: { field: 'FirstPublishLocationId', of: 'Opportunity', count: deals },
  row: (at, parent) => [String(at), `offer ${at}.pdf`, parent, fileAt(at)],
});

export const parentOf = (at: number, { count }: NonNullable<Lot['parent']>): number => at % count;

export interface LotsCheck {
  readonly there: number;
  readonly doubled: number;
  readonly missing: number;
  /** Of which another value, or another byte, is there than was sent. */
  readonly altered: number;
  readonly linksWrong: number;
}

/** By plain SQL on the org's own file, and value by value against what was sent. */
export function checkLots(state: string, lots: readonly Lot[]): LotsCheck {
  using file = new DatabaseSync(state, { readOnly: true });
  const number = (sql: string): number => Number(Object.values(file.prepare(sql).get() ?? {})[0] ?? 0);
  let [there, distinct, wanted, altered, linksWrong] = [0, 0, 0, 0, 0];
  for (const lot of lots) {
    const { object, count, parent } = lot;
    altered += alteredOf(file, lot);
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
  return { there, doubled: there - distinct, missing: wanted - distinct, altered, linksWrong };
}

function alteredOf(file: DatabaseSync, { object, fields, parent, row }: Lot): number {
  let altered = 0;
  const columns = fields.map((field) => `"${field}"`).join(', ');
  for (const kept of file.prepare(`SELECT ${columns} FROM "o_${object}" WHERE "IsDeleted" = 0`).iterate()) {
    const sent = row(Number(kept['Legacy__c']), parent === null ? '' : String(kept[parent.field]));
    if (!fields.every((field, at) => isSame(kept[field], sent[at]))) altered += 1;
  }
  return altered;
}

const isSame = (kept: unknown, sent: unknown): boolean =>
  kept instanceof Uint8Array && sent instanceof Uint8Array
    ? Buffer.from(kept).equals(sent)
    : String(kept) === String(sent);
