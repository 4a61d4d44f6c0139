import { expect, test } from 'vitest';
import type { Runbook } from '../model/index.ts';
import { planned } from './crm-move.contract.ts';

const automation = {
  silenced: ['assignment rules'],
  forPeople: ['triggers: switch them off', 'e-mails: switch them off'],
};
const listed = [
  'kept silent by godwit: assignment rules',
  'for a person to look at: triggers: switch them off',
  'for a person to look at: e-mails: switch them off',
];
const again =
  'what was switched off in the target for the run is switched on again, by whoever switched it off';

/** What steps show besides what they show of a target that does nothing by itself. */
function shownMore(runbook: Runbook, plain: Runbook): Record<string, readonly string[]> {
  const before = new Set(plain.steps.flatMap(({ shows }) => shows));
  return Object.fromEntries(
    runbook.steps.flatMap(({ id, shows }) => {
      const more = shows.filter((line) => !before.has(line));
      return more.length === 0 ? [] : [[id, more]];
    }),
  );
}

test('what a target does by itself is listed where nobody has to sign that they looked, and again at the end', () => {
  const { runbook } = planned({ automation });
  const plain = planned({}).runbook;
  expect(runbook.steps.map(({ id }) => id)).toEqual(plain.steps.map(({ id }) => id));
  expect(shownMore(runbook, plain)).toEqual({
    '01-check-target': listed,
    [runbook.steps.at(-1)!.id]: [again],
  });
});

test('in production it is a step of its own, in front of all that write, with who looked as its evidence', () => {
  const check = { kind: 'pre-check', check: 'automation', validHours: 24 } as const;
  const { runbook } = planned({ automation, preChecks: [check] });
  expect(shownMore(runbook, planned({}).runbook)).toEqual({
    '01-before-automation': [
      ...listed,
      'evidence: `godwit approve check automation --reference <where> --key <file>`, by who looked',
    ],
    [runbook.steps.at(-1)!.id]: [again],
  });
  expect(runbook.steps[0]).toMatchObject({
    title: 'Before production: what the target does by itself was looked at',
    action: check,
    check: 'Signed evidence of it is there, not older than 24 hours.',
  });
});

test('a target of which nothing has to be switched off reminds nobody to switch it on', () => {
  const { runbook } = planned({ automation: { silenced: ['assignment rules'], forPeople: [] } });
  expect(shownMore(runbook, planned({}).runbook)).toEqual({ '01-check-target': [listed[0]] });
});
