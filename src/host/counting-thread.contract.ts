import { GodwitError } from '../model/index.ts';
import { serveChunks } from './worker.ts';

/** What the thread is told in `worker.test.ts`: how many chunks to make, and what to throw behind them. */
export interface Count {
  readonly chunks: number;
  readonly fails?: 'as the house' | 'as anybody' | 'as a process';
}

/** The last byte of a chunk is its number, the first says whether it is in memory that came back. */
serveChunks(async function* ({ chunks, fails }: Count, memory) {
  for (let made = 0; made < chunks; made += 1) {
    const returned = memory.take(8);
    const chunk = returned ?? new Uint8Array(new ArrayBuffer(8));
    chunk.fill(made).set([returned === null ? 0 : 1]);
    yield chunk;
  }
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
