import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Piece, sideBySide } from './side-by-side.ts';

const limits = { most: 3, weightMost: 10 };

/** Pieces that end when they are told to, and what became of them so far. */
class Pieces {
  readonly told: string[] = [];
  readonly #ends = new Map<string, () => void>();

  piece(name: string, { words = [], weight = 0 }: Partial<Piece> = {}): Piece {
    const work = async (): Promise<void> => {
      this.told.push(`begins ${name}`);
      await new Promise<void>((resolve) => this.#ends.set(name, resolve));
      this.told.push(`ends ${name}`);
    };
    return { words, weight, work };
  }

  /** What was told meanwhile. */
  async end(...names: readonly string[]): Promise<readonly string[]> {
    for (const name of names) this.#ends.get(name)?.();
    for (let turns = 0; turns < 3; turns += 1) await setImmediate();
    return this.told.splice(0);
  }
}

const feed = (pieces: readonly Piece[]): Promise<void> =>
  sideBySide(limits, async (begin) => {
    for (const piece of pieces) await begin(piece);
  });

test('as many go together as may, and where one is done the next begins', async () => {
  const pieces = new Pieces();
  const done = feed(['a', 'b', 'c', 'd', 'e'].map((name) => pieces.piece(name)));
  expect(await pieces.end()).toEqual(['begins a', 'begins b', 'begins c']);
  expect(await pieces.end('b')).toEqual(['ends b', 'begins d']);
  expect(await pieces.end('a', 'c')).toEqual(['ends a', 'ends c', 'begins e']);
  await pieces.end('d', 'e');
  await done;
});

test('what shares a word with one under way waits until that is done, and those behind it wait with it', async () => {
  const pieces = new Pieces();
  const done = feed([
    pieces.piece('a', { words: ['one', 'two'] }),
    pieces.piece('b', { words: ['two', 'three'] }),
    pieces.piece('c', { words: ['four'] }),
  ]);
  expect(await pieces.end()).toEqual(['begins a']);
  expect(await pieces.end('a')).toEqual(['ends a', 'begins b', 'begins c']);
  await pieces.end('b', 'c');
  await done;
});

test('together they are no heavier than agreed; one that is heavier alone goes alone', async () => {
  const pieces = new Pieces();
  const weights = { a: 6, b: 4, c: 1, d: 50, e: 1 };
  const done = feed(Object.entries(weights).map(([name, weight]) => pieces.piece(name, { weight })));
  expect(await pieces.end()).toEqual(['begins a', 'begins b']);
  expect(await pieces.end('a')).toEqual(['ends a', 'begins c']);
  expect(await pieces.end('b')).toEqual(['ends b']);
  expect(await pieces.end('c')).toEqual(['ends c', 'begins d']);
  expect(await pieces.end('d')).toEqual(['ends d', 'begins e']);
  await pieces.end('e');
  await done;
});

test('once one failed none begins; those under way are waited for, and what failed first is thrown', async () => {
  const pieces = new Pieces();
  const fails = (message: string): Piece => ({
    words: [],
    weight: 0,
    work: () => Promise.reject(new Error(message)),
  });
  let over = false;
  const done = feed([pieces.piece('a'), fails('first'), fails('second'), pieces.piece('b')]).finally(() => {
    over = true;
  });
  const thrown = expect(done).rejects.toThrow('first');
  expect(await pieces.end()).toEqual(['begins a']);
  expect(over).toBe(false);
  expect(await pieces.end('a')).toEqual(['ends a']);
  await thrown;
});

test('what brings the pieces may fail too', async () => {
  const pieces = new Pieces();
  const done = sideBySide(limits, async (begin) => {
    await begin(pieces.piece('a'));
    throw new Error('no more of them');
  });
  const thrown = expect(done).rejects.toThrow('no more of them');
  expect(await pieces.end()).toEqual(['begins a']);
  await pieces.end('a');
  await thrown;
});
