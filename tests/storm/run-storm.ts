import { parseArgs } from 'node:util';
import { describeMachine } from '../../bench/machine.ts';
import { runManyStorms, violationLines } from './many-storms.ts';
import { runStorm } from './storm.ts';

/**
 * `npm run storm -- [--seeds n] [--from s] [--threads n]`: that many worlds, each a whole small migration; or `--seed x`: one of
 * them, twice, with everything that struck it. `npm run prove -- storms` runs the full count and keeps its result.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    threads: { type: 'string' },
  },
});

if (values.seed === undefined) await runMany();
else await runOne(Number(values.seed));

async function runOne(seed: number): Promise<void> {
  const outcome = await runStorm(seed);
  const again = await runStorm(seed);
  console.log(JSON.stringify(outcome, null, 2));
  if (outcome.trace !== again.trace) console.log('a second run of this seed went another way');
  process.exitCode = outcome.violations.length === 0 && outcome.trace === again.trace ? 0 : 1;
}

async function runMany(): Promise<void> {
  const [seeds, from] = [Number(values.seeds ?? 1_000), Number(values.from ?? 1)];
  const tally = await runManyStorms({
    from,
    seeds,
    ...(values.threads === undefined ? {} : { threads: Number(values.threads) }),
    told: (more) => {
      for (const line of violationLines(more)) console.log(line);
    },
  });
  const violations = tally.violations.length;
  console.log(JSON.stringify({ from, machine: describeMachine(), ...tally, violations }, null, 2));
  process.exitCode = violations === 0 && tally.seeds === seeds ? 0 : 1;
}
