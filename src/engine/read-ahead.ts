/**
 * Pulls at most `ahead` items before they are asked for, so that reading and transforming go on while the target writes.
 *
 * Invariants: 1. order is kept. 2. at most `ahead` items wait. 3. an error of the source comes out in its place, after the
 * items before it. 4. when the consumer leaves early the source is closed before anything else happens.
 */
export async function* readAhead<Item>(source: AsyncIterable<Item>, ahead: number): AsyncGenerator<Item> {
  const iterator = source[Symbol.asyncIterator]();
  const waiting: Promise<Pulled<Item>>[] = [];
  let last: Promise<unknown> = Promise.resolve();
  const pull = (): void => {
    // One pull at a time: an async generator would queue them anyway, other iterators need not.
    const next = last.then(async () => settle(iterator.next()));
    last = next;
    waiting.push(next);
  };
  try {
    for (let count = 0; count < ahead; count += 1) pull();
    for (;;) {
      pull();
      const pulled = await (waiting.shift() as Promise<Pulled<Item>>);
      if (pulled.kind === 'failed') throw pulled.error;
      if (pulled.result.done) return;
      yield pulled.result.value;
    }
  } finally {
    await last;
    await iterator.return?.();
  }
}

type Pulled<Item> =
  | { readonly kind: 'pulled'; readonly result: IteratorResult<Item> }
  | { readonly kind: 'failed'; readonly error: unknown };

/** A promise that waits in a queue must not reject unheard. */
async function settle<Item>(next: Promise<IteratorResult<Item>>): Promise<Pulled<Item>> {
  try {
    return { kind: 'pulled', result: await next };
  } catch (error) {
    return { kind: 'failed', error };
  }
}
