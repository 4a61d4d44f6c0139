import { expect, test } from 'vitest';
import {
  expectPredicted,
  intoHubspot,
  intoSalesforce,
  outOfHubspot,
  outOfSalesforce,
  type Size,
} from './predicted-moves.contract.ts';

const moves: readonly (readonly [size: Size, callsADay: number, speed: number])[] = [
  [{ companies: 300, rowsPerSlice: 10_000 }, 100_000, 500],
  [{ companies: 4_000, rowsPerSlice: 1_000 }, 100_000, 500],
  [{ companies: 4_000, rowsPerSlice: 10_000 }, 400, 500],
  [{ companies: 1_100, rowsPerSlice: 10_000 }, 250, 1_440],
  [{ companies: 12_000, rowsPerSlice: 10_000 }, 100_000, 1_440],
];

/** Ten calls, or a twentieth: how often a job is asked for before it has ended, nobody knows to the call. */
const slack = 10;

test.each(moves)(
  'into an org, %j: as predicted with %i calls a day and time %i times as fast',
  async (size, callsADay, speed) => {
    expectPredicted(await intoSalesforce(size, callsADay, speed), slack);
  },
  300_000,
);

test.each([
  { companies: 1_500, rowsPerSlice: 500 },
  { companies: 3_000, rowsPerSlice: 10_000 },
])(
  'into an account, %j: as predicted',
  async (size) => {
    const steps = await intoHubspot(size);
    expect(steps.length).toBe(5);
    expectPredicted(steps, slack);
  },
  300_000,
);

test.each([
  { companies: 1_500, rowsPerSlice: 500 },
  { companies: 3_000, rowsPerSlice: 10_000 },
])(
  'out of an org and out of an account, %j: as predicted',
  async (size) => {
    expectPredicted(await outOfSalesforce(size), slack);
    expectPredicted(await outOfHubspot(size), slack);
  },
  300_000,
);
