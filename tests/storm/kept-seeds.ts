/** Worlds in which something was found once, and what it was: they run with the tests. */
export const keptSeeds: readonly { readonly seed: number; readonly found: string }[] = [];
