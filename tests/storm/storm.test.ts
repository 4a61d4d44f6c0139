import { expect, test } from 'vitest';
import { keptSeeds } from './kept-seeds.ts';
import { runStorm } from './storm.ts';
import { addOutcome, emptyTally } from './storm-tally.ts';
import { troubles } from './weather.ts';

const worlds = 200;

test('a few hundred worlds, each a whole small migration: no checker has anything to say', async () => {
  const tally = emptyTally();
  for (let seed = 1; seed <= worlds; seed += 1) addOutcome(tally, await runStorm(seed));
  expect(tally.violations).toEqual([]);
  expect(Object.keys(tally.struck).sort()).toEqual([...troubles].sort());
  expect(tally.lives).toBeGreaterThan(worlds * 2);
});

test('a seed gives the same world again, event for event', async () => {
  for (const seed of [3, 14, 159]) expect(await runStorm(seed)).toEqual(await runStorm(seed));
});

test('what was found once is not there again', async () => {
  for (const { seed, found, ...kind } of keptSeeds)
    expect((await runStorm(seed, kind)).violations, found).toEqual([]);
});
