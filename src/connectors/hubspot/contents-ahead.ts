import type { FileThere } from './file-fields.ts';

export interface FileWithContent {
  readonly file: FileThere;
  readonly content: Uint8Array;
}

export interface AheadLimits {
  /** Contents that are asked for together. */
  readonly most: number;
  /** Of their bytes, as the account tells their sizes; a larger one is asked for alone. */
  readonly bytesMost: number;
}

/**
 * Files with their contents, in their order: the contents of the next ones are asked for while one is waited for.
 *
 * Invariants: 1. an error comes out in the place of its file. 2. whoever leaves early waits for what was asked for.
 */
export async function* contentsAhead(
  pages: AsyncIterable<readonly FileThere[]>,
  contentOf: (file: FileThere) => Promise<Uint8Array>,
  { most, bytesMost }: AheadLimits,
): AsyncGenerator<FileWithContent> {
  const asked: Asked[] = [];
  let bytes = 0;
  const take = async ({ file, content }: Asked): Promise<FileWithContent> => {
    bytes -= file.size;
    const [settled] = await content;
    if (settled.status === 'rejected') throw settled.reason;
    return { file, content: settled.value };
  };
  try {
    for await (const page of pages)
      for (const file of page) {
        for (let first = asked[0]; first !== undefined; first = asked[0]) {
          if (asked.length < most && bytes + file.size <= bytesMost) break;
          asked.shift();
          yield await take(first);
        }
        bytes += file.size;
        asked.push({ file, content: Promise.allSettled([contentOf(file)]) });
      }
    for (let first = asked[0]; first !== undefined; first = asked[0]) {
      asked.shift();
      yield await take(first);
    }
  } finally {
    for (const { content } of asked) await content;
  }
}

interface Asked {
  readonly file: FileThere;
  /** A promise that waits must not reject unheard. */
  readonly content: Promise<[PromiseSettledResult<Uint8Array>]>;
}
