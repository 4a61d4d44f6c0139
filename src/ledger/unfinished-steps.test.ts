import { expect, test } from 'vitest';
import type { Entry } from './entry.ts';
import { unfinishedSteps } from './unfinished-steps.ts';

function history(...acts: readonly (readonly [type: string, run: string, step: string])[]): readonly Entry[] {
  return acts.map(([type, run, step], at) => ({
    seq: at + 1,
    prev: null,
    time: '',
    type,
    actor: 'engine',
    bodyDigest: '',
    body: { run, step },
  }));
}

test.each<[string, readonly (readonly [string, string, string])[], readonly [string, number][]]>([
  ['nothing began', [['run-started', 'r', '']], []],
  [
    'it ended',
    [
      ['engine-step-started', 'r', 'a'],
      ['engine-step-ended', 'r', 'a'],
    ],
    [],
  ],
  [
    'cut off',
    [
      ['engine-step-started', 'r', 'a'],
      ['engine-step-ended', 'r', 'a'],
      ['engine-step-started', 'r', 'b'],
    ],
    [['b', 3]],
  ],
  [
    'begun twice, ended once',
    [
      ['engine-step-started', 'r', 'a'],
      ['engine-step-started', 'r', 'a'],
    ],
    [['a', 2]],
  ],
  [
    'told by the next process',
    [
      ['engine-step-started', 'r', 'a'],
      ['step-outcome-unknown', 'r', 'a'],
    ],
    [],
  ],
  [
    'of another run',
    [
      ['engine-step-started', 'r', 'a'],
      ['engine-step-ended', 's', 'a'],
    ],
    [['a', 1]],
  ],
  [
    'taken back',
    [
      ['engine-step-started', 'r', 'a'],
      ['engine-undo-ended', 'r', ''],
    ],
    [],
  ],
])('%s', (_name, acts, expected) => {
  expect(unfinishedSteps(history(...acts)).map(({ step, entry }) => [step, entry])).toEqual(expected);
});
