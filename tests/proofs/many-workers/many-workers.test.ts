import { describe, expect, test } from 'vitest';
import { SeededChoice } from '../../../demo/seeded-choice.ts';
import { type SimulationOptions, type SimulationResult, simulate } from './simulate.ts';

const costs = { claimMs: 1, settleMs: 1, beatMs: 0.5, tallyMs: 3, atOnce: 2 };

async function simulated(seed: number, more: Partial<SimulationOptions> = {}): Promise<SimulationResult> {
  const choice = new SeededChoice(seed);
  const size = { workers: 40, slices: 400, sliceMs: 1_000, leaseMs: 6_000, beatMs: 1_500 };
  const failing = { killShare: 0.03, freezeShare: 0.05 };
  return await simulate({ ...size, ...failing, costs, random: () => choice.fraction(), ...more });
}

describe('a simulation of many workers', () => {
  test('brings every slice once, whoever is killed and frozen, and another has what they held in time', async () => {
    for (const seed of [1, 2, 3]) {
      const result = await simulated(seed);
      expect(result).toMatchObject({ slicesLost: 0, slicesTwice: 0, takenFromLiving: 0 });
      expect(result.kills + result.freezes).toBeGreaterThan(5);
      expect(result.takeoverMaxMs).toBeLessThan(10_000);
    }
  });

  test('a seed replays it exactly', async () => {
    expect(await simulated(7)).toEqual(await simulated(7));
  });

  test('its checks notice a target that keeps nobody out', async () => {
    const unfenced = await simulated(1, { fenced: false, freezeShare: 0.2 });
    expect(unfenced.slicesTwice).toBeGreaterThan(0);
  });

  test('a board that is too slow for its workers takes slices from the living, and still none is lost or twice', async () => {
    const slow = { ...costs, claimMs: 200, settleMs: 200, beatMs: 200, atOnce: 1 };
    const result = await simulated(1, { costs: slow, killShare: 0, freezeShare: 0 });
    expect(result).toMatchObject({ slicesLost: 0, slicesTwice: 0 });
    expect(result.boardBusy).toBeGreaterThan(0.9);
    expect(result.efficiency).toBeLessThan(0.5);
  });
});
