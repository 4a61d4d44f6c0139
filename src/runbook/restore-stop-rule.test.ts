import { expect, test } from 'vitest';
import type { StopRules } from '../model/index.ts';
import { restoreReason } from './restore-stop-rule.ts';

const rules = { restoreTimeFactor: 2 } as StopRules;
const drill = { approvedMs: 1_000, durationMs: 2_000, drilledAt: '2026-11-20T22:00:00.000Z', passed: true };

test('a later drill may take as long as agreed, and has to pass', () => {
  expect(restoreReason(rules, drill)).toBeNull();
  expect(restoreReason(rules, { ...drill, durationMs: 2_000.5 })).toMatchObject({
    code: 'runbook.stop-restore',
    observed: '2001',
  });
  expect(restoreReason(rules, { ...drill, durationMs: 1, passed: false })).toMatchObject({
    about: 'not passed',
    reason: 'the restore drill of 2026-11-20T22:00:00.000Z did not pass',
  });
});

test('is not asked where nobody agreed on it, or nothing was drilled', () => {
  expect(restoreReason({} as StopRules, { ...drill, durationMs: 9e9 })).toBeNull();
  expect(restoreReason(rules, undefined)).toBeNull();
});
