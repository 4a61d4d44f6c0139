import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPracticeSalesforce } from '../practice/index.ts';
import { companies, MidRun, type MidRunVendor } from './mid-run.contract.ts';

/** What an admin or a user does to an org while records move into it: what the run says, and that nothing is lost or there twice. */
const legacy = { name: 'Legacy__c', type: 'string', length: 20, unique: true, externalId: true };
const tier = { name: 'Tier__c', type: 'picklist', restricted: true, values: ['gold', 'bronze'] };

interface Setting {
  readonly account?: readonly object[];
  readonly more?: object;
  readonly org?: object;
}

/** The org as it was agreed, but for what the admin changes. */
const orgWith = ({ account = [tier], more = {}, org = {} }: Setting = {}): object => ({
  objects: [
    { name: 'Account', fields: [legacy, ...account], ...more },
    { name: 'Contact', fields: [legacy] },
  ],
  ...org,
});
const agreed = orgWith();

const salesforce: MidRunVendor = {
  order: 'org',
  open: async (state, port) => await openPracticeSalesforce({ state, port, org: agreed, speed: 500 }),
  target: (url) =>
    `kind: salesforce, instance: '${url}', clock: practice, objects: [Account, Contact], sign_in: { by: client-credentials, client_id: practice, secret_env: ORG }`,
  mapping: {
    company:
      'source: company\ntarget: Account\nkey: Id\nfields:\n  Legacy__c: id::text\n  Name: name\n  Tier__c: tier\n  Phone: phone\n',
    person:
      "source: person\ntarget: Contact\nkey: Id\nfields:\n  Legacy__c: id::text\n  LastName: name\n  Email: email\n  Title: title\n  AccountId: lookup('company', company_id)\n",
  },
};

const held = (world: MidRun, object: string): number =>
  Number(world.sql(`SELECT count(*) FROM "o_${object}" WHERE "IsDeleted" = 0`)[0]);

/** Every company and every person is there once, each person with its company. */
function expectAll(world: MidRun): void {
  expect([held(world, 'Account'), held(world, 'Contact')]).toEqual([companies, companies]);
  expect(
    world.sql(`SELECT count(DISTINCT c."Legacy__c") FROM "o_Contact" c JOIN "o_Account" a ON a."Id" = c."AccountId"
      WHERE c."IsDeleted" = 0 AND a."IsDeleted" = 0 AND a."Legacy__c" = c."Legacy__c" AND a."Name" = 'company ' || a."Legacy__c"
      AND a."Phone" IS NOT NULL AND a."Tier__c" IS NOT NULL`),
  ).toEqual([String(companies)]);
}

/** Before what was sent first of companies is read back: no slice of theirs is whole yet. */
const beforeWhole = { method: 'POST', path: 'composite/sobjects/Account', times: 1 };
/** Before the second slice of companies is sent. */
const beforeSecond = { method: 'PATCH', path: 'composite/sobjects/Account', from: 2, times: 1 };
const admin = (setting: Setting, when: object = beforeSecond): object => ({
  kind: 'order',
  order: 'org',
  content: orgWith(setting),
  ...when,
});
const signedOut = { kind: 'order', order: 'expire-sessions', ...beforeSecond };
const withoutApi = [
  { id: 'practice', secret: 'practice-secret', user: 'practice@example.com', scopes: ['refresh_token'] },
];

let world: MidRun;
beforeAll(async () => {
  world = await MidRun.agreed(salesforce);
}, 120_000);
beforeEach(async () => await world.again());
afterAll(async () => await world[Symbol.asyncDispose]());

/** What was changed, what the run says, and how much of it is there then: the slices before it, whole. */
const stops: readonly (readonly [what: string, faults: readonly object[], says: RegExp])[] = [
  [
    'a field that is required since',
    [admin({ account: [tier, { name: 'Website', required: true }] })],
    /^engine\.structure-changed pause: Account\.Website is required since: null was allowed \(seen because: 20 records were refused, target\.not-null on Website\)$/,
  ],
  [
    'an option that was taken out of a picklist',
    [admin({ account: [{ ...tier, values: ['gold', 'silver'] }] })],
    /^engine\.structure-changed pause: Account\.Tier__c: bronze cannot be chosen any more; silver can be chosen since \(seen because: 10 records were refused, target\.type on Tier__c\)$/,
  ],
  [
    'a field that was deleted',
    [admin({ account: [] })],
    /^engine\.structure-changed pause: Account\.Tier__c is gone \(/,
  ],
  [
    'a field that was deleted before anything was whole',
    [admin({ account: [] }, beforeWhole)],
    /^engine\.structure-changed pause: Account\.Tier__c is gone \(/,
  ],
  [
    'a field that became shorter',
    [admin({ account: [tier, { name: 'Name', length: 9 }] })],
    /^engine\.structure-changed pause: Account\.Name was string\(255\), not null.*, is string\(9\), not null/,
  ],
  [
    'the right to create records, taken away',
    [admin({ more: { createable: false } })],
    /^engine\.structure-changed pause: .*the property Account of Account is new: this user finds it not createable/,
  ],
  [
    'the right to write a field, taken away',
    [admin({ account: [tier, { name: 'Phone', createable: false, updateable: false }] })],
    /^engine\.structure-changed pause: Account\.Phone was phone\(40\), null allowed, is phone\(40\), null allowed,.* generated computed \(/,
  ],
  [
    'the scope of the app, taken away',
    [admin({ org: { clients: withoutApi } }), signedOut],
    /^salesforce\.right-missing pause: sign-in: the scope api of the connected app; it gives refresh_token$/,
  ],
  [
    'a right of the whole API, taken away',
    [
      {
        kind: 'refuse',
        status: 403,
        body: '[{"errorCode":"API_DISABLED_FOR_ORG","message":"The REST API is not enabled"}]',
        ...beforeSecond,
      },
    ],
    /^salesforce\.right-missing pause: upsert Account: API_DISABLED_FOR_ORG$/,
  ],
];

test.each(stops)(
  '%s: the run stops, says it, and goes on when it was taken back',
  async (_what, faults, says) => {
    await world.faults(...faults);
    expect((await world.run()).error).toMatch(says);
    expect(held(world, 'Account')).toBeLessThan(companies);
    expect(await world.quarantine()).toEqual([]);
    await world.admin(agreed);
    expect(await world.run()).toMatchObject({ error: null, report: { outcome: 'done' } });
    expectAll(world);
    expect(await world.quarantine()).toEqual([]);
  },
);

describe('a change that is meant to stay', () => {
  const website = orgWith({ account: [tier, { name: 'Website', required: true }] });
  const feeds = `${salesforce.mapping['company']}  Website: "'https://example.org/' || id::text"\n`;
  const fed = `SELECT count(*) FROM "o_Account" WHERE "IsDeleted" = 0 AND "Website" = 'https://example.org/' || "Legacy__c"`;

  beforeEach(async () => {
    await world.faults({ kind: 'order', order: 'org', content: website, ...beforeSecond });
    await world.run();
    // As it stands, the approved move gets no warrant any more.
    expect((await world.run()).error).toMatch(
      /^runbook\.structure-changed pause: .*Account\.Website is required since/,
    );
    expect(held(world, 'Account')).toBe(companies / 2);
  });

  test('the mapping follows it, and is merged with what is there', async () => {
    world.map('company', feeds.replace('key: Id', 'key: Legacy__c\nmode: upsert'));
    await world.agree();
    // Records that are there are going to be changed: a hard stop.
    expect((await world.run()).report?.outcome).toBe('paused');
    await world.goOn();
    expect(await world.run()).toMatchObject({ error: null, report: { outcome: 'done' } });
    expectAll(world);
    expect(world.sql(fed)).toEqual([String(companies)]);
  });

  test('what is there is taken back, and the mapping begins anew', async () => {
    expect(await world.takeBack()).toMatchObject({ outcome: 'undone', left: [] });
    expect(held(world, 'Account')).toBe(0);
    world.map('company', feeds);
    await world.agree();
    expect(await world.run()).toMatchObject({ error: null, report: { outcome: 'done' } });
    expectAll(world);
    expect(world.sql(fed)).toEqual([String(companies)]);
  });
});

test('a field that was deleted before its step: nothing of the step is sent', async () => {
  const described = { method: 'GET', path: 'sobjects/Contact/describe', times: 1 };
  const without = {
    objects: [
      { name: 'Account', fields: [legacy, tier] },
      { name: 'Contact', fields: [] },
    ],
  };
  await world.faults({ kind: 'order', order: 'org', content: without, ...described });
  expect((await world.run()).error).toBe(
    'engine.structure-changed pause: Contact.Legacy__c is gone; the unique key Legacy__c of Contact is gone',
  );
  expect([held(world, 'Account'), held(world, 'Contact')]).toEqual([companies, 0]);
  await world.admin(agreed);
  expect(await world.run()).toMatchObject({ error: null, report: { outcome: 'done' } });
  expectAll(world);
});

test('sessions that end, and records that others hold for a while, need nobody', async () => {
  await world.faults(
    { kind: 'order', order: 'expire-sessions', path: 'composite/sobjects', every: 3, times: 4 },
    { kind: 'records-fail', method: 'PATCH', path: 'composite/sobjects', from: 2, times: 2, records: 0.4 },
  );
  expect(await world.run()).toMatchObject({ error: null, report: { outcome: 'done' } });
  expect(await world.happened()).toMatchObject({ order: 4, 'records-fail': 2 });
  expectAll(world);
  expect(await world.quarantine()).toEqual([]);
});

/** The API tells of no such rule, so its own words say what it is: the agreed rule about quarantine stops the run. */
test.each<[what: string, org: object, says: RegExp, entry: object]>([
  [
    'a validation rule',
    {
      validations: [
        { object: 'Contact', field: 'Title', matches: '^[A-Z]', message: 'A title begins with a capital' },
      ],
    },
    /^20 of 20 records are in quarantine; .*; 20 of them for target\.check on Title, A title begins with a capital$/,
    { code: 'target.check', field: 'Title', rule: 'A title begins with a capital' },
  ],
  [
    'a duplicate rule',
    { duplicateRules: [{ object: 'Contact', name: 'Same_Title', fields: ['Title'] }] },
    /^19 of 20 records are in quarantine; .*; 19 of them for target\.refused, Same_Title$/,
    { code: 'target.refused', rule: 'Same_Title' },
  ],
])(
  '%s that comes: the run stops by the agreed rule with its words, goes on, and the replay brings the rest',
  async (_what, org, says, entry) => {
    const when = { method: 'PATCH', path: 'composite/sobjects/Contact', times: 1 };
    await world.faults(admin({ org }, when));
    const { report } = await world.run();
    expect(report?.outcome).toBe('paused');
    expect(report?.steps.at(-1)?.reason).toMatch(says);
    expect(await world.quarantine()).toContainEqual(expect.objectContaining({ kind: 'refused', ...entry }));
    await world.admin(agreed);
    await world.goOn();
    expect(await world.run()).toMatchObject({ error: null, report: { outcome: 'done' } });
    await world.replay();
    expectAll(world);
    expect(await world.quarantine()).toEqual([]);
  },
);

test('a company that a user deletes before its person comes: the person waits in quarantine for it', async () => {
  const deleted = (mark: 0 | 1): void =>
    world.change(`UPDATE "o_Account" SET "IsDeleted" = ${mark} WHERE "Legacy__c" = '7'`);
  const { report } = await world.run((title) => {
    if (title.includes('-> Account')) deleted(1);
  });
  // Everything else was moved; the audit is what misses the company.
  expect(report?.outcome).toBe('paused');
  expect(report?.steps.at(-1)?.reason).toMatch(/^the audit found \d+ differences/);
  expect(await world.quarantine()).toMatchObject([{ kind: 'refused', code: 'target.foreign-key' }]);
  expect(held(world, 'Contact')).toBe(companies - 1);
  deleted(0);
  await world.replay();
  await world.goOn();
  expect(await world.run()).toMatchObject({ error: null, report: { outcome: 'done' } });
  expectAll(world);
  expect(await world.quarantine()).toEqual([]);
});
