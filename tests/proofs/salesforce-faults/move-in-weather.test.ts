import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { checkOrg, recordsLeft } from './check-org.ts';
import { isRight, moveInWeather } from './move-in-weather.ts';

test('a small move through the weather of one seed ends right', { timeout: 60_000 }, async () => {
  const result = await moveInWeather({ seed: 11, contacts: 60, inBulk: false });
  expect(result).toMatchObject({ doubled: 0, missing: 0, altered: 0, linksWrong: 0, refused: 0, left: 0 });
  expect(isRight(result)).toBe(true);
});

test('who looks at the org sees what is doubled, missing, altered, wrongly linked and left', () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-look-'));
  const path = join(folder, 'org.sqlite');
  {
    using file = new DatabaseSync(path);
    file.exec(`
      CREATE TABLE "o_Account" ("Id", "IsDeleted", "Legacy__c", "Name");
      CREATE TABLE "o_Contact" ("Id", "IsDeleted", "Legacy__c", "LastName", "Email", "AccountId");
      INSERT INTO "o_Account" VALUES ('a0', 0, '0', 'company 0'), ('a1', 0, '1', 'company 1'), ('a1', 1, '1', 'gone');
      INSERT INTO "o_Contact" SELECT 'c' || value, 0, CAST(value AS TEXT), 'person ' || value, 'p' || value || '@example.org',
        'a' || (value / 10) FROM json_each('[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19]')`);
  }
  const change = (sql: string) => {
    using file = new DatabaseSync(path);
    file.exec(sql);
    return checkOrg(path, 20);
  };
  const right = { doubled: 0, missing: 0, altered: 0, linksWrong: 0 };
  expect(checkOrg(path, 20)).toEqual(right);
  expect(recordsLeft(path)).toBe(22);
  expect(change(`UPDATE "o_Contact" SET "Email" = 'x' WHERE "Id" = 'c3'`)).toEqual({ ...right, altered: 1 });
  expect(change(`UPDATE "o_Contact" SET "AccountId" = 'a1' WHERE "Id" = 'c4'`)).toMatchObject({
    linksWrong: 1,
  });
  expect(change(`INSERT INTO "o_Account" VALUES ('a2', 0, '1', 'company 1')`)).toMatchObject({ doubled: 1 });
  expect(change(`UPDATE "o_Contact" SET "IsDeleted" = 1 WHERE "Id" = 'c5'`)).toMatchObject({ missing: 1 });
  rmSync(folder, { recursive: true, force: true });
});
