import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { SeededChoice } from '../../../demo/seeded-choice.ts';
import { sharedPostgres, skipWithoutPostgres } from '../../servers/index.ts';
import { strikeWorkers, type WorkersResult } from './workers.ts';

/** Another seed each time; GODWIT_SEED repeats one. */
const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 2 ** 31);

describe.skipIf(skipWithoutPostgres(18))('workers that are killed and frozen', () => {
  test('a small share of the proof: nothing is lost, nothing is there twice', async () => {
    console.info(`seed ${seed}`);
    const choice = new SeededChoice(seed);
    const result = await strikeWorkers({
      server: await sharedPostgres(18),
      kills: 2,
      freezes: 2,
      slices: 40,
      rowsPerSlice: 100,
      sliceMs: 300,
      leaseMs: 2_000,
      beatMs: 400,
      random: () => choice.fraction(),
      say: () => undefined,
    });
    // How long it takes depends on the machine; the full proof looks at that.
    expect(result).toMatchObject({
      outcome: 'done',
      kills: 2,
      freezes: 2,
      recordsDifferent: 0,
      recordsTwice: 0,
      checkpoints: 40,
      quarantineTwice: 0,
    });
    expect(result.quarantineFound).toBe(result.quarantineExpected);
  });
});

const kept = new URL('../results/workers.json', import.meta.url);

test.skipIf(!existsSync(kept))('the proof that is kept is of the size it claims', async () => {
  const proof = JSON.parse(await readFile(kept, 'utf8')) as { holds: boolean; figures: WorkersResult };
  expect(proof.holds).toBe(true);
  expect(proof.figures).toMatchObject({
    workers: 3,
    kills: 50,
    freezes: 50,
    recordsTwice: 0,
    recordsDifferent: 0,
  });
});
