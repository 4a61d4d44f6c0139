import { closeSync, openSync, readSync } from 'node:fs';

/** One line of a file without its line feed, and where it starts. The last line may be without a line feed. */
export interface Line {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly ended: boolean;
}

const chunkBytes = 1 << 20;
const lineFeed = 0x0a;

/** The lines of a file from a byte on, in bounded memory; nothing when the file is not there. */
export function* readLines(path: string, from = 0): Generator<Line> {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    yield* linesOf(file, from);
  } finally {
    closeSync(file);
  }
}

function* linesOf(file: number, from: number): Generator<Line> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = from;
  for (let at = from; ; ) {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    const count = readSync(file, chunk, 0, chunkBytes, at);
    if (count === 0) break;
    at += count;
    const content =
      rest.length === 0 ? chunk.subarray(0, count) : Buffer.concat([rest, chunk.subarray(0, count)]);
    let start = 0;
    for (let end = content.indexOf(lineFeed); end >= 0; end = content.indexOf(lineFeed, start)) {
      yield { bytes: content.subarray(start, end), offset: offset + start, ended: true };
      start = end + 1;
    }
    offset += start;
    rest = content.subarray(start);
  }
  if (rest.length > 0) yield { bytes: rest, offset, ended: false };
}
