import type { Connection } from 'jsforce';
import { afterEach, expect, test, vi } from 'vitest';
import { openWire } from '../../connectors/http/index.ts';
import { jsforce } from './jsforce.contract.ts';
import { openSignedIn, type SignedIn } from './signed-in.contract.ts';

/** jsforce, the client most use, walks journeys through the practice Salesforce; where the two disagree, the practice one is wrong. */
const ext = { name: 'Ext__c', type: 'string', length: 20, unique: true, externalId: true };
const org = {
  bulk: { queueMs: 1_000, recordMs: 1 },
  objects: [{ name: 'Account', fields: [ext] }],
};
const oauth2 = ({ url }: SignedIn) => ({
  loginUrl: url,
  clientId: 'practice',
  clientSecret: 'practice-secret',
});
const connect = (signedIn: SignedIn, options: object = {}) =>
  new jsforce.Connection({
    instanceUrl: signedIn.url,
    accessToken: signedIn.token,
    version: '62.0',
    ...options,
  });
const accounts = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => ({ Name: `A${from + at}`, Ext__c: `${from + at}` }));
/** The client's types say `errorCode`; collections have `statusCode`, which the client hands on as it came. */
const codeOf = ({ errors }: { readonly errors: readonly object[] }) =>
  errors.map((error) => (error as { statusCode?: string }).statusCode)[0];
const countOf = async (connection: Connection) =>
  (await connection.query('SELECT COUNT() FROM Account')).totalSize;

afterEach(() => {
  vi.restoreAllMocks();
});

test('the client leaves the fetch of Node.js as it was: test files behind this one open wires', async () => {
  const wire = await openWire({ connectMs: 1_000, headBytesMax: 1_024 });
  await wire[Symbol.asyncDispose]();
});

test('sign-in: client credentials; a wrong secret is told by its name', async () => {
  await using signedIn = await openSignedIn({ org });
  const connection = new jsforce.Connection({ oauth2: oauth2(signedIn), version: '62.0' });
  const user = await connection.authorize({ grant_type: 'client_credentials' });
  expect(user).toMatchObject({ id: expect.stringMatching(/^005\w{15}$/) as unknown });
  expect(connection.instanceUrl).toBe(signedIn.url);
  await connection.query('SELECT Id FROM Account');
  expect(connection.limitInfo.apiUsage).toMatchObject({ used: 1, limit: 110_000 });
  const wrong = new jsforce.Connection({ oauth2: { ...oauth2(signedIn), clientSecret: 'x' } });
  await expect(wrong.authorize({ grant_type: 'client_credentials' })).rejects.toMatchObject({
    name: 'invalid_client',
  });
});

test('sign-in: the client refreshes a session that ended, once, and repeats the call', async () => {
  await using signedIn = await openSignedIn({ org });
  const connection = connect(signedIn, {
    oauth2: oauth2(signedIn),
    refreshToken: 'practice-refresh-token',
  });
  let refreshed = 0;
  connection.on('refresh', () => {
    refreshed += 1;
  });
  await connection.sobject('Account').create({ Name: 'A' });
  await signedIn.order('expire-sessions');
  expect(await countOf(connection)).toBe(1);
  await connection.oauth2.revokeToken(connection.accessToken ?? '');
  expect(await countOf(connection)).toBe(1);
  expect(refreshed).toBe(2);
});

test('sign-in: a token without the scope is refused, and the client does not refresh for ever', async () => {
  const client = { id: 'practice', secret: 'practice-secret', refreshToken: 'practice-refresh-token' };
  const clients = [{ ...client, user: 'practice@example.com', scopes: ['id'] }];
  await using signedIn = await openSignedIn({ org: { ...org, clients } });
  const connection = connect(signedIn, {
    oauth2: oauth2(signedIn),
    refreshToken: 'practice-refresh-token',
  });
  await expect(countOf(connection)).rejects.toMatchObject({ errorCode: 'INVALID_SESSION_ID' });
});

test('a query is read to its end, each record once: by the client itself and page by page', async () => {
  await using signedIn = await openSignedIn({ org });
  const connection = connect(signedIn);
  await connection.sobject('Account').create(accounts(450), { allowRecursive: true });
  const soql = 'SELECT Id, Ext__c FROM Account ORDER BY Ext__c';
  const headers = { 'Sforce-Query-Options': 'batchSize=200' };
  const all = await connection.query(soql, { autoFetch: true, maxFetch: 10_000, headers });
  expect(new Set(all.records.map((record) => record['Ext__c'])).size).toBe(450);
  const whole = {
    maxFetch: 10_000,
    autoFetch: false,
    scanAll: false,
    responseTarget: 'QueryResult',
  } as const;
  const sizes: number[] = [];
  let page = await connection.query(soql, { headers });
  const seen = page.records.map(({ Id }) => Id);
  sizes.push(page.records.length);
  while (!page.done) {
    page = await connection.queryMore(page.nextRecordsUrl ?? '', { ...whole, headers });
    seen.push(...page.records.map(({ Id }) => Id));
    sizes.push(page.records.length);
  }
  expect(sizes).toEqual([200, 200, 50]);
  expect(seen).toEqual(all.records.map(({ Id }) => Id));
});

test('collections with partial failure: each record stands or falls alone, or all together', async () => {
  await using signedIn = await openSignedIn({ org });
  const connection = connect(signedIn);
  const object = connection.sobject('Account');
  const made = await object.create([
    { Name: 'A', Ext__c: '1' },
    { Name: 'B', Ext__c: '1' },
    { Ext__c: '2' },
    { Name: 'D', Ext__c: '3' },
  ]);
  expect(made.map(({ success }) => success)).toEqual([true, false, false, true]);
  expect(made.map(codeOf)).toEqual([undefined, 'DUPLICATE_VALUE', 'REQUIRED_FIELD_MISSING', undefined]);
  const ids = made.flatMap((one) => (one.success ? [one.id] : []));
  const together = await object.update(
    [
      { Id: ids[0] ?? '', Name: 'AA' },
      { Id: ids[1] ?? '', Ext__c: '1' },
    ],
    { allOrNone: true },
  );
  expect(together.map(codeOf)).toEqual(['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'DUPLICATE_VALUE']);
  const read = await object.retrieve([...ids, '001000000000000AAA'], { fields: ['Name'] });
  expect(read.map((record) => (record as { Name?: string } | null)?.Name)).toEqual(['A', 'D', undefined]);
  const gone = await object.destroy([...ids, ids[0] ?? '']);
  expect(gone.map(({ success }) => success)).toEqual([true, true, false]);
});

test('an upsert by external id, one and many, says what is new', async () => {
  await using signedIn = await openSignedIn({ org });
  const object = connect(signedIn).sobject('Account');
  const first = await object.upsert({ Name: 'A', Ext__c: '1' }, 'Ext__c');
  const again = await object.upsert({ Name: 'AA', Ext__c: '1' }, 'Ext__c');
  expect([first, again]).toMatchObject([
    { success: true, created: true },
    { success: true, created: false },
  ]);
  const many = await object
    .upsert(
      [
        { Name: 'AAA', Ext__c: '1' },
        { Name: 'B', Ext__c: '2' },
        { Name: 'C', Ext__c: '3', NumberOfEmployees: 'many' },
      ],
      'Ext__c',
      { allOrNone: false },
    )
    .catch((error: unknown) => error);
  expect(many).toMatchObject({ errorCode: 'JSON_PARSER_ERROR' });
  const two = await object.upsert(
    [
      { Name: 'AAA', Ext__c: '1' },
      { Name: 'B', Ext__c: '2' },
    ],
    'Ext__c',
    { allOrNone: false },
  );
  expect(two).toMatchObject([
    { success: true, created: false },
    { success: true, created: true },
  ]);
  expect(await object.findOne({ Ext__c: '1' }, ['Name'])).toMatchObject({ Name: 'AAA' });
});

test('throttled: 403 with its code, which the client does not repeat; used calls in limitInfo', async () => {
  await using signedIn = await openSignedIn({ org: { ...org, callsADay: 2 } });
  const connection = connect(signedIn);
  await countOf(connection);
  await countOf(connection);
  expect(connection.limitInfo.apiUsage).toEqual({ used: 2, limit: 2 });
  await expect(countOf(connection)).rejects.toMatchObject({
    errorCode: 'REQUEST_LIMIT_EXCEEDED',
    message: 'TotalRequests Limit exceeded.',
  });
});

test.each([
  [503, 2],
  [420, 2],
])('a storm of %d: the client reads again by itself, and writes no second time', async (status, length) => {
  const storm = { kind: 'refuse', status, length, times: length };
  const faults = [
    { ...storm, method: 'GET' },
    { ...storm, method: 'POST', path: 'sobjects' },
  ];
  await using signedIn = await openSignedIn({ org, faults: { faults } });
  // The client waits for half a second and more; here it does not.
  const real = globalThis.setTimeout;
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((done: () => void, ms = 0) =>
    real(done, [500, 1_000, 2_000].includes(ms) ? 0 : ms),
  );
  const connection = connect(signedIn);
  expect(await countOf(connection)).toBe(0);
  await expect(connection.sobject('Account').create({ Name: 'A' })).rejects.toMatchObject({
    errorCode: `ERROR_HTTP_${status}`,
  });
  expect(await countOf(connection)).toBe(0);
});

test('composite: later calls take the ids of earlier ones; all or none', async () => {
  await using signedIn = await openSignedIn({ org });
  const connection = connect(signedIn);
  const below = '/services/data/v62.0/sobjects';
  const calls = (lastName: object) => ({
    allOrNone: true,
    compositeRequest: [
      { method: 'POST', url: `${below}/Account`, referenceId: 'a', body: { Name: 'A', Ext__c: '1' } },
      {
        method: 'POST',
        url: `${below}/Contact`,
        referenceId: 'c',
        body: { ...lastName, AccountId: '@{a.id}' },
      },
    ],
  });
  const send = async (body: object) =>
    (await connection.requestPost('/composite', body)) as {
      compositeResponse: { httpStatusCode: number }[];
    };
  const failed = await send(calls({}));
  expect(failed.compositeResponse.map(({ httpStatusCode }) => httpStatusCode)).toEqual([400, 400]);
  expect(await countOf(connection)).toBe(0);
  const done = await send(calls({ LastName: 'L' }));
  expect(done.compositeResponse.map(({ httpStatusCode }) => httpStatusCode)).toEqual([201, 201]);
  const found = await connection.query('SELECT Account.Name FROM Contact');
  expect(found.records).toMatchObject([{ Account: { Name: 'A' } }]);
});

test('bulk 2.0 ingest: records go up, what was refused comes back with its reason', async () => {
  await using signedIn = await openSignedIn({ org, speed: 1_000 });
  const connection = connect(signedIn);
  connection.bulk2.pollInterval = 10;
  const input = [...accounts(300), { Name: 'twice', Ext__c: '7' }, { Name: '', Ext__c: '900' }];
  const results = await connection.bulk2.loadAndWaitForResults({
    object: 'Account',
    operation: 'insert',
    input,
  });
  expect(results.successfulResults).toHaveLength(300);
  expect(results.successfulResults[0]).toMatchObject({ sf__Created: 'true', Name: 'A0' });
  expect(results.failedResults.map((one) => one['sf__Error'].split(':')[0])).toEqual([
    'DUPLICATE_VALUE',
    'REQUIRED_FIELD_MISSING',
  ]);
  expect(results.unprocessedRecords).toEqual([]);
  expect(await countOf(connection)).toBe(300);
  const upserted = await connection.bulk2.loadAndWaitForResults({
    object: 'Account',
    operation: 'upsert',
    externalIdFieldName: 'Ext__c',
    input: 'Ext__c,Name\n1,AA\n1000,B\n',
  });
  expect(upserted.successfulResults.map((one) => one['sf__Created'])).toEqual(['false', 'true']);
});

test('bulk 2.0 query: the whole answer, through its locators', async () => {
  await using signedIn = await openSignedIn({ org, speed: 1_000 });
  const connection = connect(signedIn);
  await connection.sobject('Account').create(accounts(400), { allowRecursive: true });
  connection.bulk2.pollInterval = 10;
  const stream = await connection.bulk2.query('SELECT Id, Ext__c FROM Account');
  const records = (await stream.toArray()) as unknown as { Ext__c: string }[];
  expect(new Set(records.map((record) => record.Ext__c)).size).toBe(400);
  await expect(connection.bulk2.query('SELECT Nothing__c FROM Account')).rejects.toMatchObject({
    errorCode: expect.stringMatching(/^INVALID_FIELD|API_ERROR|MALFORMED_QUERY$/) as unknown,
  });
});

test('an object is described, its calls of the day are told, its changes since then are listed', async () => {
  await using signedIn = await openSignedIn({ org, start: '2026-03-10T12:00:00.000Z' });
  const connection = connect(signedIn);
  const described = await connection.describe('Account');
  expect(described.fields.find(({ name }) => name === 'Ext__c')).toMatchObject({
    type: 'string',
    length: 20,
    unique: true,
    externalId: true,
    createable: true,
  });
  const { sobjects } = await connection.describeGlobal();
  expect(sobjects.map(({ name }) => name)).toContain('Contact');
  expect((await connection.limits())['DailyApiRequests']).toMatchObject({ Max: 110_000 });
  const made = await connection.sobject('Account').create({ Name: 'A' });
  const day = ['2026-03-10T00:00:00Z', '2026-03-11T00:00:00Z'] as const;
  expect((await connection.sobject('Account').updated(...day)).ids).toEqual([made.id]);
  await connection.sobject('Account').destroy(made.id ?? '');
  expect((await connection.sobject('Account').deleted(...day)).deletedRecords).toMatchObject([
    { id: made.id },
  ]);
});
