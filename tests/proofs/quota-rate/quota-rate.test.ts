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
