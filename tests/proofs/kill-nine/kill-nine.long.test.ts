import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { SeededChoice } from '../../../demo/seeded-choice.ts';
import { sharedPostgres, skipWithoutPostgres } from '../../servers/index.ts';
import { type KillNineResult, killNine } from './kill-nine.ts';

/** Another seed each time; GODWIT_SEED repeats one. */
const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 2 ** 31);

describe.skipIf(skipWithoutPostgres(18))('killed with SIGKILL', () => {
  test('a small share of the proof: nothing is lost, nothing is there twice', async () => {
    console.info(`seed ${seed}`);
    const choice = new SeededChoice(seed);
    const server = await sharedPostgres(18);
    const lines: string[] = [];
    const result = await killNine({
      server,
      records: 20_000,
      kills: 3,
      rowsPerSlice: 1_000,
      random: () => choice.fraction(),
      say: (line) => lines.push(line),
    });
    expect(lines).toHaveLength(3);
    expect(result.recordsFound).toBe(result.recordsExpected);
    expect(result.recordsFound).toBeGreaterThan(19_000);
    expect(result.quarantineFound).toBe(result.quarantineExpected);
    expect(result).toMatchObject({
      recordsDifferent: 0,
      recordsTwice: 0,
      accountsTwice: 0,
      killsWithPartOfASlice: 0,
    });
  });
});

const kept = new URL('../results/kill-nine.json', import.meta.url);

test.skipIf(!existsSync(kept))('the proof that is kept is of the size it claims', async () => {
  const proof = JSON.parse(await readFile(kept, 'utf8')) as { holds: boolean; figures: KillNineResult };
  expect(proof.holds).toBe(true);
  expect(proof.figures).toMatchObject({ records: 200_000, kills: 50, recordsTwice: 0, recordsDifferent: 0 });
  expect(proof.figures.slices).toBeGreaterThanOrEqual(30);
  expect(proof.figures.killsBetweenFirstAndLast).toBeGreaterThanOrEqual(40);
});
