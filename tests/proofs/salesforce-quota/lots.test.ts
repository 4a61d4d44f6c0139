import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { checkLots, lotsOf, parentOf } from './lots.ts';

test('who looks at the org sees what is doubled, missing, altered and wrongly linked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-lots-'));
  const path = join(folder, 'org.sqlite');
  const lots = lotsOf(40, 2);
  expect(lots.reduce((sum, { count }) => sum + count, 0)).toBe(42);
  {
    using file = new DatabaseSync(path);
    for (const { object, count, parent, fields, row } of lots) {
      file.exec(
        `CREATE TABLE "o_${object}" ("Id", "IsDeleted", ${fields.map((name) => `"${name}"`).join()})`,
      );
      const insert = file.prepare(`INSERT INTO "o_${object}" VALUES (?, 0, ${fields.map(() => '?').join()})`);
      for (let at = 0; at < count; at += 1) {
        const values = row(at, parent === null ? '' : `${parent.of} ${parentOf(at, parent)}`);
        insert.run(`${object} ${at}`, ...(values as readonly (string | Uint8Array)[]));
      }
    }
  }
  const after = (sql: string) => {
    using file = new DatabaseSync(path);
    file.exec(sql);
    return checkLots(path, lots);
  };
  const right = { there: 42, doubled: 0, missing: 0, altered: 0, linksWrong: 0 };
  expect(checkLots(path, lots)).toEqual(right);
  const wrong = `UPDATE "o_Contact" SET "AccountId" = 'Account 1' WHERE "Id" = 'Contact 2'`;
  expect(after(wrong)).toEqual({ ...right, linksWrong: 1 });
  const twice = `INSERT INTO "o_Opportunity" SELECT 'x', 0, "Legacy__c", "Name", "StageName", "CloseDate", 'nobody'
    FROM "o_Opportunity" WHERE "Legacy__c" = '3'`;
  expect(after(twice)).toMatchObject({ there: 43, doubled: 1, missing: 0 });
  expect(after(`UPDATE "o_Task" SET "IsDeleted" = 1 WHERE "Id" = 'Task 4'`)).toMatchObject({ missing: 1 });
  expect(after(`UPDATE "o_Account" SET "Name" = 'other' WHERE "Id" = 'Account 2'`)).toMatchObject({
    altered: 1,
  });
  const cut = `UPDATE "o_ContentVersion" SET "VersionData" = substr("VersionData", 2) WHERE "Id" = 'ContentVersion 1'`;
  expect(after(cut)).toMatchObject({ altered: 2 });
  rmSync(folder, { recursive: true, force: true });
});
