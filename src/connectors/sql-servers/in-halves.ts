/** What became of some items that were done together: all of them, or none and why. */
export type Attempt<Result, Failure> = { readonly result: Result } | { readonly failure: Failure };

/**
 * Does what can be done: items that fail together are halved, down to the one to blame.
 *
 * @param attempt all of the items or none of them; what no item is to blame for it throws
 * @param blame takes an item that fails alone
 * @returns the results, in the order of the items
 */
export async function inHalves<Item, Result, Failure>(
  items: readonly Item[],
  attempt: (items: readonly Item[]) => Promise<Attempt<Result, Failure>>,
  blame: (item: Item, failure: Failure) => Promise<void> | void,
): Promise<readonly Result[]> {
  const [only] = items;
  if (only === undefined) return [];
  const attempted = await attempt(items);
  if ('result' in attempted) return [attempted.result];
  if (items.length === 1) {
    await blame(only, attempted.failure);
    return [];
  }
  const middle = Math.ceil(items.length / 2);
  const first = await inHalves(items.slice(0, middle), attempt, blame);
  return [...first, ...(await inHalves(items.slice(middle), attempt, blame))];
}
