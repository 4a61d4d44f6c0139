import { expect, test } from 'vitest';
import { wordOf } from '../reply.contract.ts';
import { openSignedIn, type SignedIn } from './signed-in.contract.ts';

/** Bodies and headers that the vendor's answers were seen to have, whole, each with where it was seen. */
const ext = { name: 'Ext__c', type: 'string', length: 20, unique: true, externalId: true };
const race = { name: 'Race__c', label: 'Race', type: 'picklist', values: ['A'], restricted: true };
const org = {
  objects: [{ name: 'Contact', fields: [ext, race] }],
  duplicateRules: [{ object: 'Contact', name: 'Same_Email', fields: ['Email'], allowSave: true }],
};
const contact = async (signedIn: SignedIn, fields: object) =>
  await signedIn.call('POST', 'sobjects/Contact', { LastName: 'X', ...fields });

// A live answer of a developer org, in a description of the API that was made from such answers.
// It has more names; storage and others are not counted here.
test('GET limits of a developer org, behind its first call', async () => {
  await using signedIn = await openSignedIn({ org: { edition: 'developer' } });
  const { body, headers } = await signedIn.call('GET', 'limits');
  expect(body).toEqual({
    DailyApiRequests: { Max: 15_000, Remaining: 14_999 },
    DailyBulkApiBatches: { Max: 15_000, Remaining: 15_000 },
    DailyBulkV2QueryJobs: { Max: 10_000, Remaining: 10_000 },
    DailyBulkV2QueryFileStorageMB: { Max: 976_562, Remaining: 976_562 },
  });
  expect(headers.get('sforce-limit-info')).toBe('api-usage=1/15000');
});

// The platform's limits and the error list name no other header: nobody is told how long to wait.
test('no answer has Retry-After or X-RateLimit, refused or not', async () => {
  await using signedIn = await openSignedIn({ org: { callsADay: 1 } });
  for (const status of [200, 403]) {
    const reply = await signedIn.call('GET', 'limits');
    expect(reply.status).toBe(status);
    const names = [...reply.headers.keys()];
    expect(names.filter((name) => /^(retry-after|x-ratelimit)/.test(name))).toEqual([]);
    expect(names).toContain('sforce-limit-info');
  }
});

// A public file quotes the body.
test('a value outside a restricted picklist', async () => {
  await using signedIn = await openSignedIn({ org });
  const { status, text } = await contact(signedIn, { Race__c: 'Z' });
  expect([status, text]).toEqual([
    400,
    '[{"message":"Race: bad value for restricted picklist field: Z","errorCode":"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST","fields":["Race__c"]}]',
  ]);
});

// Two public files quote it, with the vendor's own spelling of `duplicateResut`.
test('a duplicate, with every name the vendor gives it', async () => {
  await using signedIn = await openSignedIn({ org });
  const first = await contact(signedIn, { Email: 'x@example.com' });
  const { status, body } = await contact(signedIn, { Email: 'x@example.com' });
  expect([status, wordOf(body[0]?.['errorCode'])]).toEqual([400, 'DUPLICATES_DETECTED']);
  const found = body[0]?.['duplicateResut'];
  expect(Object.keys(found ?? {})).toEqual(
    expect.arrayContaining([
      'allowSave',
      'duplicateRule',
      'duplicateRuleEntityType',
      'errorMessage',
      'matchResults',
    ]),
  );
  expect(found?.['matchResults']?.[0]?.['matchRecords']?.[0]?.['record']?.['Id']).toBe(first.body['id']);
});

// Airbyte's source-salesforce tells both apart from other 400s by these words.
test('bulk jobs that cannot be: an object without bulk, a query that aggregates', async () => {
  await using signedIn = await openSignedIn({ org });
  const ingest = await signedIn.call('POST', 'jobs/ingest', { object: 'Nothing', operation: 'insert' });
  expect([ingest.status, ingest.body[0]]).toMatchObject([
    400,
    {
      errorCode: 'INVALIDENTITY',
      message: expect.stringContaining('is not supported by the Bulk API') as unknown,
    },
  ]);
  const query = { operation: 'query', query: 'SELECT COUNT(Id) FROM Contact' };
  const refused = await signedIn.call('POST', 'jobs/query', query);
  expect([refused.status, refused.body[0]]).toMatchObject([
    400,
    { errorCode: 'API_ERROR', message: expect.stringMatching(/^Implementation restriction/) as unknown },
  ]);
});

// The tests of the R client StevenMMortimer/salesforcer, which ask a live org, have code and message of Bulk API 2.0; Bulk API 1.0 says
// `FUNCTIONALITY_NOT_ENABLED` with the same message (jsforce/jsforce#380, forcedotcom/SFDX-Data-Move-Utility#156).
test('a bulk query for a compound field, which queries show whole, and for its parts', async () => {
  await using signedIn = await openSignedIn({ org });
  await contact(signedIn, { MailingCity: 'Lund', MailingStreet: 'Kyrkogatan 1' });
  const ask = async (fields: string) =>
    await signedIn.call('POST', 'jobs/query', {
      operation: 'query',
      query: `SELECT ${fields} FROM Contact`,
    });
  const refused = await ask('Id, MailingAddress');
  expect([refused.status, refused.text]).toEqual([
    400,
    '[{"message":"Selecting compound data not supported in Bulk Query","errorCode":"API_ERROR"}]',
  ]);
  expect((await ask('Id, MailingStreet, MailingCity')).status).toBe(200);
  const soql = encodeURIComponent('SELECT MailingAddress, OtherAddress FROM Contact');
  const { body } = await signedIn.call('GET', `query?q=${soql}`);
  expect(body['records']).toMatchObject([
    {
      MailingAddress: {
        city: 'Lund',
        country: null,
        geocodeAccuracy: null,
        latitude: null,
        longitude: null,
        postalCode: null,
        state: null,
        street: 'Kyrkogatan 1',
      },
      OtherAddress: null,
    },
  ]);
});

// A public test of a client quotes status, code, text and empty fields; the same text, with the lines of the stack below it, in
// SalesforceFoundation/NPSP#2914 and SFDO-Community/declarative-lookup-rollup-summaries#1545.
test("a trigger's code that failed, with where it stood", async () => {
  const at = ['Class.AuditHandler.run: line 10, column 1'];
  const trigger = { object: 'Contact', name: 'Audit_Trigger', field: 'Title', matches: '^X', at };
  await using signedIn = await openSignedIn({ org: { ...org, triggers: [trigger] } });
  const { status, body } = await contact(signedIn, { Title: 'X' });
  expect([status, body]).toEqual([
    400,
    [
      {
        message:
          'Audit_Trigger: execution of BeforeInsert\n\ncaused by: System.NullPointerException: Attempt to de-reference a null object\n\nClass.AuditHandler.run: line 10, column 1\nTrigger.Audit_Trigger: line 3, column 1',
        errorCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
        fields: [],
      },
    ],
  ]);
  expect((await contact(signedIn, { Title: 'Y' })).status).toBe(201);
});

// Notes of two public projects quote code and text as live orgs gave them; forcedotcom's own debugger has the text as well.
test('a record of an object that may not be created', async () => {
  const closed = [{ name: 'Contact', createable: false, fields: [ext] }];
  await using signedIn = await openSignedIn({ org: { objects: closed } });
  const { status, body } = await contact(signedIn, {});
  expect([status, body[0]]).toMatchObject([
    400,
    {
      message: 'entity type cannot be inserted: Contact',
      errorCode: 'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
    },
  ]);
});

// Public files quote the first; Airbyte's source-salesforce saw 420 and 406 and tries them again, and has the body of the 400 in its tests.
test.each([
  [
    403,
    '[{"message":"ConcurrentPerOrgLongTxn Limit exceeded.","errorCode":"REQUEST_LIMIT_EXCEEDED"}]',
    'application/json',
  ],
  [420, '', 'text/plain'],
  [406, '', 'text/plain'],
  [
    400,
    `[{"errorCode":"TXN_SECURITY_METERING_ERROR","message":"We can't complete the action because enabled transaction security policies took too long to complete."}]`,
    'application/json',
  ],
])('%d as it was seen on the wire, by the fault script', async (status, body, type) => {
  const fault = { kind: 'refuse', status, body, headers: { 'Content-Type': type }, times: 1 };
  await using signedIn = await openSignedIn({ org, faults: { faults: [{ ...fault, path: 'sobjects' }] } });
  const reply = await contact(signedIn, {});
  expect([reply.status, reply.text]).toEqual([status, body]);
  expect((await contact(signedIn, {})).status).toBe(201);
});

/** An upload of accounts, begun and worked on to its end. */
async function worked(signedIn: SignedIn, csv: string): Promise<string> {
  const job = { object: 'Contact', operation: 'upsert', externalIdFieldName: 'Ext__c' };
  const made = await signedIn.call('POST', 'jobs/ingest', job);
  const path = `jobs/ingest/${wordOf(made.body['id'])}`;
  await signedIn.call('PUT', `${path}/batches`, csv, { 'content-type': 'text/csv' });
  await signedIn.call('PATCH', path, { state: 'UploadComplete' });
  for (let state = ''; state !== 'JobComplete'; await new Promise((resolve) => setTimeout(resolve, 20)))
    state = wordOf((await signedIn.call('GET', path)).body['state']);
  return path;
}

// A public test of a command line shows a live job of version 61, whole; its times and ids are its own.
test('a bulk job that is done, with every name the vendor gives it', async () => {
  await using signedIn = await openSignedIn({ org: { ...org, bulk: { queueMs: 0, recordMs: 0 } } });
  const { body } = await signedIn.call('GET', await worked(signedIn, 'Ext__c,LastName\n1,A\n2,B\n'));
  expect(Object.keys(body)).toEqual([
    'id',
    'operation',
    'object',
    'createdById',
    'createdDate',
    'systemModstamp',
    'state',
    'externalIdFieldName',
    'concurrencyMode',
    'contentType',
    'apiVersion',
    'jobType',
    'lineEnding',
    'columnDelimiter',
    'numberRecordsProcessed',
    'numberRecordsFailed',
    'retries',
    'totalProcessingTime',
    'apiActiveProcessingTime',
    'apexProcessingTime',
    'isPkChunkingSupported',
  ]);
  expect(body).toMatchObject({
    state: 'JobComplete',
    contentType: 'CSV',
    jobType: 'V2Ingest',
    lineEnding: 'LF',
  });
});

// Public clients quote both headers, and that a value of a failed line may stand behind its error as it was sent.
test('results of a bulk job, by the headers the vendor gives them', async () => {
  await using signedIn = await openSignedIn({ org: { ...org, bulk: { queueMs: 0, recordMs: 0 } } });
  const path = await worked(signedIn, 'Ext__c,LastName\n1,A\n2,\n');
  const first = async (which: string) => (await signedIn.call('GET', `${path}/${which}`)).text.split('\n')[0];
  expect(await first('successfulResults')).toBe('"sf__Id","sf__Created","Ext__c","LastName"');
  expect(await first('failedResults')).toBe('"sf__Id","sf__Error","Ext__c","LastName"');
  expect(await first('unprocessedrecords')).toBe('"Ext__c","LastName"');
});

// A public connector's documentation quotes the message of a day whose batches are used up.
test('a bulk job more than the batches of the day allow', async () => {
  const bulk = { queueMs: 0, recordMs: 0, batchesADay: 1 };
  await using signedIn = await openSignedIn({ org: { ...org, bulk } });
  await worked(signedIn, 'Ext__c,LastName\n1,A\n');
  const { status, body } = await signedIn.call('POST', 'jobs/ingest', {
    object: 'Contact',
    operation: 'insert',
  });
  expect([status, wordOf(body[0]?.['message'])]).toEqual([
    400,
    'ExceededQuota : ApiBatchItems Limit exceeded.',
  ]);
  const limits = await signedIn.call('GET', 'limits');
  expect(limits.body['DailyBulkApiBatches']).toEqual({ Max: 15_000, Remaining: 14_999 });
});
