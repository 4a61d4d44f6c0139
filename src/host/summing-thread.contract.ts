import { GodwitError } from '../model/index.ts';
import { type Sink, serveSink } from './sink-worker.ts';

/** What a thread of `sink-worker.test.ts` is asked: to count bytes and add them up, and where it fails. */
export interface Sum {
  readonly fails?: 'at once' | 'on a chunk' | 'at the end' | 'as a process';
}

export interface Summed {
  readonly chunks: number;
  readonly bytes: number;
  readonly sum: number;
}

serveSink((order: Sum): Sink => {
  if (order.fails === 'at once') throw failed();
  const found = { chunks: 0, bytes: 0, sum: 0 };
  return {
    take: (chunk) => {
      if (order.fails === 'as a process') process.exit(1);
      if (order.fails === 'on a chunk') throw failed();
      found.chunks += 1;
      found.bytes += chunk.length;
      for (const byte of chunk) found.sum += byte;
    },
    finish: (): Summed => {
      if (order.fails === 'at the end') throw new RangeError('out of it');
      return found;
    },
    [Symbol.dispose]: () => undefined,
  };
});

function failed(): GodwitError {
  return new GodwitError({
    code: 'a.code',
    title: 'A title',
    detail: 'of itself',
    nextStep: 'None.',
    fate: 'later',
  });
}
