import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { checkLots, lotsOf, parentOf } from './lots.ts';

test('who looks at the org sees what is doubled, missing and wrongly linked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-lots-'));
  const path = join(folder, 'org.sqlite');
  const lots = lotsOf(40);
  expect(lots.reduce((sum, { count }) => sum + count, 0)).toBe(40);
  {
    using file = new DatabaseSync(path);
    for (const { object, count, parent } of lots) {
      const link = parent === null ? '' : `, "${parent.field}"`;
      file.exec(`CREATE TABLE "o_${object}" ("Id", "IsDeleted", "Legacy__c"${link})`);
      for (let at = 0; at < count; at += 1) {
        const to = parent === null ? '' : `, '${parent.of} ${parentOf(at, parent)}'`;
        file.exec(`INSERT INTO "o_${object}" VALUES ('${object} ${at}', 0, '${at}'${to})`);
      }
    }
  }
  const after = (sql: string) => {
    using file = new DatabaseSync(path);
    file.exec(sql);
    return checkLots(path, lots);
  };
  const right = { there: 40, doubled: 0, missing: 0, linksWrong: 0 };
  expect(checkLots(path, lots)).toEqual(right);
  const wrong = `UPDATE "o_Contact" SET "AccountId" = 'Account 1' WHERE "Id" = 'Contact 2'`;
  expect(after(wrong)).toEqual({ ...right, linksWrong: 1 });
  const twice = `INSERT INTO "o_Opportunity" VALUES ('x', 0, '3', 'nobody')`;
  expect(after(twice)).toMatchObject({ there: 41, doubled: 1, missing: 0 });
  expect(after(`UPDATE "o_Task" SET "IsDeleted" = 1 WHERE "Id" = 'Task 4'`)).toMatchObject({ missing: 1 });
  rmSync(folder, { recursive: true, force: true });
});
