import { GodwitError } from '../model/index.ts';
import { serveChunks } from './worker.ts';

/** What the thread is told in `worker.test.ts`: how many chunks to make, and what to throw behind them. */
export interface Count {
  readonly chunks: number;
  readonly fails?: 'as the house' | 'as anybody' | 'as a process';
}

serveChunks(async function* ({ chunks, fails }: Count) {
  for (let made = 0; made < chunks; made += 1) yield new Uint8Array(new ArrayBuffer(8)).fill(made);
  if (fails === 'as the house')
    throw new GodwitError({
      code: 'a.code',
      title: 'It failed',
      detail: 'of itself',
      nextStep: 'Look.',
      fate: 'later',
      where: { file: 'x' },
    });
  if (fails === 'as anybody') throw new RangeError('out of it');
  if (fails === 'as a process') setImmediate(() => process.exit(3));
  if (fails === 'as a process') await new Promise(() => undefined);
});
