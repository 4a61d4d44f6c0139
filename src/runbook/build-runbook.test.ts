import { describe, expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import { envelopeId } from '../ledger/index.ts';
import { type GodwitError, isGodwitError, type Mapping } from '../model/index.ts';
import { buildRunbook } from './build-runbook.ts';
import { Desk, input, loss, mapping, now, planned, policy } from './crm-move.contract.ts';
import { decisionWithdrawn } from './decision-log.ts';
import { mappingDigest } from './mapping-digest.ts';
import { parseRunbook, renderRunbook } from './render-runbook.ts';
import type { RunbookInput } from './runbook-input.ts';
import { stepActions } from './step-verbs.ts';

const { digest } = systemNotary;

function refusal(desk: Desk, change: Partial<RunbookInput> = {}): GodwitError {
  try {
    buildRunbook(input(desk, change));
  } catch (error) {
    if (isGodwitError(error)) return error;
    throw error;
  }
  throw new RangeError('a runbook was made');
}

test('a plan that needs an owner who did not write the mapping, and has none, is refused', () => {
  const overwriting = {
    ...mapping,
    objects: mapping.objects.map((one) => ({ ...one, mode: 'upsert' as const })),
  };
  const people = policy.people.map((one) =>
    one.name === 'Ada' ? { ...one, roles: [...one.roles, 'owner' as const] } : one,
  );
  const alone = { people: people.filter(({ name }) => name !== 'Ola') };
  const preChecks = [{ kind: 'pre-check', check: 'owners', steps: [] }] as const;
  const change = { mapping: overwriting, preChecks, responsible: { approver: 'Bea', owner: 'Ada' } };
  const desk = new Desk();
  desk.signMapping(overwriting);
  const refused = refusal(desk, { ...change, policy: alone });
  expect(refused.code).toBe('runbook.author-alone');
  expect(refused.detail).toMatch(
    /Ada wrote it and nobody else is an owner: give somebody else the role owner/,
  );
  const { steps } = buildRunbook(input(desk, { ...change, policy: { people } }));
  expect(steps[0]?.action).toMatchObject({ steps: [{ owner: 'Ola' }, { owner: 'Ola' }, { owner: 'Ola' }] });
  expect(buildRunbook(input(desk, { ...change, policy: alone, preChecks: [] })).steps).not.toEqual([]);
});

test('steps say how many calls they take where a system counts them, and the text reads back the same', () => {
  const people = { source: 0, target: 30 };
  const [checking, audit] = [
    { source: 1, target: 10 },
    { source: 0, target: 20 },
  ];
  const limits = [{ system: 'target', name: 'a day', calls: 100, everyMs: 86_400_000, left: 99 }] as const;
  const { runbook } = planned({ calls: { checking, objects: new Map([['person', people]]), audit, limits } });
  expect(runbook.steps.map(({ id, calls }) => [id.slice(3), calls])).toEqual([
    ['check-target', checking],
    ['create-relations', undefined],
    ['copy-company', undefined],
    ['copy-person', people],
    ['link-person', people],
    ['advance-sequences', undefined],
    ['audit', audit],
    ['sign-off', undefined],
  ]);
  expect(runbook.callLimits).toEqual(limits);
  expect(parseRunbook(renderRunbook(runbook))).toEqual(runbook);
});

describe('a runbook', () => {
  const { runbook, desk } = planned();

  test('has many small steps, parents before children, and a second pass for what points at itself', () => {
    expect(runbook.steps.map(({ id }) => id)).toEqual([
      '01-check-target',
      '02-create-relations',
      '03-copy-company',
      '04-copy-person',
      '05-link-person',
      '06-advance-sequences',
      '07-audit',
      '08-sign-off',
    ]);
    expect(runbook.steps[3]?.action).toEqual({ kind: 'copy', object: 'person', deferred: ['manager'] });
    expect(runbook.steps[4]?.action).toEqual({ kind: 'link', object: 'person', fields: ['manager'] });
  });

  test('says who wrote the mapping, under which people, and what of it each object is', () => {
    expect(runbook).toMatchObject({
      mappingAuthor: 'Ada',
      mappingDigest: mappingDigest(mapping, digest),
      mappingSignature: envelopeId(desk.envelopes[0]!),
      pointOfNoReturn: null,
    });
    expect(runbook.objects.map(({ object, rowsSource }) => [object, rowsSource])).toEqual([
      ['company', '907'],
      ['person', '12304'],
    ]);
  });

  test('is the same from the same input', () => {
    expect(buildRunbook(input(desk))).toEqual(runbook);
  });

  test('shows, checks, stops and takes back in every step that writes', () => {
    for (const step of runbook.steps) {
      expect(step.shows.length, step.id).toBeGreaterThan(0);
      expect(step.check, step.id).not.toBe('');
      const writes = ['create-relations', 'copy', 'link'].includes(step.action.kind);
      expect(step.rollback !== null, step.id).toBe(writes);
      if (step.rollback) expect(step.rollback.command, step.id).toMatch(/^godwit [a-z-]+$/);
      expect(step.approver).toBe(step.action.kind === 'sign-off' ? 'Ola' : 'Bea');
    }
    const copy = runbook.steps[2];
    expect(copy?.shows.join('\n')).toContain('907 records of old_company in old');
    expect(copy).toMatchObject({
      rehearsedMs: 1200,
      rollback: { command: 'godwit rollback', takesBack: 'the whole run', rehearsedMs: 340 },
      stopPoint: expect.stringContaining('new') as string,
    });
    expect(runbook.steps[1]?.shows[0]).toBe('CREATE TABLE company (\n  id bigint PRIMARY KEY\n)');
  });

  test('without anything to create or to count has no such steps', () => {
    const plain = input(desk, { creates: null });
    const relations = plain.relations.map((one) => ({
      ...one,
      fields: one.fields.map((field) => ({ ...field, generated: 'no' as const })),
    }));
    expect(buildRunbook({ ...plain, relations }).steps.map(({ action }) => action.kind)).toEqual([
      'check-target',
      'copy',
      'copy',
      'link',
      'audit',
      'sign-off',
    ]);
  });
});

describe('no runbook without an author', () => {
  test.each<[string, (desk: Desk) => void]>([
    ['nobody signed', () => undefined],
    [
      'another mapping was signed',
      (desk) => desk.signMapping({ ...mapping, objects: mapping.objects.slice(1) }),
    ],
    ['somebody signed who is no author', (desk) => desk.signMapping(mapping, 'bea', 'Bea')],
    ['a stranger signed', (desk) => desk.signMapping(mapping, 'eve', 'Ada')],
    [
      'the signature was withdrawn',
      (desk) => desk.events.push(decisionWithdrawn('Ada', envelopeId(desk.signMapping()), 'mistake')),
    ],
    [
      'the ledger does not speak of it',
      (desk) => {
        desk.signMapping();
        desk.events.pop();
      },
    ],
  ])('%s', (_name, sign) => {
    const desk = new Desk();
    sign(desk);
    expect(refusal(desk).code).toBe('runbook.mapping-unsigned');
  });

  test('layout of the mapping’s files changes nothing, a note does', () => {
    const moved: Mapping = {
      ...mapping,
      objects: mapping.objects.map((one) => ({
        ...one,
        file: 'elsewhere.yaml',
        fields: one.fields.map((field) => ({ ...field, line: 7 })),
      })),
    };
    expect(mappingDigest(moved, digest)).toBe(mappingDigest(mapping, digest));
    const noted = { ...mapping, objects: mapping.objects.map((one) => ({ ...one, note: 'why' })) };
    expect(mappingDigest(noted, digest)).not.toBe(mappingDigest(mapping, digest));
  });
});

describe('no runbook while something blocks', () => {
  const signed = (): Desk => {
    const desk = new Desk();
    desk.signMapping();
    return desk;
  };

  test.each<[string, string, RegExp, (desk: Desk) => void]>([
    ['nobody decided', 'runbook.finding-undecided', /12 records\): nobody has decided/, () => undefined],
    [
      'fewer records were accepted',
      'runbook.decision-differs',
      /for 11 records, found are 12/,
      (desk) => desk.accept(loss, { records: '11' }),
    ],
    [
      'fewer were accepted, though the text sorts behind',
      'runbook.decision-differs',
      /for 9 records, found are 12/,
      (desk) => desk.accept(loss, { records: '9' }),
    ],
    [
      'no number was accepted',
      'runbook.decision-differs',
      /for no records/,
      (desk) => desk.accept(loss, { records: null }),
    ],
    [
      'another mapping was meant',
      'runbook.decision-differs',
      /another mapping/,
      (desk) => desk.accept(loss, { mapping: digest('x') }),
    ],
    [
      'another project was meant',
      'runbook.decision-differs',
      /another mapping/,
      (desk) => desk.accept(loss, { project: 'erp' }),
    ],
    [
      'another finding was meant',
      'runbook.finding-undecided',
      /nobody has decided/,
      (desk) => desk.accept(loss, { finding: 'fit.other||||' }),
    ],
    [
      'the decision expired',
      'runbook.decision-expired',
      /Ola expired at/,
      (desk) => desk.accept(loss, { expiresAt: now }),
    ],
    [
      'the author decided',
      'runbook.author-alone',
      /Ada wrote the mapping/,
      (desk) => desk.accept(loss, { decidedBy: 'Ada', role: 'approver' }, 'ada'),
    ],
    [
      'an operator decided',
      'runbook.role-missing',
      /as operator/,
      (desk) => desk.accept(loss, { role: 'operator' }),
    ],
    [
      'somebody decided in a role they do not have',
      'runbook.role-missing',
      /Bea decided as owner/,
      (desk) => desk.accept(loss, { decidedBy: 'Bea', role: 'owner' }, 'bea'),
    ],
  ])('%s', (_name, code, detail, decide) => {
    const desk = signed();
    decide(desk);
    const error = refusal(desk, { findings: [loss] });
    expect([error.code, error.detail]).toEqual([code, expect.stringMatching(detail)]);
  });

  test('more records than were found may be accepted, and the newer decision counts beside an expired one', () => {
    const desk = signed();
    desk.accept(loss, { expiresAt: now });
    const good = desk.accept(loss, { records: '900' });
    expect(buildRunbook(input(desk, { findings: [loss] })).findings[0]?.decision).toBe(envelopeId(good));
  });

  test('what was accepted of another field whose name only looks the same is not accepted', () => {
    const desk = signed();
    const [composed, decomposed] = ['caf\u00e9', 'cafe\u0301'].map((field) => ({
      ...loss,
      where: { ...loss.where, field },
    }));
    desk.accept(decomposed);
    expect(refusal(desk, { findings: [composed!] }).code).toBe('runbook.finding-undecided');
  });

  test('what cannot be accepted stays a block, decided or not', () => {
    const desk = signed();
    const hard = { ...loss, waivable: false };
    desk.accept(hard);
    expect(refusal(desk, { findings: [hard] }).detail).toMatch(/cannot be accepted, only mended/);
  });

  test('warnings and notes are kept and need nothing', () => {
    const warning = { ...loss, severity: 'warn' as const };
    expect(buildRunbook(input(signed(), { findings: [warning] })).findings).toMatchObject([
      { severity: 'warn', decision: null },
    ]);
  });

  test('a cycle without an empty field, or a second pass where nothing can be changed', () => {
    const plain = input(signed());
    const relations = plain.relations.map((one) => ({
      ...one,
      fields: one.fields.map((field) => ({ ...field, nullable: false })),
    }));
    expect(refusal(signed(), { relations }).detail).toMatch(/person -> person/);
    expect(refusal(signed(), { targetCanUpdate: false }).detail).toMatch(/cannot change records/);
  });
});

test.each<[string, Partial<RunbookInput>, RegExp]>([
  [
    'an approver without the role',
    { responsible: { approver: 'Ola', owner: 'Ola' } },
    /Ola is to sign as approver/,
  ],
  ['an owner nobody knows', { responsible: { approver: 'Bea', owner: 'Zoe' } }, /Zoe is to sign as owner/],
  [
    'people that are one',
    { policy: { people: [...policy.people, { name: 'BEA', roles: [], keys: [] }] } },
    /BEA and Bea are one name/,
  ],
])('no runbook with %s', (_name, change, detail) => {
  const desk = new Desk();
  desk.signMapping();
  const error = refusal(desk, change);
  expect([error.code, error.detail]).toEqual(['runbook.policy-invalid', expect.stringMatching(detail)]);
});

describe('the four verbs of each step', () => {
  const { runbook } = planned();

  test('answer with actions, the same each time, and record what writes before and after', () => {
    for (const step of runbook.steps)
      for (const verb of ['validate', 'start', 'complete', 'rollBack'] as const)
        expect(stepActions(verb, step, runbook)).toEqual(stepActions(verb, step, runbook));
    for (const step of runbook.steps.filter(
      ({ rollback, stopPoint }) => rollback !== null && stopPoint !== null,
    )) {
      const started = stepActions('start', step, runbook).map((action) => action.do);
      expect(started, step.id).toEqual(['ask', 'record', 'run']);
      expect(stepActions('complete', step, runbook).at(-1)).toMatchObject({
        do: 'record',
        type: 'step-ended',
      });
      expect(stepActions('rollBack', step, runbook).at(-1)).toMatchObject({
        do: 'record',
        type: 'step-taken-back',
      });
    }
  });

  test('never run anything while validating or completing', () => {
    for (const step of runbook.steps)
      for (const verb of ['validate', 'complete'] as const)
        expect(
          stepActions(verb, step, runbook).filter(
            (action) => action.do !== 'require' && action.do !== 'record',
          ),
        ).toEqual([]);
  });

  test('tell the agreed facts', () => {
    const [check, create, copy, , link, , audit, signOff] = runbook.steps;
    expect(stepActions('validate', check!, runbook)).toContainEqual({
      do: 'require',
      claim: { kind: 'structure-is', role: 'target', digest: runbook.systems[1]!.schemaDigest },
    });
    expect(stepActions('rollBack', create!, runbook)[0]).toEqual({
      do: 'drop-relations',
      step: '02-create-relations',
      relations: ['company', 'person'],
    });
    expect(stepActions('validate', copy!, runbook)).toEqual([
      { do: 'require', claim: { kind: 'target-rows', object: 'company', rows: '0' } },
    ]);
    expect(stepActions('rollBack', link!, runbook)[0]).toEqual({ do: 'undo', step: '05-link-person' });
    expect(stepActions('complete', audit!, runbook)[0]).toEqual({
      do: 'require',
      claim: { kind: 'audit-within', differencesMax: 0 },
    });
    expect(stepActions('validate', signOff!, runbook)).toHaveLength(7);
    expect(stepActions('start', signOff!, runbook)[0]).toMatchObject({
      do: 'run',
      action: { role: 'owner' },
    });
  });
});

test('who answers is part of what is signed, and has to be somebody of the project', () => {
  const responsibility = { accountable: 'Ola', responsible: ['Ada'], consulted: ['the bank'], informed: [] };
  const { runbook } = planned({ responsibility });
  expect(runbook.responsibility).toEqual(responsibility);
  expect(parseRunbook(renderRunbook(runbook))).toEqual(runbook);
  expect(() => planned({ responsibility: { ...responsibility, accountable: 'Olaf' } })).toThrow(
    /Olaf stands in the responsibility section and not among the people/,
  );
});
