import { expect, test } from 'vitest';
import { LargeMove } from '../../bench/large-move.ts';

/** What five million records take is measured by `npm run bench -- move-memory`; this only notices when a start costs more. */
test('a run, with the audit at its end, stays far below 300 MiB', { timeout: 120_000 }, async () => {
  using move = new LargeMove(20_000);
  await move.prepare();
  const { peakMiB } = await move.verb('run');
  expect(move.rowsInTarget()).toBe(20_000);
  expect(peakMiB).toBeLessThan(260);
});
