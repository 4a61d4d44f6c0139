import { expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import { keys, planned, policy } from './crm-move.contract.ts';
import { readDecisions, readDecisionsAcross } from './read-decisions.ts';

const { verify } = systemNotary;

test('decisions stand in the order of the ledger, whatever the order of their files', () => {
  const { desk, runbook } = planned();
  for (const name of ['dana', 'bea', 'cem'] as const) desk.approve(runbook, name);
  const said = ['Ada', 'Dana', 'Bea', 'Cem'];
  const read = (envelopes = desk.envelopes): readonly string[] =>
    readDecisions(envelopes, policy, verify, desk.log()).decisions.map(({ person }) => person.name);
  expect(read()).toEqual(said);
  expect(read([...desk.envelopes].reverse())).toEqual(said);
  expect(read([...desk.envelopes].sort((a, b) => (a.payload < b.payload ? -1 : 1)))).toEqual(said);

  // Nobody has told the ledger of the last one yet.
  const log = desk.log();
  const untold = desk.approve(runbook, 'ola');
  const names = readDecisions([untold, ...desk.envelopes.slice(0, -1)], policy, verify, log);
  expect(names.decisions.map(({ person }) => person.name)).toEqual([...said, 'Ola']);
});

test('what was decided before other people followed is judged by those before, what came later by those after', () => {
  const { desk, runbook } = planned();
  desk.approve(runbook, 'bea');
  const from = desk.events.length;
  desk.approve(runbook, 'dana');
  desk.approve(runbook, 'eve', { approver: 'Eve' });
  const after = { people: [{ name: 'Eve', roles: ['approver' as const], keys: [keys.eve.publicKey] }] };
  const { decisions, unusable } = readDecisionsAcross(
    desk.envelopes,
    policy,
    { policy: after, from },
    verify,
    desk.log(),
  );
  expect(decisions.map(({ person }) => person.name)).toEqual(['Ada', 'Bea', 'Eve']);
  expect(unusable.map(({ code }) => code)).toEqual(['runbook.signature-invalid']);
});
