import { expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import { isLifted } from './lifted-stop.ts';
import { isStopPoint, type StopPointSeen, stopPointReason } from './stop-point.ts';
import { ruleName } from './stop-reason.ts';

const step = {
  id: '03-copy-price',
  title: 'Copy price',
  stopPoint: 'Records are written into price of new.',
  holds: 'overwriting',
} as const;
const seen: StopPointSeen = {
  holds: [{ relation: 'price', rows: '20' }],
  objects: [{ object: 'item', rowsWritten: 9, rowsQuarantined: 1, rowsPurged: 0 }],
  done: ['01-check-target', '02-copy-item'],
};
const held = (now: StopPointSeen): ReturnType<typeof stopPointReason> =>
  stopPointReason(step, now, systemNotary.digest);
const stopAt = (
  now: StopPointSeen,
): { readonly step: string; readonly rule: string; readonly observed: string } => {
  const reason = held(now);
  return { step: step.id, rule: ruleName(reason), observed: reason.observed ?? '' };
};

test('a hard stop shows what the step does, what is there, what was done, and what became of records so far', () => {
  expect(held(seen)).toMatchObject({
    reason:
      'before 03-copy-price: Records are written into price of new.; it changes records that are there; price holds 20 records, as agreed; done and checked: 01-check-target, 02-copy-item; item: 9 written, 1 in quarantine, 0 left behind on purpose',
    observed: '20',
  });
  expect(isStopPoint(stopAt(seen).rule)).toBe(true);
  expect(isStopPoint('runbook.stop-person')).toBe(false);
});

test.each<[string, StopPointSeen]>([
  ['fewer records there', { ...seen, holds: [{ relation: 'price', rows: '19' }] }],
  [
    'a record more written',
    { ...seen, objects: [{ ...seen.objects[0]!, rowsWritten: 10, rowsQuarantined: 0 }] },
  ],
  ['fewer in quarantine', { ...seen, objects: [{ ...seen.objects[0]!, rowsQuarantined: 0 }] }],
  ['a step more done', { ...seen, done: [...seen.done, '03-x'] }],
])('a signature for what was shown lifts it, and none with %s', (_what, other) => {
  const signed = stopAt(seen);
  expect(isLifted(stopAt(seen), [signed])).toBe(true);
  expect(isLifted(stopAt(other), [signed])).toBe(false);
});
