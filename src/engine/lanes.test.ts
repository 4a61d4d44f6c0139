import { beforeAll, describe, expect, test } from 'vitest';
import { compareLanes } from '../../tests/lanes/compare-lanes.ts';
import { postgresPair } from '../../tests/lanes/from-postgres.ts';
import { sharedPostgres, skipWithoutPostgres } from '../../tests/servers/index.ts';
import { loadGrammar } from '../expressions/index.ts';

/**
 * Made-up tables with records the target refuses: the pipe and the records lane must give the same target and quarantine.
 * A share with a new seed in every run, all of it by `npm run prove -- lanes`. GODWIT_SEED to repeat.
 */
const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 1_000_000);

describe.skipIf(skipWithoutPostgres(18))('lanes', () => {
  beforeAll(loadGrammar);

  test(`give the same target and the same quarantine (GODWIT_SEED=${seed})`, {
    timeout: 600_000,
  }, async () => {
    const pair = await postgresPair(await sharedPostgres(18), await sharedPostgres(18));
    const { disagreements, tablesThatCount } = await compareLanes(pair, { seed, thatCount: 2 });
    expect(disagreements).toEqual([]);
    expect(tablesThatCount).toBeGreaterThan(0);
  });
});
