import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { moveWithinQuota, type Pool } from './move-within-quota.ts';

const small = { records: 1_000, files: 3, callsADay: 20, othersOfTen: 0, writers: 1, callMs: 300, seed: 3 };

async function moved(pool: Partial<Pool>) {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-quota-'));
  try {
    return await moveWithinQuota({ ...small, folder, ...pool });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// The full count: npm run prove -- salesforce-quota.
test('with 20 calls a day everything comes once, with its files, in the days that plain arithmetic says', {
  timeout: 60_000,
}, async () => {
  const result = await moved({});
  expect(result).toMatchObject({ there: 1_003, doubled: 0, missing: 0, altered: 0, linksWrong: 0 });
  expect(result).toMatchObject({ tooMany: 0, uploads: 3, mostAtOnce: 1 });
  expect(result.calls).toBeGreaterThan(20);
  expect(result.days).toBe(Math.ceil(result.calls / 20) - 1);
  expect(result.pauses).toBe(result.days);
});

test('three who write at once share the calls, and bring each slice once', { timeout: 60_000 }, async () => {
  const result = await moved({ files: 0, writers: 3, callsADay: 200, callMs: 60_000, records: 6_000 });
  expect(result).toMatchObject({ there: 6_000, doubled: 0, missing: 0, altered: 0, linksWrong: 0 });
  expect(result).toMatchObject({ tooMany: 0, mostAtOnce: 3 });
});
