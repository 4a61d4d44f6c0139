import { beforeAll, describe, expect, test } from 'vitest';
import { compareLanes } from '../../tests/lanes/compare-lanes.ts';
import { fromMariadbPair } from '../../tests/lanes/from-mariadb.ts';
import {
  sharedMariadb,
  sharedPostgres,
  skipWithoutMariadb,
  skipWithoutPostgres,
} from '../../tests/servers/index.ts';
import { loadGrammar } from '../expressions/index.ts';

/**
 * Made-up tables of MariaDB with values that are none (zero dates, long times, bytes without a character) and records that
 * PostgreSQL refuses: transcoded and written as records they must give the same target and the same quarantine.
 * A share with a new seed in every run, all of it by `npm run prove -- lanes`. GODWIT_SEED to repeat.
 */
const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 1_000_000);

describe.skipIf(skipWithoutPostgres(18) || skipWithoutMariadb())('lanes out of MariaDB', () => {
  beforeAll(loadGrammar);

  test(`give the same target and the same quarantine (GODWIT_SEED=${seed})`, {
    timeout: 600_000,
  }, async () => {
    const pair = await fromMariadbPair(await sharedMariadb(), await sharedPostgres(18));
    const { disagreements, tablesThatCount } = await compareLanes(pair, { seed, thatCount: 1 });
    expect(disagreements).toEqual([]);
    expect(tablesThatCount).toBeGreaterThan(0);
  });
});
