import { plainMariadb } from '../../fidelity/plain-mariadb.ts';
import { plainPostgres } from '../../fidelity/plain-postgres.ts';
import { plainSqlite } from '../../fidelity/plain-sqlite.ts';
import { tryMatrix } from '../../fidelity/try-matrix.ts';
import { startMariadb, startPostgres } from '../../servers/index.ts';
import type { Proof } from '../proof.ts';

/**
 * Every cell of the fidelity matrix, 1,000,000 generated values at least: each arrives equal, or the mapping check counted it
 * beforehand and it is in quarantine. PostgreSQL is version 15 and 18 in turn, so that it moves between the two as well.
 */
export const prove: Proof = async ({ seed, count, say }) => {
  await using postgres15 = await startPostgres({ major: 15 });
  await using postgres18 = await startPostgres({ major: 18 });
  await using mariadb = await startMariadb();
  let turn = seed;
  const pairs = await tryMatrix({
    make: {
      postgres: async () => plainPostgres((turn += 1) % 2 === 0 ? postgres15 : postgres18),
      mariadb: async () => plainMariadb(mariadb),
      sqlite: plainSqlite,
    },
    seed,
    valuesPerType: Math.ceil((count ?? 1_000_000) / cellsWithManyValues),
    share: null,
    say,
  });
  const sum = (of: (pair: (typeof pairs)[number]) => number): number =>
    pairs.reduce((all, pair) => all + of(pair), 0);
  const differences = pairs.flatMap((pair) => pair.differences);
  const wronglyExact = pairs.flatMap((pair) => pair.wronglyExact);
  for (const line of [...differences, ...wronglyExact].slice(0, 200)) say(line);
  const values = sum((pair) => pair.values);
  return {
    holds: differences.length === 0 && wronglyExact.length === 0 && values >= (count ?? 1_000_000),
    figures: {
      how: 'plain copies through mapping check and engine; source and target compared by plain SQL',
      cells: sum((pair) => pair.cells),
      values,
      arrivedEqual: sum((pair) => pair.arrived),
      countedBeforehandAndInQuarantine: sum((pair) => pair.foretold),
      undeclaredDifferences: differences.length,
      cellsWronglySaidExact: wronglyExact.length,
      pairs: pairs.map(({ differences: _differences, wronglyExact: _exact, ...counts }) => counts),
    },
  };
};

/** Cells that get as many values as asked for; those that refuse most get few. */
const cellsWithManyValues = 2_400;
