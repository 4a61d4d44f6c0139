import { expect, test } from 'vitest';
import { buildRunbook } from './build-runbook.ts';
import { Desk, input, mapping, planned } from './crm-move.contract.ts';
import { parseRunbook, renderRunbook } from './render-runbook.ts';
import { checkRunbook } from './runbook-bytes.ts';
import { stepActions } from './step-verbs.ts';

test('a hard stop stands before what changes records that are there, and only there', () => {
  const desk = new Desk();
  const objects = mapping.objects.map((one) =>
    one.name === 'person' ? { ...one, mode: 'upsert' as const } : one,
  );
  desk.signMapping({ ...mapping, objects });
  const runbook = buildRunbook(input(desk, { mapping: { ...mapping, objects } }));
  const holding = runbook.steps.flatMap(({ id, holds }) => (holds ? [[id, holds]] : []));
  expect(holding).toEqual([
    ['04-copy-person', 'overwriting'],
    ['05-link-person', 'overwriting'],
  ]);
  for (const step of runbook.steps)
    for (const action of stepActions('start', step, runbook))
      if (action.do === 'ask')
        expect(action).toEqual({ do: 'ask', person: 'Bea', holds: step.holds !== undefined });
  expect(parseRunbook(renderRunbook(runbook))).toEqual(runbook);
});

test('a runbook that would pass by what cannot be taken back is not read', () => {
  const { runbook } = planned();
  const steps = runbook.steps.map((step) =>
    step.action.kind === 'advance-sequences' ? { ...step, irreversible: true } : step,
  );
  expect(() => checkRunbook({ ...runbook, steps })).toThrow(/06-advance-sequences cannot be taken back/);
  const holding = steps.map((step) => (step.irreversible ? { ...step, holds: 'irreversible' } : step));
  expect(checkRunbook({ ...runbook, steps: holding }).steps[5]).toMatchObject({ holds: 'irreversible' });
  const sequences = checkRunbook({ ...runbook, steps: holding }).steps[5];
  expect(sequences && stepActions('start', sequences, runbook).map((action) => action.do)).toEqual([
    'ask',
    'record',
    'run',
  ]);
});
