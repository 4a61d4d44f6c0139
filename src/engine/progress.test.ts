import { expect, test } from 'vitest';
import { ProgressMeter } from './progress.ts';

const counts = (rowsRead: number) => ({ rowsRead, rowsWritten: rowsRead, rowsQuarantined: 0, rowsPurged: 0 });

function meterAt(times: number[], before: readonly ReturnType<typeof counts>[] = []): ProgressMeter {
  const clock = { now: () => '', elapsedMs: () => times.shift() ?? 0, sleep: async () => undefined };
  const base = { run: 'r', step: 's', object: 'o', rowsSource: '1000', slicesPlanned: 10 };
  return new ProgressMeter(base, before, clock);
}

test('nothing is promised before a slice is done', () => {
  expect(meterAt([0]).progress()).toMatchObject({ rowsRead: 0, rowsPerSecond: null, remainingMs: null });
});

test('the rate is that of this process, the counts are all that is there', () => {
  const meter = meterAt([0, 500, 1000], [counts(300), counts(100)]);
  meter.add(counts(100));
  meter.add(counts(100));
  expect(meter.progress()).toMatchObject({
    rowsRead: 600,
    slicesApplied: 4,
    rowsPerSecond: 200,
    remainingMs: 2000,
  });
});

test('the rate forgets how it was long ago', () => {
  const meter = meterAt([
    0,
    ...Array.from({ length: 40 }, (_nothing, at) => (at < 10 ? at * 10 : 1000 * at)),
  ]);
  for (let at = 0; at < 40; at += 1) meter.add(counts(10));
  expect(meter.progress().rowsPerSecond).toBe(10);
});

test('more records than planned leave no negative time', () => {
  const meter = meterAt([0, 1000]);
  meter.add(counts(1500));
  expect(meter.progress().remainingMs).toBe(0);
});
