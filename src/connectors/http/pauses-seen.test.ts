import { expect, test } from 'vitest';
import { circuitName, PausesSeen, refusedName } from './pauses-seen.ts';

const charges = (...names: readonly string[]) =>
  names.map((name) => ({
    quota: { name, rule: { kind: 'rolling', windowMs: 1_000 }, limit: 5 } as const,
    cost: 1,
  }));

function seen(): { readonly pauses: PausesSeen; readonly went: () => number } {
  let went = 0;
  return { pauses: new PausesSeen(() => void (went += 1)), went: () => went };
}

test('only a call that left after the wait began, of the same quota, says that it is over', () => {
  const { pauses, went } = seen();
  pauses.letThrough(charges('day'), 50);
  pauses.began('day', 100);
  // Still under way when it began: its answer says nothing.
  pauses.letThrough(charges('day'), 99);
  pauses.letThrough(charges('search'), 150);
  pauses.began('day', 200);
  expect(went()).toBe(0);
  pauses.letThrough(charges('search', 'day'), 100);
  pauses.letThrough(charges('day'), 300);
  expect(went()).toBe(1);
});

test('it is over when all that is waited for is; what is no quota of ours, by any call', () => {
  const { pauses, went } = seen();
  pauses.began('day', 0);
  pauses.began(refusedName, 0);
  pauses.began(circuitName, 0);
  pauses.letThrough(charges('search'), 10);
  expect(went()).toBe(0);
  pauses.letThrough(charges('day'), 10);
  expect(went()).toBe(1);
});
