import { beforeAll, describe, expect, test } from 'vitest';
import { compareLanes } from '../../tests/lanes/compare-lanes.ts';
import { intoSqlitePair } from '../../tests/lanes/into-sqlite.ts';
import { sharedPostgres, skipWithoutPostgres } from '../../tests/servers/index.ts';
import { loadGrammar } from '../expressions/index.ts';

/**
 * Made-up tables of PostgreSQL with records that SQLite, or the declared type, refuses: loaded in bulk and written as records
 * they must give the same target and the same quarantine.
 * A share with a new seed in every run, all of it by `npm run prove -- lanes`. GODWIT_SEED to repeat.
 */
const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 1_000_000);

describe.skipIf(skipWithoutPostgres(18))('lanes into SQLite', () => {
  beforeAll(loadGrammar);

  test(`give the same target and the same quarantine (GODWIT_SEED=${seed})`, {
    timeout: 600_000,
  }, async () => {
    const pair = await intoSqlitePair(await sharedPostgres(18));
    const { disagreements, tablesThatCount } = await compareLanes(pair, { seed, thatCount: 2 });
    expect(disagreements).toEqual([]);
    expect(tablesThatCount).toBeGreaterThan(0);
  });
});
