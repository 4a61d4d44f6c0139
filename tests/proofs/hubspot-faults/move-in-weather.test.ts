import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { lookAt, recordsLeft, type Told } from './account-check.ts';
import { isRight, moveInWeather } from './move-in-weather.ts';

test.each([false, true])(
  'a small move through the weather of one seed ends right, by OAuth: %s',
  { timeout: 60_000 },
  async (byOauth) => {
    const result = await moveInWeather({ seed: 12, people: 60, byOauth });
    expect(isRight(result)).toBe(true);
    expect(isRight({ ...result, left: 1 })).toBe(false);
    expect(isRight({ ...result, refused: 1, onTheWay: [] })).toBe(false);
  },
);

test('who looks at the account sees what is doubled, missing, altered, not linked, left, and told wrongly', () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-look-'));
  const path = join(folder, 'account.sqlite');
  const twenty = '[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19]';
  const change = (sql: string, told?: Told) => {
    using file = new DatabaseSync(path);
    file.exec(sql);
    return lookAt(path, 20, told);
  };
  change(`
    CREATE TABLE records (id, type, archived_ms, properties);
    CREATE TABLE links (from_id, to_id, type_id);
    INSERT INTO records SELECT 'c' || value, '0-2', NULL, json_object('legacy_id', '' || value, 'name', 'company ' || value) FROM json_each('[0,1]');
    INSERT INTO records SELECT 'p' || value, '0-1', NULL,
      json_object('legacy_id', '' || value, 'firstname', 'person ' || value, 'email', 'p' || value || '@example.org') FROM json_each('${twenty}');
    INSERT INTO records VALUES ('c9', '0-2', 5, '{"legacy_id":"1"}');
    INSERT INTO links SELECT 'p' || value, 'c' || (value / 10), 279 FROM json_each('${twenty}')`);
  const right = { doubled: 0, missing: 0, altered: 0, linksMissing: 0, toldWrongly: 0 };
  expect(lookAt(path, 20)).toEqual(right);
  expect(recordsLeft(path)).toBe(22);
  const some = (...numbers: readonly number[]): ReadonlySet<number> => new Set(numbers);
  const told: Told = { companies: some(), people: some(4), links: some(4) };
  expect(lookAt(path, 20, told)).toEqual({ ...right, toldWrongly: 2 });
  expect(change("DELETE FROM links WHERE from_id = 'p4'")).toEqual({ ...right, linksMissing: 1 });
  expect(change("UPDATE records SET archived_ms = 1 WHERE id = 'p4'")).toEqual({
    ...right,
    missing: 1,
    linksMissing: 1,
  });
  expect(lookAt(path, 20, told)).toEqual(right);
  expect(
    change("UPDATE records SET properties = json_set(properties, '$.email', 'x') WHERE id = 'p3'", told),
  ).toEqual({ ...right, altered: 1 });
  expect(change("UPDATE links SET to_id = 'c1' WHERE from_id = 'p5'", told)).toEqual({
    ...right,
    altered: 1,
    linksMissing: 2,
  });
  expect(
    change(`INSERT INTO records VALUES ('c7', '0-2', NULL, '{"legacy_id":"0","name":"company 0"}')`, told),
  ).toMatchObject({ doubled: 1 });
  rmSync(folder, { recursive: true, force: true });
});
