import type { ChildProcess } from 'node:child_process';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openPracticeSalesforce, type PracticeServer } from '../../src/practice/index.ts';
import { type Answer, AttackedProject, errorCode } from './attacked-project.ts';

const legacy = { name: 'Legacy_Id__c', type: 'string', length: 40, externalId: true, unique: true };
const dayMs = 86_400_000;
const orgOf = (callsADay: number) => ({
  callsADay,
  sessionMinutes: 1_000_000,
  objects: [{ name: 'Account', fields: [legacy] }],
});
/** How many times as fast as the machine's the org's time runs: a day is 40 seconds, longer than whoever asks how it stands waits. */
const speed = dayMs / 40_000;

/** A table of companies that moves into a practice org, by the real command line. */
class OrgMove implements AsyncDisposable {
  readonly project = new AttackedProject();
  readonly #org: PracticeServer;

  private constructor(org: PracticeServer) {
    this.#org = org;
  }

  /** Up to the approved runbook. @param rules lines of `stop_rules` */
  static async agreed(companies: number, rules = ''): Promise<OrgMove> {
    const org = await openPracticeSalesforce({
      state: ':memory:',
      org: orgOf(15_000),
      speed,
    });
    const move = new OrgMove(org);
    const { project } = move;
    {
      using source = new DatabaseSync(project.path('crm.sqlite'));
      source.exec(`CREATE TABLE company (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${companies})
        INSERT INTO company SELECT i, 'company ' || i FROM n`);
    }
    project.environment['GODWIT_TARGET_SECRET'] = 'practice-secret';
    project.makePeople();
    project.write('godwit.yaml', settings(org.url, rules) + project.peopleText());
    project.write('mapping/Account.yaml', mapping);
    await project.walk(['init', '--sketch'], ['inspect'], ['profile'], ['map', 'check']);
    await project.planAndApprove();
    return move;
  }

  async order(name: string, content: object): Promise<void> {
    const body = JSON.stringify(content);
    const answer = await fetch(`${this.#org.url}/__practice/${name}`, { method: 'POST', body });
    expect(answer.status).toBe(200);
  }

  /** From here on so many calls a day; none of them was made yet. */
  async callsADay(calls: number): Promise<void> {
    await this.order('org', orgOf(calls));
    await this.order('clock', { advanceMs: 2 * dayMs });
  }

  async calls(): Promise<number> {
    const told = (await (await fetch(`${this.#org.url}/__practice/state`)).json()) as {
      readonly system: { readonly calls: { readonly used: number } };
    };
    return told.system.calls.used;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#org[Symbol.asyncDispose]();
    this.project[Symbol.dispose]();
  }
}

const settings = (url: string, rules: string): string => `format: 1
project: into-an-org
systems:
  source: { kind: sqlite, path: crm.sqlite }
  target:
    kind: salesforce
    instance: ${url}
    sign_in: { by: client-credentials, client_id: practice, secret_env: GODWIT_TARGET_SECRET }
    objects: [Account]
    clock: practice
environment: practice
run: { rows_per_slice: 200 }
${rules === '' ? '' : `stop_rules:\n  ${rules}\n`}protection: { passphrase_env: GODWIT_PASSPHRASE }
`;

const mapping = `source: company
target: Account
key: Id
owner: Ben
fields:
  Legacy_Id__c: concat('company ', id)
  Name: name
`;

const run = ['run', '--as', 'Ada'];
const waits = (verb: string, calls = 12): RegExp =>
  new RegExp(
    String.raw`${verb}: the calls of 24 hours are used up \(${calls} of ${calls}\); it goes on by itself at about \d{4}-\d\d-\d\d \d\d:\d\d UTC by the clock of the practice system, in \d\d s`,
  );
const begins = String.raw`waits for calls of the target, Salesforce at 127\.0\.0\.1:\d+`;

/** Done to a process as soon as it says that it waits. */
const whenItWaits =
  (what: (child: ChildProcess) => Promise<unknown>) =>
  async (child: ChildProcess): Promise<void> => {
    let told = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      told += chunk.toString('utf8');
    });
    while (!told.includes('waits for calls') && child.exitCode === null) await pause(50);
    await what(child);
  };

test('whoever waits for calls is told so, once, and when it goes on; who asks beside it too, without waiting', async () => {
  // A rule that has to see calls that are left, while there are none.
  await using move = await OrgMove.agreed(3_000, 'api_calls_left: { target: 0 }');
  const { project } = move;
  await move.callsADay(12);
  let beside: Answer | null = null;
  const interrupted = await project.godwit(run, {
    meanwhile: whenItWaits(async (child) => {
      beside = await project.godwit(['status']);
      child.kill('SIGINT');
    }),
  });
  expect(interrupted).toMatchObject({ exit: 130, err: expect.stringMatching(waits(begins)) });
  expect(interrupted.err).toContain('Ctrl-C is safe, the same command goes on later\n');
  expect(interrupted.err.match(/waits/g)).toHaveLength(1);
  expect(interrupted.err).toMatch(
    /stopped; nothing is half done|01-check-target stopped|02-copy-Account stopped/,
  );
  expect(beside).toMatchObject({
    exit: 0,
    err: '',
    out: expect.stringMatching(waits('godwit live run waits')),
  });
  expect(beside).toMatchObject({ out: expect.stringContaining('not counted now: only the target knows') });
  expect(beside).toMatchObject({ out: expect.not.stringContaining('NOT OK') });
  await move.callsADay(12);
  // A person asks it to stop: it does not wait for the calls of the next day first.
  const asked = await project.godwit(run, {
    meanwhile: whenItWaits(async () => {
      await project.walk(['stop', '--as', 'Ada', '--reason', 'the phone rang']);
    }),
  });
  expect(asked).toMatchObject({ exit: 4, out: expect.stringContaining('the phone rang') });
  expect(asked.err).not.toContain('goes on: ');
  await move.callsADay(2);
  await move.order('clock', { speed: dayMs / 13_000 });
  const looked = await project.godwit(['inspect'], { meanwhile: () => undefined });
  expect(looked).toMatchObject({ exit: 0, err: expect.stringMatching(waits(begins, 2)) });
  expect(looked.err).toMatch(/goes on: there are calls of the target again, after (9\.\d|1\d) s\n/);
  expect(looked.err.trim().split('\n')).toHaveLength(2);
}, 120_000);

test('a run that leaves too few calls to others is held behind whole slices, and goes on by the named signature', async () => {
  await using move = await OrgMove.agreed(3_000, 'api_calls_left: { target: 14960 }');
  const { project } = move;
  await move.callsADay(15_000);
  await move.order('faults', { faults: troubles });
  const held = await project.godwit(run);
  expect([held.exit, held.out]).toEqual([
    4,
    expect.stringMatching(/149[0-5]\d calls are left of what the target allows; agreed is to leave 14960/),
  ]);
  const [, written = ''] = /paused +[\d.]+ s +([\d,]+) +\1 /.exec(held.out) ?? [];
  expect(Number(written.replace(',', '')) % 200).toBe(0);
  expect(errorCode(await project.godwit(run))).toBe('runbook.held');
  expect((await project.godwit(['status'])).out).toContain('runbook.stop-api-calls (target)');
  await project.walk(['approve', 'continue', '--key', 'ben.key', '--reason', 'the day is over']);
  await move.order('clock', { advanceMs: 2 * dayMs });
  const { exit, out } = await project.godwit(run);
  expect([exit, out]).toEqual([0, expect.stringContaining('source and target agree: 3,000 records')]);
  const [, told = ''] =
    /^calls of the target +(so far .*)$/m.exec((await project.godwit(['status'])).out) ?? [];
  expect(told).toMatch(
    /^so far \d+; predicted .*; of those made 1 refused as too many, 1 without an answer, 1 failed, 3 made again$/,
  );
}, 120_000);

/** Of calls that a step makes: one refused as too many, one whose answer is cut, one that fails. */
const refusal = [{ message: 'ConcurrentPerOrgLongTxn Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }];
const once = { method: 'PATCH', path: 'composite/sobjects', times: 1 };
const troubles = [
  { kind: 'refuse', ...once, status: 403, body: JSON.stringify(refusal) },
  { kind: 'reset-in-body', ...once, from: 3 },
  { kind: 'refuse', ...once, from: 5, status: 500 },
];
