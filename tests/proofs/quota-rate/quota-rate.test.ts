import { expect, test } from 'vitest';
import { simulateRate } from './simulate-rate.ts';

// The full count, also through the HubSpot shelf: npm run prove -- quota-rate.
test('600 calls at 100 in 10 seconds: none refused, none lost, none twice, in hardly more time than the limit asks for', async () => {
  const one = { limit: 100, others: 0, manner: 'spread', calls: 600, seed: 1 } as const;
  const result = await simulateRate({ ...one, latency: [40, 150] });
  expect(result).toMatchObject({ accepted: 600, refused: 0, lost: 0, doubled: 0 });
  // Five windows behind the first one, which may be used at once.
  expect(result.seconds).toBeGreaterThanOrEqual(50);
  expect(result.seconds).toBeLessThanOrEqual(61);
});

test('beside a client that takes 30 % evenly: hardly more than that is left over, hardly a call refused, none lost, none twice', async () => {
  const one = { limit: 100, others: 0.3, manner: 'spread', calls: 2_000, seed: 1 } as const;
  const result = await simulateRate({ ...one, latency: [40, 150] });
  expect(result).toMatchObject({ accepted: 2_000, lost: 0, doubled: 0 });
  // The first windows, in which others are not known yet, are a tenth of so few: the full count is held to 95 and to 0.5 %.
  expect(result.usedPercent).toBeGreaterThanOrEqual(91.5);
  expect(result.refusedPercent).toBeLessThan(1);
});
