import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemNotary } from '../host/index.ts';
import { canonicalJson } from '../ledger/index.ts';
import type { Mapping, Runbook } from '../model/index.ts';
import { statementsOf, textFaults } from './agreed-texts.ts';
import { buildRunbook } from './build-runbook.ts';
import { Desk, input, mapping, planned, refusal, warrantRequest } from './crm-move.contract.ts';
import { parseRunbook, renderRunbook } from './render-runbook.ts';

/** As anybody computes it who has the file and no godwit. */
const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;

const awkward: Mapping = {
  ...mapping,
  leftBehind: [{ relation: 'audit_trail', reason: 'Kept in the archive: "old"' }],
  objects: mapping.objects.map((object) => ({
    ...object,
    purge: [{ when: "state = 'x'", reason: 'gone\u0085\u2028' }],
    note: ' two\n lines # and ---\t',
    fields: object.fields.map((field) => ({ ...field, values: new Map([['\u0000a ', null]]) })),
  })),
};

function ofMapping(given: Mapping): Runbook {
  const desk = new Desk();
  desk.signMapping(given);
  return buildRunbook({ ...input(desk), mapping: given });
}

test('every rule stands in the runbook once, and hashes to what the author signed', () => {
  for (const given of [mapping, awkward]) {
    const runbook = parseRunbook(renderRunbook(ofMapping(given)));
    const contents = runbook.objects.map(({ rules, mappingDigest }) => {
      const content = JSON.parse(rules ?? '') as { name: string };
      expect(sha256(canonicalJson(content))).toBe(mappingDigest);
      return content;
    });
    const leftBehind = Object.fromEntries(
      (runbook.leftBehind ?? []).map((one) => [one.relation, one.reason]),
    );
    const objects = contents.toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(sha256(canonicalJson({ formatVersion: '1', leftBehind, objects }))).toBe(runbook.mappingDigest);
    expect(textFaults(runbook, systemNotary.digest)).toEqual([]);
  }
  const text = renderRunbook(ofMapping(mapping));
  expect(text.split("lookup('company', company_id)")).toHaveLength(2);
  expect(text).toContain(`\n        "company":{"from":"lookup('company', company_id)",`);
});

test('every statement has its hash', () => {
  const { runbook } = planned();
  const create = runbook.steps.find(({ action }) => action.kind === 'create-relations');
  expect(create?.digests).toEqual([
    sha256('CREATE TABLE company (\n  id bigint PRIMARY KEY\n)'),
    sha256('CREATE TABLE person (id bigint)'),
  ]);
  for (const { digests = [], action } of runbook.steps)
    expect(digests).toEqual(statementsOf(action).map(sha256));
});

type Change = (runbook: Runbook) => Runbook;
const changed =
  (change: (one: Runbook['objects'][number]) => object): Change =>
  (runbook) => ({
    ...runbook,
    objects: runbook.objects.map((one, at) => (at === 0 ? { ...one, ...change(one) } : one)),
  });

test.each<[string, Change, RegExp]>([
  [
    'a rule that is not the one that runs',
    changed(({ rules }) => ({ rules: rules?.replace('trim(name)', 'name') })),
    /rules of company are not those/,
  ],
  ['rules that are no JSON', changed(() => ({ rules: 'trim' })), /rules of company are not those/],
  [
    'a rule with a digest of its own',
    changed(({ rules = '' }) => {
      const other = rules.replace('trim(name)', 'name');
      return { rules: other, mappingDigest: sha256(canonicalJson(JSON.parse(other))) };
    }),
    /objects together are not those/,
  ],
  [
    'a relation that stays behind unseen',
    (runbook) => ({ ...runbook, leftBehind: [{ relation: 'x', reason: 'y' }] }),
    /objects together are not those/,
  ],
  [
    'one object without its rules',
    (runbook) => ({
      ...runbook,
      objects: runbook.objects.map(({ rules: _, ...one }, at) =>
        at === 0 ? one : { ...one, ...(_ && { rules: _ }) },
      ),
    }),
    /rules of company are not those/,
  ],
  [
    'another statement',
    (runbook) => ({
      ...runbook,
      steps: runbook.steps.map((step) =>
        step.action.kind === 'create-relations'
          ? {
              ...step,
              action: {
                ...step.action,
                statements: ['CREATE TABLE a (b int)', ...step.action.statements.slice(1)],
              },
            }
          : step,
      ),
    }),
    /statement 1 of 02-create-relations is not/,
  ],
  [
    'a digest too many',
    (runbook) => ({
      ...runbook,
      steps: runbook.steps.map((step) => ({ ...step, digests: [...(step.digests ?? []), sha256('')] })),
    }),
    /01-check-target has 1 digests of 0 statements/,
  ],
])('no warrant for %s, whoever signed it', (_name, change, why) => {
  const { desk, runbook } = planned();
  const other = change(runbook);
  desk.approve(other, 'bea');
  desk.approve(other, 'dana');
  const error = refusal(warrantRequest(other, desk));
  expect([error.code, error.detail]).toEqual(['runbook.not-planned', expect.stringMatching(why)]);
});

test('a runbook from before the texts is read as it was', () => {
  const { runbook } = planned();
  const { leftBehind: _, ...before } = runbook;
  const old = {
    ...before,
    objects: runbook.objects.map(({ rules: _rules, ...one }) => one),
    steps: runbook.steps.map(({ digests: _digests, ...one }) => one),
  };
  expect(textFaults(parseRunbook(renderRunbook(old)), systemNotary.digest)).toEqual([]);
});
