import { expect, test } from 'vitest';
import type { Runbook } from '../../model/index.ts';
import { renderHtml } from '../render-html.ts';
import { renderSectionText } from '../render-text.ts';
import { mappingSection } from './mapping-section.ts';
import { runbookSection } from './runbook-section.ts';

function told(objects: readonly Partial<Runbook['objects'][number]>[]): string {
  const runbook = {
    steps: [],
    objects,
    stopRules: {},
    options: {},
    approvals: { people: 1, role: 'approver' },
    expiresAt: '',
    pointOfNoReturn: null,
  };
  return renderSectionText(runbookSection(runbook as unknown as Runbook));
}

const people = { object: 'people', rowsSource: '1000', target: 'person', mode: 'append' } as const;

test('says for each object how many records it has, how it is written, and how many are there already', () => {
  const text = told([{ ...people, rowsTargetBefore: '20000' }]);
  expect(text).toMatch(/^object +records +into +mode +there already$/m);
  expect(text).toMatch(/^people +1,000 +person +append +20,000$/m);
  expect(text).not.toContain('NOT OK');
});

test('says before people sign that an empty-only relation holds records', () => {
  const filled = { ...people, mode: 'empty-only', rowsTargetBefore: '2' } as const;
  expect(told([filled])).toContain(
    'NOT OK: person holds 2 records already, and people is agreed as empty-only: the run will refuse it',
  );
  expect(told([{ ...filled, rowsTargetBefore: '0' }])).not.toContain('NOT OK');
});

test('says who answers, who does it, who is asked and who is told, in the runbook and in the mapping book', () => {
  const responsibility = {
    accountable: 'Ola',
    responsible: ['Ada', 'Cem'],
    consulted: [],
    informed: ['Sales'],
  };
  const runbook = {
    steps: [],
    objects: [],
    stopRules: {},
    options: {},
    approvals: { people: 1, role: 'approver' },
    expiresAt: '',
    pointOfNoReturn: null,
    responsibility,
  } as unknown as Runbook;
  for (const text of [
    renderSectionText(runbookSection(runbook)),
    renderSectionText(mappingSection([], responsibility)),
  ]) {
    expect(text).toMatch(/^accountable +Ola$/m);
    expect(text).toMatch(/^responsible +Ada, Cem$/m);
    expect(text).toMatch(/^consulted +nobody$/m);
    expect(text).toMatch(/^informed +Sales$/m);
  }
  expect(renderSectionText(mappingSection([]))).not.toContain('accountable');
});

test('the page shows of each step what it does, statement by statement, what proves it, and where it stops', () => {
  const step = { shows: [], check: 'c', stopPoint: null, rollback: null, approver: 'Ben', rehearsedMs: null };
  const runbook = {
    steps: [
      {
        ...step,
        id: '01-create-relations',
        title: 'Create person',
        action: {
          kind: 'create-relations',
          relations: ['person'],
          statements: ['CREATE TABLE person (a <int>)'],
        },
        digests: ['sha256:aa'],
        check: 'Each relation is there.',
        stopPoint: 'new is changed for the first time.',
        rollback: { command: 'godwit rollback', rehearsedMs: null, takesBack: 'the whole run' },
      },
      {
        ...step,
        id: '02-copy-people',
        title: 'Copy',
        action: { kind: 'copy', object: 'people' },
        shows: ['1 record'],
        stopPoint: 'Records are written.',
        holds: 'overwriting',
      },
      { ...step, id: '03-sign-off', title: 'Sign', action: { kind: 'sign-off', role: 'owner' } },
    ],
    objects: [{ ...people, rowsTargetBefore: '0', rules: '{"name":"people"}' }],
    stopRules: { stepMinutesMax: 90 },
    options: {},
    approvals: { people: 1, role: 'approver' },
    expiresAt: '',
    pointOfNoReturn: null,
  } as unknown as Runbook;
  const section = runbookSection(runbook);
  const page = renderHtml({
    title: 't',
    subtitle: '',
    answer: { verdict: { tone: 'plain', text: '' }, next: '', figures: [], shares: [] },
    chapters: [{ id: 'c', title: 'C', verdict: { tone: 'plain', text: '' }, sections: [section] }],
  });
  const folded = page.split('<details>').slice(1);
  expect(folded).toHaveLength(3);
  for (const text of [
    '<summary>01-create-relations: Create person</summary>',
    '-- sha256:aa\nCREATE TABLE person (a &lt;int&gt;);',
    'Each relation is there.',
    '<dt>stop point</dt><dd>passes by itself once its checks hold: new is changed for the first time.</dd>',
    '<code>godwit rollback</code>, takes back the whole run',
    '<dt>takes at most</dt><dd>90 min (never rehearsed)</dd>',
  ])
    expect(folded[0]).toContain(text);
  expect(folded[1]).toContain('<p>1 record</p>');
  expect(folded[1]).toMatch(
    /THE RUN HOLDS HERE, for it changes records that are there, until Ben signs .*: Records are written/,
  );
  expect(renderSectionText(section)).toMatch(
    /holds before +02-copy-people, which changes records that are there: until Ben signs for what is there/,
  );
  expect(folded[1]).toContain('<pre>{&quot;name&quot;:&quot;people&quot;}</pre>');
  expect(folded[2]?.split('</details>')[0]).not.toContain('takes at most');
  expect(renderSectionText(section)).not.toContain('sha256');
  expect(renderSectionText(section)).toContain('never rehearsed takes more than 90 minutes');
});

test('says how the run spares the systems, and nothing where nothing was agreed', () => {
  const withOptions = (options: unknown): string =>
    renderSectionText(
      runbookSection({
        steps: [],
        objects: [],
        stopRules: {},
        options,
        approvals: { people: 1, role: 'approver' },
        expiresAt: '',
        pointOfNoReturn: null,
      } as unknown as Runbook),
    );
  expect(withOptions({})).not.toContain('reads the source');
  const text = withOptions({
    protection: {
      source: { read: { mibPerSecondMax: 8, holds: 'shared' }, replicaLagSecondsMax: 5 },
      target: { lockTimeoutSeconds: 10, logMibPerSecondMax: 40 },
    },
  });
  expect(text).toContain('at most 8 MiB a second while others work on it, else as fast as it goes');
  expect(text).toContain('a replica of the source is more than 5 s behind');
  expect(text).toContain('the target writes more than 40 MiB of log a second');
  expect(text).toContain('it waits for longer than 10 s');
  expect(withOptions({ protection: { source: {}, target: {} } })).toContain('as fast as it goes');
  expect(withOptions({})).not.toContain('keeps checkpoints');
  for (const options of [{}, { protection: { source: {}, target: {} } }])
    expect(withOptions({ ...options, checkpoints: 'beside' })).toMatch(
      /keeps checkpoints +beside the target/,
    );
});
