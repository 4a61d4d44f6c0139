import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { sharedPostgres, skipWithoutPostgres } from '../../servers/index.ts';
import { histogram, type KillNineResult, killNine } from './kill-nine.ts';

describe.skipIf(skipWithoutPostgres(18))('killed with SIGKILL', () => {
  test('a small share of the proof: nothing is lost, nothing is there twice', async () => {
    const server = await sharedPostgres(18);
    const lines: string[] = [];
    const result = await killNine({
      server,
      records: 20_000,
      kills: 3,
      rowsPerSlice: 1_000,
      random: Math.random,
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

test('the committed proof is of the size it claims', async () => {
  const text = await readFile(new URL('./result.json', import.meta.url), 'utf8');
  const proof = JSON.parse(text) as KillNineResult & { proven: boolean; histogram: string[] };
  expect(proof).toMatchObject({ proven: true, records: 200_000, kills: 50 });
  expect(proof.slices).toBeGreaterThanOrEqual(30);
  expect(proof.killsBetweenFirstAndLast).toBeGreaterThanOrEqual(40);
  expect(histogram(proof)).toEqual(proof.histogram);
});
