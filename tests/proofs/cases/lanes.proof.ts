import { loadGrammar } from '../../../src/expressions/index.ts';
import { compareLanes, type LaneTrial } from '../../lanes/compare-lanes.ts';
import { csvPair } from '../../lanes/from-csv.ts';
import { fromMariadbPair } from '../../lanes/from-mariadb.ts';
import { postgresPair } from '../../lanes/from-postgres.ts';
import { sqlitePair } from '../../lanes/from-sqlite.ts';
import { intoMariadbPair } from '../../lanes/into-mariadb.ts';
import { intoSqlitePair } from '../../lanes/into-sqlite.ts';
import type { LaneFigures } from '../../lanes/lane-tally.ts';
import { startMariadb, startPostgres } from '../../servers/index.ts';
import type { Proof } from '../proof.ts';

type Compare = (trial: LaneTrial) => Promise<LaneFigures>;

/**
 * 2,000 made-up tables x mappings over all pairs of systems between which there is more than one lane. Only tables count that
 * were to go in bulk and of which records had to be found and kept back; both lanes have to give the same target, the same
 * quarantine, the same counts, and to go back whole.
 */
export const prove: Proof = async ({ seed, count, say }) => {
  await loadGrammar();
  await using postgres15 = await startPostgres({ major: 15 });
  await using postgres18 = await startPostgres({ major: 18 });
  await using mariadb = await startMariadb();
  const shares: readonly (readonly [share: number, compare: Compare])[] = [
    [0.2, async (trial) => compareLanes(await postgresPair(postgres15, postgres18), trial)],
    [0.15, async (trial) => compareLanes(await postgresPair(postgres18, postgres15), trial)],
    [0.15, async (trial) => compareLanes(await sqlitePair(postgres18), trial)],
    [0.15, async (trial) => compareLanes(await csvPair(postgres18), trial)],
    [0.15, async (trial) => compareLanes(await fromMariadbPair(mariadb, postgres18), trial)],
    [0.1, async (trial) => compareLanes(await intoMariadbPair(postgres18, mariadb), trial)],
    [0.1, async (trial) => compareLanes(await intoSqlitePair(postgres18), trial)],
  ];
  const wanted = count ?? 2_000;
  const pairs = await Promise.all(
    shares.map(async ([share, compare]) => {
      const thatCount = Math.ceil(wanted * share);
      return compare({ seed, thatCount, say });
    }),
  );
  const sum = (of: (pair: LaneFigures) => number): number => pairs.reduce((all, pair) => all + of(pair), 0);
  const disagreements = sum((pair) => pair.disagreements.length);
  const tablesThatCount = sum((pair) => pair.tablesThatCount);
  return {
    holds: disagreements === 0 && tablesThatCount >= wanted,
    figures: {
      how: 'each table once by the lane the engine chooses and once record by record; compared by plain SQL',
      tables: sum((pair) => pair.tables),
      tablesThatCount,
      disagreements,
      pairs: pairs.map(({ disagreements: those, ...pair }) => ({ ...pair, disagreements: those.length })),
    },
  };
};
