import { describe, expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import type { Mapping, Runbook } from '../model/index.ts';
import { buildRunbook } from './build-runbook.ts';
import { Desk, fingerprint, input, loss, mapping, planned, policy } from './crm-move.contract.ts';
import { explainChange } from './explain-change.ts';
import { parseRunbook, renderRunbook } from './render-runbook.ts';
import type { RunbookInput } from './runbook-input.ts';

const older = planned().runbook;
const { digest } = systemNotary;

function newer(change: Partial<RunbookInput>, signed: Mapping = mapping): Runbook {
  const desk = new Desk();
  desk.signMapping(signed);
  desk.accept();
  return buildRunbook(input(desk, { mapping: signed, ...change }));
}

describe('what changed is named:', () => {
  test.each<[string, () => Runbook, readonly object[]]>([
    ['nothing but the nonce', () => newer({ nonce: 'fedcba9876543210' }), []],
    [
      'the mapping was edited',
      () =>
        newer(
          {},
          {
            ...mapping,
            objects: mapping.objects.map((one) => (one.name === 'person' ? { ...one, note: 'x' } : one)),
          },
        ),
      [{ kind: 'mapping', about: 'person', what: 'its mapping was edited' }],
    ],
    [
      'what is left behind was edited',
      () => newer({}, { ...mapping, leftBehind: [{ relation: 'logs', reason: 'old' }] }),
      [{ kind: 'mapping', about: '', what: 'what is left behind was edited' }],
    ],
    [
      'another target',
      () =>
        newer({
          target: {
            name: 'new',
            fingerprint: fingerprint('9', 'public'),
            schemaDigest: digest('new structure'),
          },
        }),
      [{ kind: 'target-system', about: 'new', what: 'is another system (differs in server)' }],
    ],
    [
      'the target drifted',
      () =>
        newer({
          target: { name: 'new', fingerprint: fingerprint('2', 'public'), schemaDigest: digest('other') },
        }),
      [{ kind: 'target-structure', about: 'new' }],
    ],
    [
      'the source drifted',
      () =>
        newer({
          source: { name: 'old', fingerprint: fingerprint('1', 'old'), schemaDigest: digest('other') },
        }),
      [{ kind: 'source-structure', about: 'old' }],
    ],
    [
      'the people changed',
      () => newer({ policy: { people: policy.people.filter(({ name }) => name !== 'Dana') } }),
      [{ kind: 'people' }],
    ],
    [
      'the source grew',
      () =>
        newer({
          counts: new Map([
            ...input(new Desk()).counts,
            ['company', { rowsSource: '908', rowsTargetBefore: '0' }],
          ]),
        }),
      [
        { kind: 'source-data', about: 'company', what: '907 records then, 908 now' },
        { kind: 'step', about: '03-copy-company', what: 'differs in shows' },
      ],
    ],
    [
      'something new was found',
      () => newer({ findings: [loss] }),
      [{ kind: 'finding', about: 'fit.too-long|person|target|person|name', what: 'is new' }],
    ],
    [
      'a stop rule was loosened',
      () => newer({ stopRules: { ...older.stopRules, quarantinedPer10000: 50 } }),
      [{ kind: 'limits', about: 'stopRules.quarantinedPer10000', what: 'was 5, is 50' }],
    ],
    [
      'fewer people are to approve',
      () => newer({ approvals: { ...older.approvals, people: 1 } }),
      [{ kind: 'limits', about: 'approvals.people', what: 'was 2, is 1' }],
    ],
    [
      'time zone rules were updated',
      () => newer({ parties: [{ name: 'new', version: 'PostgreSQL 18.4', tzdata: '2026c' }] }),
      [{ kind: 'party', about: 'new', what: expect.stringContaining('2026c') as string }],
    ],
    [
      'a step was edited by hand',
      () =>
        parseRunbook(
          renderRunbook(older).replace('CREATE TABLE person (id bigint)', 'CREATE TABLE person (id int)'),
        ),
      [{ kind: 'step', about: '02-create-relations', what: 'differs in action' }],
    ],
    [
      'a step was taken out by hand',
      () => ({ ...older, steps: older.steps.filter(({ action }) => action.kind !== 'audit') }),
      [{ kind: 'step', about: '07-audit', what: 'is no longer there' }],
    ],
  ])('%s', (_name, make, expected) => {
    const changes = explainChange(older, make()).filter(({ kind }) => kind !== 'times');
    const reasons =
      expected.length < 2 ? changes.filter((one, at) => at === 0 || one.kind !== 'step') : changes;
    expect(reasons).toMatchObject(expected);
    expect(reasons).toHaveLength(expected.length);
  });
});

test('the cause stands before what follows from it', () => {
  const edited = { ...mapping, objects: mapping.objects.map((one) => ({ ...one, owner: 'Cem' })) };
  const kinds = explainChange(older, newer({}, edited)).map(({ kind }) => kind);
  expect(kinds[0]).toBe('mapping');
  expect(kinds.at(-1)).toBe('step');
});
