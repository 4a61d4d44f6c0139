import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fromSystem } from './faults.ts';
import type { FileThreads } from './file-threads.ts';
import { indexInRanges, rangesOf } from './index-ranges.ts';
import type { FoundFile } from './list-files.ts';
import type { RelationFile } from './load-relation-file.ts';
import type { RecordIndex } from './record-index.ts';
import { refuseChanged } from './refuse-changed.ts';
import { type RangePlaces, unpackPlaces } from './scan-range.ts';

/** A smaller file is looked through in the time in which threads begin. */
const bytesMin = 48 * 1024 * 1024;
const rangeBytes = 4 * 1024 * 1024;

/** Each takes some 25 MB, and two find records faster than most targets take them. */
const threadsUsual = Math.min(2, availableParallelism());

/** Where it can be begun anywhere, and is worth it. */
export function isForSeveral({ found, dialect }: RelationFile): boolean {
  const { compression, encoding } = dialect;
  return compression === 'none' && !encoding.startsWith('utf-16') && isLarge(found);
}

/** Begins the threads where a file is there that is worth it. */
export function beginFor(files: readonly FoundFile[], threads: FileThreads): void {
  if (files.some((found) => found.compression === 'none' && isLarge(found))) threads.begin(threadsUsual);
}

function isLarge({ bytes }: FoundFile): boolean {
  return bytes >= bytesMin && threadsUsual > 1;
}

/** Range after range goes to the threads in turn; what they found is put together here. */
export async function indexByThreads(file: RelationFile, threads: FileThreads): Promise<RecordIndex> {
  const { found } = file;
  try {
    await using handle = await open(found.path, 'r');
    const index = await indexInRanges(file, handle, placesByThreads(file, threads));
    await refuseChanged(found);
    return index;
  } catch (error) {
    throw fromSystem(error, found.path);
  }
}

async function* placesByThreads(file: RelationFile, threads: FileThreads): AsyncGenerator<RangePlaces> {
  const ranges = rangesOf(file, rangeBytes);
  const count = threadsUsual;
  const streams = Array.from({ length: count }, (_none, stream) =>
    threads.chunks({ kind: 'places', file, ranges: ranges.filter((_range, at) => at % count === stream) }),
  );
  try {
    // Asked for once ahead, so that all of them are at work.
    const coming = streams.map(nextOf);
    for (let at = 0; at < ranges.length; at += 1) {
      const stream = at % count;
      const chunk = await (coming[stream] as Promise<IteratorResult<Uint8Array>>);
      if (chunk.done === true) throw new RangeError('a thread left ranges out');
      coming[stream] = nextOf(streams[stream] as AsyncGenerator<Uint8Array>);
      yield unpackPlaces(chunk.value);
    }
  } finally {
    await Promise.allSettled(streams.map(async (stream) => stream.return(undefined)));
  }
}

/** A failure is told to whoever waits for it; where nobody does any more it is no matter. */
function nextOf(stream: AsyncGenerator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  const next = stream.next();
  next.catch(() => undefined);
  return next;
}
