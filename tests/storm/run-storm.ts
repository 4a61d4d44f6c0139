import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { describeMachine } from '../../bench/machine.ts';
import { runStorm } from './storm.ts';
import { addTally, emptyTally, type StormTally } from './storm-tally.ts';
import type { ThreadWork } from './storm-thread.ts';

/**
 * `npm run storm -- [--seeds n] [--from s] [--threads n] [--no-save]`: that many worlds, each a whole small migration; or
 * `--seed x`: one of them, twice, with everything that struck it. A result without violations is kept beside those of proofs.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    threads: { type: 'string' },
    'no-save': { type: 'boolean' },
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
  const threads = Number(values.threads ?? Math.min(2, availableParallelism()));
  const started = performance.now();
  const tally = emptyTally();
  const works = Array.from({ length: threads }, async (_nothing, at) =>
    runThread({ from: from + at, to: from + seeds, step: threads }, (more) => {
      addTally(tally, more);
      for (const { seed, found } of more.violations) {
        console.log(`seed ${seed}: ${found.join('\n  ')}`);
        console.log(`  again: npm run storm -- --seed ${seed}`);
      }
    }),
  );
  await Promise.all(works);
  const seconds = (performance.now() - started) / 1_000;
  const kept = {
    date: new Date().toISOString().slice(0, 10),
    from,
    threads,
    seconds: Math.round(seconds),
    worldsPerMinute: Math.round((tally.seeds / seconds) * 60),
    machine: describeMachine(),
    ...tally,
    violations: tally.violations.length,
  };
  console.log(JSON.stringify(kept, null, 2));
  process.exitCode = tally.violations.length === 0 && tally.seeds === seeds ? 0 : 1;
  if (process.exitCode === 0 && values['no-save'] !== true)
    writeFileSync(
      fileURLToPath(new URL('../proofs/results/storm.json', import.meta.url)),
      `${JSON.stringify(kept, null, 2)}\n`,
    );
}

async function runThread(workerData: ThreadWork, told: (tally: StormTally) => void): Promise<void> {
  const worker = new Worker(new URL('./storm-thread.ts', import.meta.url), { workerData });
  await new Promise<void>((resolve, reject) => {
    worker.on('message', told);
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}
