import { parentPort, workerData } from 'node:worker_threads';
import { runStorm } from './storm.ts';
import { addOutcome, emptyTally, type StormTally } from './storm-tally.ts';

/** Which seeds a thread takes: `from`, `from + step`, ... up to, not including, `to`. */
export interface ThreadWork {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** Worlds between two words to whoever counts. */
const worldsPerWord = 200;

const { from, to, step } = workerData as ThreadWork;
let tally: StormTally = emptyTally();
for (let seed = from; seed < to; seed += step) {
  addOutcome(tally, await runStorm(seed));
  if (tally.seeds < worldsPerWord && seed + step < to) continue;
  parentPort?.postMessage(tally, []);
  tally = emptyTally();
}
