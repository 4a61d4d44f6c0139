import { expect, test } from 'vitest';
import { SliceTally } from './slice-tally.ts';

test('every record ends as exactly one of written, quarantined, purged', () => {
  const tally = new SliceTally();
  tally.read(6);
  for (let at = 0; at < 3; at += 1) tally.given();
  tally.refused();
  tally.quarantined();
  tally.purged(1, 'too old');
  tally.purged(1, 'too old');
  expect(tally.counts('s')).toEqual({ rowsRead: 6, rowsWritten: 2, rowsQuarantined: 2, rowsPurged: 2 });
  expect(tally.purgedByRule()).toEqual([{ rule: 1, reason: 'too old', count: 2 }]);
});

test.each<[string, (tally: SliceTally) => void]>([
  ['a record that is nowhere', (tally) => tally.read(1)],
  ['a record counted twice', (tally) => [tally.read(1), tally.given(), tally.quarantined()]],
  ['a refusal of what was never given', (tally) => [tally.read(1), tally.refused()]],
])('%s is an error, not a number', (_what, happen) => {
  const tally = new SliceTally();
  happen(tally);
  expect(() => tally.counts('s')).toThrow(expect.objectContaining({ code: 'engine.counts-incoherent' }));
});
