import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { contentsAhead, type FileWithContent } from './contents-ahead.ts';
import type { FileThere } from './file-fields.ts';

const limits = { most: 3, bytesMost: 100 };
const fileOf = (id: string, size: number): FileThere => ({ id, path: `/${id}`, size, md5: '', access: '' });

/** Contents that come when they are told to. */
class Contents {
  readonly asked: string[] = [];
  readonly #ends = new Map<string, PromiseWithResolvers<Uint8Array>>();

  readonly of = async ({ id }: FileThere): Promise<Uint8Array> => {
    this.asked.push(id);
    const end = Promise.withResolvers<Uint8Array>();
    this.#ends.set(id, end);
    return await end.promise;
  };

  come(id: string): void {
    this.#ends.get(id)?.resolve(Buffer.from(id));
  }

  fail(id: string): void {
    this.#ends.get(id)?.reject(new Error(`no ${id}`));
  }

  async askedNow(): Promise<readonly string[]> {
    for (let turns = 0; turns < 5; turns += 1) await setImmediate();
    return this.asked.splice(0);
  }
}

async function* pagesOf(...pages: readonly (readonly FileThere[])[]): AsyncGenerator<readonly FileThere[]> {
  for (const page of pages) yield await Promise.resolve(page);
}

async function idsOf(read: AsyncIterable<FileWithContent>): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { file } of read) ids.push(file.id);
  return ids;
}

test('the contents of the next files are asked for while one is waited for; they come in the order of the files', async () => {
  const contents = new Contents();
  const files = ['a', 'b', 'c', 'd', 'e'].map((id) => fileOf(id, 1));
  const read = contentsAhead(pagesOf(files.slice(0, 2), files.slice(2)), contents.of, limits);
  const first = read.next();
  expect(await contents.askedNow()).toEqual(['a', 'b', 'c']);
  contents.come('b');
  contents.come('a');
  expect((await first).value).toMatchObject({ file: { id: 'a' }, content: Buffer.from('a') });
  const second = read.next();
  expect(await contents.askedNow()).toEqual(['d']);
  expect((await second).value).toMatchObject({ file: { id: 'b' }, content: Buffer.from('b') });
  const rest = idsOf(read);
  expect(await contents.askedNow()).toEqual(['e']);
  for (const id of ['e', 'd', 'c']) contents.come(id);
  expect(await rest).toEqual(['c', 'd', 'e']);
});

test('large contents do not come together, and one that is too large for all comes alone', async () => {
  const contents = new Contents();
  const files = [fileOf('a', 60), fileOf('b', 60), fileOf('c', 500), fileOf('d', 1)];
  const all = idsOf(contentsAhead(pagesOf(files), contents.of, limits));
  for (const { id } of files) {
    expect(await contents.askedNow()).toEqual([id]);
    contents.come(id);
  }
  expect(await all).toEqual(['a', 'b', 'c', 'd']);
});

test('an error comes in the place of its file, and those that were asked for are waited for', async () => {
  const contents = new Contents();
  const files = ['a', 'b', 'c'].map((id) => fileOf(id, 1));
  const read = contentsAhead(pagesOf(files), contents.of, limits);
  const first = read.next();
  expect(await contents.askedNow()).toEqual(['a', 'b', 'c']);
  contents.fail('b');
  contents.come('a');
  expect((await first).value).toMatchObject({ file: { id: 'a' } });
  let over = false;
  const second = read.next().finally(() => {
    over = true;
  });
  const thrown = expect(second).rejects.toThrow('no b');
  await contents.askedNow();
  expect(over).toBe(false);
  contents.come('c');
  await thrown;
});
