import { beforeAll, describe, expect, test } from 'vitest';
import { compareLanes } from '../../tests/lanes/compare-lanes.ts';
import { csvPair } from '../../tests/lanes/from-csv.ts';
import { sqlitePair } from '../../tests/lanes/from-sqlite.ts';
import { sharedPostgres, skipWithoutPostgres } from '../../tests/servers/index.ts';
import { loadGrammar } from '../expressions/index.ts';

/**
 * Made-up SQLite tables and CSV files, with values and lines that do not belong where they stand: transcoded into binary COPY
 * and written as records they must give the same target, quarantine and counts.
 * A share with a new seed in every run, all of it by `npm run prove -- lanes`. GODWIT_SEED to repeat.
 */
const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 1_000_000);

describe.skipIf(skipWithoutPostgres(18))('lanes out of files', () => {
  beforeAll(loadGrammar);

  test.each([
    ['SQLite', sqlitePair],
    ['CSV', csvPair],
  ])(
    `%s gives the same target and the same quarantine (GODWIT_SEED=${seed})`,
    { timeout: 600_000 },
    async (_name, open) => {
      const pair = await open(await sharedPostgres(18));
      const { disagreements, tablesThatCount } = await compareLanes(pair, { seed, thatCount: 1 });
      expect(disagreements).toEqual([]);
      expect(tablesThatCount).toBeGreaterThan(0);
    },
  );
});
