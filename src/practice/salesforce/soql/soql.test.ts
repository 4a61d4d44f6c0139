import { afterAll, beforeAll, expect, test } from 'vitest';
import { wordOf } from '../../reply.contract.ts';
import { openSignedIn, type SignedIn } from '../signed-in.contract.ts';

let signedIn: SignedIn;
const ids: string[] = [];

beforeAll(async () => {
  signedIn = await openSignedIn({ start: '2026-03-10T12:00:00.000Z' });
  const accounts = [
    { Name: 'Aker', Industry: 'Energy', AnnualRevenue: 10 },
    { Name: 'borg', Industry: 'Energy', AnnualRevenue: 20.5 },
    { Name: "C'est", AnnualRevenue: 7 },
  ];
  for (const account of accounts)
    ids.push(wordOf((await signedIn.call('POST', 'sobjects/Account', account)).body['id']));
  const contacts = [
    { LastName: 'One', AccountId: ids[0], Birthdate: '1990-01-02' },
    { LastName: 'Two', AccountId: ids[0], HasOptedOutOfEmail: true },
    { LastName: 'Three' },
  ];
  for (const contact of contacts) await signedIn.call('POST', 'sobjects/Contact', contact);
});
afterAll(async () => await signedIn[Symbol.asyncDispose]());

async function ask(soql: string, path = 'query') {
  return await signedIn.call('GET', `${path}?q=${encodeURIComponent(soql)}`);
}

test.each([
  ["Name = 'BORG'", ['borg']],
  ["Name != 'borg'", ['Aker', "C'est"]],
  ["Industry != 'Energy'", ["C'est"]],
  ["Name LIKE 'a%'", ['Aker']],
  ["Name = 'C\\'est'", ["C'est"]],
  ["Name IN ('Aker', 'borg') AND AnnualRevenue > 10", ['borg']],
  ["Industry NOT IN ('Energy')", ["C'est"]],
  ['Industry = null', ["C'est"]],
  ["NOT (Name LIKE 'b%')", ['Aker', "C'est"]],
  ["(Name = 'Aker' OR Name = 'borg') AND Industry = 'Energy'", ['Aker', 'borg']],
  ['AnnualRevenue >= 20.5', ['borg']],
  ['CreatedDate = TODAY', ['Aker', 'borg', "C'est"]],
  ['CreatedDate > 2026-03-10T13:00:00+01:00 AND CreatedDate < LAST_N_DAYS:3', []],
])('WHERE %s', async (where, names) => {
  const { body } = await ask(`SELECT Name FROM Account WHERE ${where} ORDER BY Name`);
  expect((body['records'] as unknown as { Name: string }[]).map(({ Name }) => Name)).toEqual(names);
});

test('parents come nested, and null where there is none', async () => {
  const { body } = await ask(
    'SELECT LastName, Account.Name, Account.Owner.Name, HasOptedOutOfEmail FROM Contact ORDER BY LastName',
  );
  expect(body).toMatchObject({
    totalSize: 3,
    done: true,
    records: [
      { LastName: 'One', Account: { Name: 'Aker', Owner: { Name: 'practice' } }, HasOptedOutOfEmail: false },
      { LastName: 'Three', Account: null },
      { LastName: 'Two', HasOptedOutOfEmail: true },
    ],
  });
});

test('groups and numbers', async () => {
  const { body } = await ask(
    'SELECT Industry, COUNT(Id) many, SUM(AnnualRevenue) FROM Account GROUP BY Industry ORDER BY Industry NULLS LAST',
  );
  expect(body['records']).toMatchObject([
    { attributes: { type: 'AggregateResult' }, Industry: 'Energy', many: 2, expr1: 30.5 },
    { Industry: null, many: 1, expr1: 7 },
  ]);
  expect((await ask('SELECT COUNT() FROM Contact')).body).toEqual({ totalSize: 3, done: true, records: [] });
});

test.each([
  ['SELECT COUNT() FROM Contact WHERE AccountId IN (SELECT Id FROM Account)', 2],
  ['SELECT COUNT() FROM Contact WHERE AccountId NOT IN (SELECT Id FROM Account)', 1],
  ['SELECT COUNT() FROM Contact WHERE AccountId != null AND AccountId NOT IN (SELECT Id FROM Account)', 0],
  ["SELECT COUNT() FROM Contact WHERE AccountId NOT IN (SELECT Id FROM Account WHERE Name = 'Aker')", 1],
  [
    "SELECT COUNT() FROM Contact WHERE LastName = 'Two' AND AccountId IN (SELECT Id FROM Account WHERE Name = 'Aker')",
    1,
  ],
  ["SELECT COUNT() FROM Contact WHERE AccountId NOT IN (SELECT Id FROM Account WHERE Name = 'borg')", 3],
  ['SELECT COUNT() FROM Account WHERE Id NOT IN (SELECT AccountId FROM Contact)', 2],
  ["SELECT COUNT() FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE Account.Name = 'Aker')", 1],
])('%s', async (soql, found) => {
  expect((await ask(soql)).body['totalSize']).toBe(found);
});

const accounts = '(SELECT Id FROM Account)';
test.each([
  [`Contact WHERE LastName = 'a' OR AccountId IN ${accounts}`, 'only allowed at the top level'],
  [`Contact WHERE NOT AccountId IN ${accounts}`, 'only allowed at the top level'],
  [`Contact WHERE Account.Id IN ${accounts}`, 'cannot be of a relationship'],
  [`Account WHERE Id IN ${accounts}`, 'should not be on the same object type'],
  ['Account WHERE Id IN (SELECT WhatId FROM Task)', 'is not supported for semi join inner selects'],
  ['Contact WHERE AccountId IN (SELECT Id FROM Account LIMIT 5)', 'no aggregates and no limit'],
  ['Contact WHERE AccountId IN (SELECT Id FROM Account ORDER BY Id)', 'no order'],
  ['Contact WHERE AccountId IN (SELECT COUNT() FROM Account)', 'no aggregates'],
  ['Contact WHERE AccountId IN (SELECT Name FROM Account)', 'ids of one object'],
  ['Contact WHERE AccountId IN (SELECT Id FROM Opportunity)', 'ids of one object'],
  ['Contact WHERE LastName IN (SELECT Id FROM Account)', 'ids of one object'],
  [
    'Contact WHERE AccountId IN (SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Opportunity))',
    'Nesting of semi join',
  ],
])('a query within %s is refused', async (soql, message) => {
  const { status, body } = await ask(`SELECT Id FROM ${soql}`);
  expect([status, body[0]?.['errorCode']]).toEqual([400, 'MALFORMED_QUERY']);
  expect(wordOf(body[0]?.['message'])).toContain(message);
});

// The shape of the message: https://github.com/apache/camel-quarkus/issues/3022
test.each([
  ['SELECT Nothing FROM Account', 'INVALID_FIELD', "No such column 'Nothing' on entity 'Account'"],
  ['SELECT What.Industry FROM Task', 'INVALID_FIELD', "No such column 'Industry' on entity 'Name'"],
  ['SELECT Id FROM Nothing', 'INVALID_TYPE', "sObject type 'Nothing' is not supported"],
  ['SELECT Id FORM Account', 'MALFORMED_QUERY', "unexpected token: 'FORM'"],
  ['SELECT Id FROM Account WHERE', 'MALFORMED_QUERY', "unexpected token: '<EOF>'"],
  [
    "SELECT Id FROM Account WHERE Name = 'a' AND Name = 'b' OR Name = 'c'",
    'MALFORMED_QUERY',
    "unexpected token: 'OR'",
  ],
  [
    'SELECT Id FROM Account WHERE Name = 5',
    'INVALID_FIELD',
    'must be of type string and should be enclosed in quotes',
  ],
  ["SELECT Id FROM Account WHERE AnnualRevenue = '5'", 'INVALID_FIELD', 'should not be enclosed in quotes'],
  ['SELECT Id FROM Account OFFSET 2001', 'NUMBER_OUTSIDE_VALID_RANGE', '0 to 2000'],
  ['SELECT FIELDS(ALL) FROM Account', 'MALFORMED_QUERY', 'LIMIT of at most 200'],
])('%s is refused', async (soql, errorCode, message) => {
  const { status, body } = await ask(soql);
  expect(status).toBe(400);
  expect(body[0]?.['errorCode']).toBe(errorCode);
  expect(wordOf(body[0]?.['message'])).toContain(message);
});

test('deleted records are found by queryAll and by deleted, not by query', async () => {
  await signedIn.call('DELETE', `sobjects/Account/${ids[2]}`);
  const where = `SELECT Id, IsDeleted FROM Account WHERE Name LIKE 'C%'`;
  expect((await ask(where)).body['totalSize']).toBe(0);
  expect((await ask(where, 'queryAll')).body['records']).toMatchObject([{ Id: ids[2], IsDeleted: true }]);
  const span = 'start=2026-03-10T00:00:00Z&end=2026-03-11T00:00:00Z';
  const deleted = await signedIn.call('GET', `sobjects/Account/deleted?${span}`);
  expect(deleted.body['deletedRecords']).toMatchObject([{ id: ids[2] }]);
  const updated = await signedIn.call('GET', `sobjects/Account/updated?${span}`);
  expect(updated.body['ids']).toEqual([ids[0], ids[1]]);
});

test('an account takes its contacts with it', async () => {
  await signedIn.call('DELETE', `sobjects/Account/${ids[0]}`);
  const { body } = await ask('SELECT LastName FROM Contact');
  expect(body['records']).toMatchObject([{ LastName: 'Three' }]);
});

test('pages follow each other to the end, and a cursor grows old', async () => {
  for (let at = 0; at < 450; at += 1)
    await signedIn.call('POST', 'sobjects/Task', { Subject: `t${String(at).padStart(3, '0')}` });
  const options = { 'Sforce-Query-Options': 'batchSize=200' };
  const seen: string[] = [];
  let page = await signedIn.call(
    'GET',
    'query?q=SELECT Subject FROM Task ORDER BY Subject DESC',
    undefined,
    options,
  );
  const first = wordOf(page.body['nextRecordsUrl']);
  expect(page.body).toMatchObject({ totalSize: 450, done: false });
  for (;;) {
    for (const record of page.body['records'] as unknown as { Subject: string }[]) seen.push(record.Subject);
    if (page.body['done'] as unknown as boolean) break;
    page = await signedIn.call('GET', wordOf(page.body['nextRecordsUrl']), undefined, options);
  }
  expect(seen).toHaveLength(450);
  expect(seen).toEqual([...new Set(seen)].sort().reverse());
  await signedIn.order('clock', { advanceMs: 16 * 60_000 });
  expect(await signedIn.call('GET', first)).toMatchObject({
    status: 400,
    body: [{ errorCode: 'INVALID_QUERY_LOCATOR' }],
  });
});

test('describe tells fields, limits, options and children', async () => {
  const { body } = await signedIn.call('GET', 'sobjects/Account/describe');
  const fields = body['fields'] as unknown as Record<string, unknown>[];
  expect(fields.find(({ name }) => name === 'Name')).toMatchObject({
    type: 'string',
    length: 255,
    nillable: false,
  });
  expect(body['childRelationships']).toContainEqual({
    cascadeDelete: true,
    childSObject: 'Contact',
    field: 'AccountId',
    relationshipName: 'Contacts',
    restrictedDelete: false,
  });
  const all = await signedIn.call('GET', 'sobjects');
  expect(all.body['sobjects']).toHaveLength(9);
});

test('a parent of several objects is shown by what all of them have, and by which it is', async () => {
  const made = async (object: string, record: object): Promise<string> =>
    wordOf((await signedIn.call('POST', `sobjects/${object}`, record)).body['id']);
  const account = await made('Account', { Name: 'Dahl' });
  const deal = { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2026-04-01', AccountId: account };
  await made('Task', { Subject: 'of one', WhatId: account });
  await made('Task', { Subject: 'of other', WhatId: await made('Opportunity', deal) });
  await made('Task', { Subject: 'of none' });
  const select = 'SELECT Subject, What.Name, What.Type FROM Task';
  const { body } = await ask(`${select} WHERE Subject LIKE 'of %' ORDER BY Subject`);
  expect(body['records']).toMatchObject([
    { Subject: 'of none', What: null },
    { Subject: 'of one', What: { attributes: { type: 'Name' }, Name: 'Dahl', Type: 'Account' } },
    { Subject: 'of other', What: { Name: 'Deal', Type: 'Opportunity' } },
  ]);
  const found = await ask(`${select} WHERE What.Type = 'Opportunity' AND What.Name LIKE 'D%'`);
  expect(found.body['records']).toMatchObject([{ Subject: 'of other' }]);
});
