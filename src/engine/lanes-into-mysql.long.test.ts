import { beforeAll, describe, expect, test } from 'vitest';
import { compareLanes } from '../../tests/lanes/compare-lanes.ts';
import { computedIntoMariadbPair } from '../../tests/lanes/computed-into-mariadb.ts';
import { intoMariadbPair } from '../../tests/lanes/into-mariadb.ts';
import {
  sharedMariadb,
  sharedPostgres,
  skipWithoutMariadb,
  skipWithoutPostgres,
} from '../../tests/servers/index.ts';
import { loadGrammar } from '../expressions/index.ts';

/**
 * Made-up tables of PostgreSQL with records that MariaDB refuses, cuts or rounds: loaded in bulk and written as records they
 * must give the same target and the same quarantine.
 * A share with a new seed in every run, all of it by `npm run prove -- lanes`. GODWIT_SEED to repeat.
 */
const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 1_000_000);

describe.skipIf(skipWithoutPostgres(18) || skipWithoutMariadb())('lanes into MariaDB', () => {
  beforeAll(loadGrammar);

  test(`give the same target and the same quarantine (GODWIT_SEED=${seed})`, {
    timeout: 600_000,
  }, async () => {
    const pair = await intoMariadbPair(await sharedPostgres(18), await sharedMariadb());
    const { disagreements, tablesThatCount } = await compareLanes(pair, { seed, thatCount: 1 });
    expect(disagreements).toEqual([]);
    expect(tablesThatCount).toBeGreaterThan(0);
  });

  test(`do so of what PostgreSQL computes (GODWIT_SEED=${seed})`, { timeout: 360_000 }, async () => {
    const pair = await computedIntoMariadbPair(await sharedPostgres(18), await sharedMariadb());
    const { disagreements, tablesThatCount } = await compareLanes(pair, { seed, thatCount: 2 });
    expect(disagreements).toEqual([]);
    expect(tablesThatCount).toBeGreaterThanOrEqual(2);
  });
});
