import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PlainSqlite } from './plain-sqlite.contract.ts';

const script = fileURLToPath(new URL('./read-through.contract.ts', import.meta.url));
const proving = process.env['GODWIT_PROVE'] === '1';
let plain: PlainSqlite;
beforeEach(() => {
  plain = new PlainSqlite();
});
afterEach(async () => plain[Symbol.asyncDispose]());

interface ReadThrough {
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly maxRssKiB: number;
}

/** The heap is capped: a reader that keeps what it read does not come to the end. */
function readThrough(rows: number, textBytes: number, heapMiB: number): ReadThrough {
  plain.run(`CREATE TABLE wide (id INTEGER PRIMARY KEY, name TEXT, amount DECIMAL(12,2), at DATETIME, flag BOOLEAN);
    INSERT INTO wide WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < ${rows})
    SELECT x, printf('%.*c', ${textBytes}, 'n'), x / 100.0, '2026-01-01 10:00:00', x % 2 FROM c`);
  const flags = ['--no-warnings', `--max-old-space-size=${heapMiB}`, '--max-semi-space-size=4'];
  return JSON.parse(
    execFileSync(process.execPath, [...flags, script, plain.address.path], { encoding: 'utf8' }),
  );
}

test('a relation many times larger than memory is read through', { timeout: 120_000 }, () => {
  const { rows, maxRssKiB } = readThrough(60_000, 2_000, 32);
  expect(rows).toBe(60_000);
  expect(maxRssKiB).toBeLessThan(200 * 1024);
});

test.runIf(proving)('five million records, in bounded memory and not slowly', { timeout: 300_000 }, () => {
  const { rows, rowsPerSecond } = readThrough(5_000_000, 20, 48);
  expect(rows).toBe(5_000_000);
  expect(rowsPerSecond).toBeGreaterThan(150_000);
});
