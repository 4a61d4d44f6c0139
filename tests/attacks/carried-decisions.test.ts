import { rmSync } from 'node:fs';
import { expect, test } from 'vitest';
import { approvedProject, changeDatabase } from './approved-project.ts';
import { type Answer, type AttackedProject, errorCode } from './attacked-project.ts';

/** Every decision by a file that goes to another machine and comes back, and what is changed on the way. */

/** Asks, lets somebody answer without the project, and takes the answer in; the last command that was run. */
async function carry(
  project: AttackedProject,
  what: string,
  { key, flags = [], onTheWay = () => undefined }: Carried,
): Promise<Answer> {
  const asked = await project.godwit(['approve', 'request', ...what.split(' '), '--out', 'away/asked.json']);
  if (asked.exit !== 0) return asked;
  onTheWay();
  const answered = await project.godwit([
    'approve',
    'answer',
    'away/asked.json',
    '--key',
    key,
    '--out',
    'away/answer.json',
    ...flags,
  ]);
  return answered.exit === 0 ? await project.godwit(['approve', 'import', 'away/answer.json']) : answered;
}

interface Carried {
  readonly key: string;
  readonly flags?: readonly string[];
  readonly onTheWay?: () => void;
}

test('what comes before a run is signed elsewhere: mapping, runbook, steps, checks, a stop', async () => {
  using project = await approvedProject();
  project.write('away/brief.txt', 'nothing changes for users');
  expect(errorCode(await carry(project, 'step --all', { key: 'ben.key' }))).toBe('approval.nothing-to-ask');
  project.edit('mapping/item.yaml', 'owner: Ada', 'owner: Ben\nmode: upsert');
  project.edit('godwit.yaml', 'environment: practice', 'environment: production');
  await project.walk(['map', 'check']);

  expect(errorCode(await carry(project, 'mapping', { key: 'ben.key' }))).toBe('approval.role-missing');
  const altered = (): void => project.edit('away/asked.json', '"from":"name"', '"from":"kind"');
  expect((await carry(project, 'mapping', { key: 'ada.key', onTheWay: altered })).exit).toBe(0);
  expect(errorCode(await project.godwit(['plan']))).toMatch(/^(runbook|project)\.mapping-unsigned$/);
  expect((await carry(project, 'mapping', { key: 'ada.key' })).out).toContain('mapping-signature of Ada');
  await project.walk(['plan']);
  const no = ['--reject', '--reason', 'not on a Friday'];
  const rejected = await carry(project, 'runbook', { key: 'ben.key', flags: no });
  expect(rejected.out).toContain('rejection of Ben taken in');
  expect((await project.godwit(['run'])).err).toMatch(/Ben rejected it at .*: not on a Friday/);
  expect((await carry(project, 'runbook', { key: 'ben.key' })).out).toContain('approval of Ben taken in');

  expect(errorCode(await carry(project, 'step 99-nothing', { key: 'ben.key' }))).toBe(
    'approval.unknown-step',
  );
  expect(errorCode(await carry(project, 'step --all', { key: 'ada.key' }))).toBe('approval.role-missing');
  expect((await carry(project, 'step --all', { key: 'ben.key' })).out).toContain('step-approval of Ben');

  const seen = ['--reference', 'ticket-7'];
  const unsaid = await carry(project, 'check support', { key: 'ben.key' });
  expect([errorCode(unsaid), unsaid.err]).toEqual([
    'approval.answer-unfit',
    expect.stringContaining('a place where others find it'),
  ]);
  const noBrief = await carry(project, 'check support', { key: 'ben.key', flags: seen });
  expect(errorCode(noBrief)).toBe('approval.brief-missing');
  for (const flags of [
    ['check support', ...seen, '--file', project.path('away/brief.txt')],
    ['check monitoring', ...seen],
  ] as const) {
    const [what, ...rest] = flags;
    const taken = await carry(project, what ?? '', { key: 'ben.key', flags: rest });
    expect(taken.out).toContain('attestation of Ben taken in');
  }
  const status = await project.godwit(['status']);
  expect(status.out).toMatch(/owners?.*\n?.*item by Ben/);
  expect(status.out).toMatch(/Ben signed it at .*: ticket-7/);

  expect(errorCode(await carry(project, 'continue', { key: 'ben.key' }))).toBe('approval.nothing-stopped');
  await project.walk(['stop', '--as', 'Ada', '--reason', 'not yet']);
  expect(errorCode(await carry(project, 'continue', { key: 'ben.key' }))).toBe('approval.answer-unfit');
  const why = ['--reason', 'now it is time'];
  const ada = await carry(project, 'continue', { key: 'ada.key', flags: why });
  expect(errorCode(ada)).toBe('approval.cannot-continue');
  const onTheWay = (): void => project.edit('away/asked.json', '"reason":"not yet"', '"reason":"by mistake"');
  const misled = await carry(project, 'continue', { key: 'ben.key', flags: why, onTheWay });
  expect(errorCode(misled)).toBe('approval.not-a-decision');
  expect(misled.err).toContain('Ben was shown another reason than the ledger gives: stopped by Ada');
  const goes = await carry(project, 'continue', { key: 'ben.key', flags: why });
  expect(goes.out).toContain('stop-override of Ben taken in');
  expect(errorCode(await carry(project, 'continue', { key: 'ben.key', flags: why }))).toBe(
    'approval.nothing-stopped',
  );
}, 120_000);

test('a result is signed elsewhere by its owner, as an audit found it, and otherwise not at all', async () => {
  using project = await approvedProject();
  expect(errorCode(await carry(project, 'result', { key: 'ben.key' }))).toBe('approval.result-early');
  expect(errorCode(await carry(project, 'review', { key: 'ben.key' }))).toBe('approval.nothing-to-ask');
  await project.walk(['run']);
  expect(project.answers.at(-1)?.out).toContain('then Ben signs `godwit approve result');

  expect(errorCode(await carry(project, 'result', { key: 'ada.key' }))).toBe('approval.role-missing');
  expect(errorCode(await carry(project, 'result', { key: 'ben.key', flags: ['--reject'] }))).toBe(
    'approval.answer-unfit',
  );
  // Shown another result than was found: nobody answers for that one.
  for (const [old, now] of [
    ['"differences":0', '"differences":3'],
    [/"rowsTarget":\d+/, '"rowsTarget":0'],
    [/"run":"run_[0-9a-f]/, '"run":"run_'],
  ] as const) {
    const onTheWay = (): void => project.edit('away/asked.json', old, now);
    const refused = await carry(project, 'result', { key: 'ben.key', onTheWay });
    expect(errorCode(refused)).toBe('approval.not-a-decision');
    expect(refused.err).toContain('found what Ben signed');
    // Nor where the answer is laid among the approvals: the ledger does not speak of it.
    const { envelopes } = JSON.parse(project.read('away/answer.json')) as { envelopes: readonly unknown[] };
    project.write('approvals/result-signature-0.json', JSON.stringify(envelopes[0]));
    expect((await project.godwit(['status'])).out).not.toContain('signed by');
    rmSync(project.path('approvals/result-signature-0.json'));
  }
  // Ada gives herself the role in the file she answers, not in the project that takes it in.
  const owner = (): void =>
    project.edit('away/asked.json', '"author","operator"', '"author","operator","owner"');
  const own = await carry(project, 'result', { key: 'ada.key', onTheWay: owner });
  expect(errorCode(own)).toBe('approval.not-a-decision');
  expect(own.err).toContain('Ada signed the result as owner; needed is owner, and they are author, operator');
  expect((await project.godwit(['status'])).out).not.toContain('signed by');

  const taken = await carry(project, 'result', { key: 'ben.key' });
  expect(taken.out).toContain('result-signature of Ben taken in');
  expect((await project.godwit(['status'])).out).toContain('signed by Ben');
  await project.walk(['ledger', 'verify']);
}, 120_000);

const otherDigest = `sha256:${'0'.repeat(64)}`;

test('what a finding says is accepted elsewhere as the last check here says it, and otherwise not at all', async () => {
  using project = await approvedProject();
  changeDatabase(project.path('old.sqlite'), "insert into item values (4, null, 'y')");
  changeDatabase(
    project.path('new.sqlite'),
    'drop table item; create table item (id integer primary key, name text not null, kind text)',
  );
  expect((await project.godwit(['map', 'check'])).out).toContain('NOT OK: 1 finding');
  const why = ['--reason', 'it is mended later'];
  const refusals = [
    [/"detail":"[^"]*"/, '"detail":"nothing is lost"', 'Ben was shown another text for'],
    ['"records":"1"', '"records":"1000000"', 'for 1000000 records, found here are 1'],
    [/"mapping":"sha256:\w+"/, `"mapping":"${otherDigest}"`, 'of another mapping'],
    [/"id":"/, '"id":"other.', 'the last check here found nothing to be decided with the name other.'],
  ] as const;
  for (const [old, now, fault] of refusals) {
    const onTheWay = (): void => project.edit('away/asked.json', old, now);
    const refused = await carry(project, 'finding --all', { key: 'ben.key', flags: why, onTheWay });
    expect([errorCode(refused), refused.err.replaceAll(/\s+/g, ' ')]).toEqual([
      'approval.not-a-decision',
      expect.stringContaining(fault),
    ]);
  }
  const taken = await carry(project, 'finding --all', { key: 'ben.key', flags: why });
  expect(taken.out).toContain('finding-decision of Ben taken in');
}, 120_000);

/** Ben broke the glass for its run, which two others have to look at. */
async function brokenGlass(): Promise<AttackedProject> {
  const project = await approvedProject();
  project.makeKeys('Cleo', 'Dora');
  const more = ['Cleo', 'Dora'].map(
    (name) =>
      `  - { name: ${name}, roles: [approver], keys: ["${project.read(`${name.toLowerCase()}.key.pub`).trim()}"] }\n`,
  );
  project.edit('godwit.yaml', project.peopleText(), `${project.peopleText()}${more.join('')}`);
  project.edit('godwit.yaml', 'people: 1', 'people: 2\n  break_glass: { role: owner, review_hours: 48 }');
  await project.walk(
    ['approve', 'people', '--key', 'ben.key'],
    ['plan'],
    ['approve', 'break-glass', '--key', 'ben.key', '--reason', 'nobody answers'],
    ['run'],
  );
  return project;
}

test('a broken glass is reviewed elsewhere as the ledger tells it, by several who were asked at once', async () => {
  using project = await brokenGlass();
  const why = ['--reason', 'it had to be'];
  const refusals = [
    ['"reason":"nobody answers"', '"reason":"both were asked and agreed"'],
    [/"cameOfIt":\[[^\]]*\]/, '"cameOfIt":["nothing was run under it"]'],
  ] as const;
  for (const [old, now] of refusals) {
    const onTheWay = (): void => project.edit('away/asked.json', old, now);
    const refused = await carry(project, 'review', { key: 'cleo.key', flags: why, onTheWay });
    expect([errorCode(refused), refused.err.replaceAll(/\s+/g, ' ')]).toEqual([
      'approval.not-a-decision',
      expect.stringContaining('Cleo was shown something else than the ledger says: Ben broke the glass'),
    ]);
  }
  const other = (): void => project.edit('away/asked.json', /"id":"sha256:\w+"/, `"id":"${otherDigest}"`);
  const unknown = await carry(project, 'review', { key: 'cleo.key', flags: why, onTheWay: other });
  expect(unknown.err).toContain('a broken glass of which this ledger does not speak');

  await project.walk(['approve', 'request', 'review', '--out', 'away/both.json']);
  for (const name of ['cleo', 'dora']) {
    const [key, out] = [`${name}.key`, `away/${name}.json`];
    await project.walk(['approve', 'answer', 'away/both.json', '--key', key, '--out', out, ...why]);
  }
  await project.walk(['approve', 'import', 'away/dora.json'], ['approve', 'import', 'away/cleo.json']);
  expect((await project.godwit(['status'])).out.replaceAll(/\s+/g, ' ')).toContain(
    'reviewed; Dora: justified, it had to be; Cleo: justified, it had to be',
  );
}, 120_000);
