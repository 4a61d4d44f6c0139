import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { addTally, emptyTally, type StormTally } from './storm-tally.ts';
import type { ThreadWork } from './storm-thread.ts';

export interface ManyStorms {
  readonly from: number;
  readonly seeds: number;
  /** Default: two, or one where there is one processor. */
  readonly threads?: number;
  /** Hears what came of every few hundred worlds. */
  readonly told: (more: StormTally) => void;
}

export interface ManyStormsTally extends StormTally {
  readonly threads: number;
  readonly seconds: number;
  readonly worldsPerMinute: number;
}

/** The worlds of all these seeds. A thread that breaks is an error; a world that does is a violation. */
export async function runManyStorms({ from, seeds, threads, told }: ManyStorms): Promise<ManyStormsTally> {
  const step = threads ?? Math.min(2, availableParallelism());
  const started = performance.now();
  const tally = emptyTally();
  const works = Array.from({ length: step }, async (_nothing, at) =>
    runThread({ from: from + at, to: from + seeds, step }, (more) => {
      addTally(tally, more);
      told(more);
    }),
  );
  await Promise.all(works);
  const seconds = (performance.now() - started) / 1_000;
  return {
    threads: step,
    seconds: Math.round(seconds),
    worldsPerMinute: Math.round((tally.seeds / seconds) * 60),
    ...tally,
  };
}

/** What was found, line by line, and how to see it again. */
export function violationLines({ violations }: StormTally): readonly string[] {
  return violations.flatMap(({ seed, found }) => [
    `seed ${seed}: ${found.join('\n  ')}`,
    `  again: npm run storm -- --seed ${seed}`,
  ]);
}

async function runThread(workerData: ThreadWork, told: (tally: StormTally) => void): Promise<void> {
  // A world is soon forgotten: room for many of them spares the collector most of its work.
  const resourceLimits = { maxYoungGenerationSizeMb: 64 };
  const worker = new Worker(new URL('./storm-thread.ts', import.meta.url), { workerData, resourceLimits });
  await new Promise<void>((resolve, reject) => {
    worker.on('message', told);
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}
