import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Reply, wordOf } from '../reply.contract.ts';
import { openSignedIn, type SignedIn } from './signed-in.contract.ts';

const org = {
  bulk: { queueMs: 1_000, recordMs: 1 },
  objects: [
    {
      name: 'Account',
      fields: [{ name: 'Ext__c', type: 'string', length: 20, unique: true, externalId: true }],
    },
  ],
};
const open = async (options: object = {}) => await openSignedIn({ org, speed: 1_000, ...options });

async function begin(signedIn: SignedIn, job: object, csv: string): Promise<string> {
  const made = await signedIn.call('POST', 'jobs/ingest', { contentType: 'CSV', lineEnding: 'LF', ...job });
  expect(made).toMatchObject({ status: 200, body: { state: 'Open', jobType: 'V2Ingest', apiVersion: 62 } });
  const put = await signedIn.call('PUT', `/${wordOf(made.body['contentUrl'])}`, csv, {
    'content-type': 'text/csv',
  });
  expect(put.status).toBe(201);
  return wordOf(made.body['id']);
}

async function finish(signedIn: SignedIn, path: string): Promise<Reply> {
  for (;;) {
    const reply = await signedIn.call('GET', path);
    if (!['UploadComplete', 'InProgress', 'Open'].includes(wordOf(reply.body['state']))) return reply;
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

async function ingest(signedIn: SignedIn, job: object, csv: string): Promise<{ id: string; info: Reply }> {
  const id = await begin(signedIn, job, csv);
  await signedIn.call('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' });
  return { id, info: await finish(signedIn, `jobs/ingest/${id}`) };
}

const results = async (signedIn: SignedIn, id: string, which: string) =>
  (await signedIn.call('GET', `jobs/ingest/${id}/${which}`)).text.trim().split('\n');

test('lines are added one by one; what was refused comes back with its reason', async () => {
  await using signedIn = await open();
  const csv = 'Name,NumberOfEmployees,Ext__c\nA,5,1\n,6,2\n"C, ""c""",x,3\nD,,1\nE,#N/A,\n';
  const { id, info } = await ingest(signedIn, { object: 'Account', operation: 'insert' }, csv);
  expect(info.body).toMatchObject({
    state: 'JobComplete',
    numberRecordsProcessed: 5,
    numberRecordsFailed: 3,
  });
  const done = await results(signedIn, id, 'successfulResults');
  expect(done[0]).toBe('"sf__Id","sf__Created","Name","NumberOfEmployees","Ext__c"');
  expect(done.slice(1).map((line) => line.replace(/^"001\w{15}"/, 'id'))).toEqual([
    'id,"true","A","5","1"',
    'id,"true","E","#N/A",""',
  ]);
  const failed = await results(signedIn, id, 'failedResults');
  expect(failed).toEqual([
    '"sf__Id","sf__Error","Name","NumberOfEmployees","Ext__c"',
    '"","REQUIRED_FIELD_MISSING:Required fields are missing: [Name]:Name --","","6","2"',
    expect.stringContaining('INVALID_TYPE_ON_FIELD_IN_RECORD'),
    expect.stringContaining('DUPLICATE_VALUE:duplicate value found: Ext__c'),
  ]);
  expect(await results(signedIn, id, 'unprocessedrecords')).toEqual(['"Name","NumberOfEmployees","Ext__c"']);
});

test('a job waits, works and is done in the time of the practice world', async () => {
  await using signedIn = await open({ speed: 200 });
  const id = await begin(
    signedIn,
    { object: 'Account', operation: 'insert' },
    `Name\n${'A\n'.repeat(1_000)}`,
  );
  expect((await signedIn.call('GET', `jobs/ingest/${id}`)).body['state']).toBe('Open');
  const closed = await signedIn.call('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' });
  expect(closed.body['state']).toBe('UploadComplete');
  const { body } = await finish(signedIn, `jobs/ingest/${id}`);
  expect(body).toMatchObject({ state: 'JobComplete', numberRecordsProcessed: 1_000 });
  expect(Number(body['totalProcessingTime'])).toBeGreaterThanOrEqual(2_000);
});

test('an upsert by external id adds and changes; parents are named by theirs', async () => {
  await using signedIn = await open();
  const job = { object: 'Account', operation: 'upsert', externalIdFieldName: 'Ext__c' };
  await ingest(signedIn, job, 'Ext__c,Name\n1,A\n2,B\n');
  const { id } = await ingest(signedIn, job, 'Ext__c,Name\n2,BB\n3,C\n');
  expect((await results(signedIn, id, 'successfulResults')).map((line) => line.slice(21))).toEqual(
    ['reated","Ext__c","Name"', '"false","2","BB"', '"true","3","C"'].map((line, at) =>
      at === 0 ? expect.any(String) : line,
    ),
  );
  const children = { object: 'Contact', operation: 'insert', columnDelimiter: 'PIPE' };
  const made = await ingest(signedIn, children, 'LastName|Account.Ext__c\nX|3\nY|9\n');
  expect(made.info.body).toMatchObject({ numberRecordsProcessed: 2, numberRecordsFailed: 1 });
  const found = await signedIn.call('GET', 'query?q=SELECT Account.Name FROM Contact');
  expect(found.body['records']).toMatchObject([{ Account: { Name: 'C' } }]);
});

test('an empty value leaves a field as it is, #N/A empties it', async () => {
  await using signedIn = await open();
  const job = { object: 'Account', operation: 'upsert', externalIdFieldName: 'Ext__c' };
  await ingest(signedIn, job, 'Ext__c,Name,Site\n1,A,S\n2,B,S\n');
  await ingest(signedIn, job, 'Ext__c,Name,Site\n1,AA,\n2,BB,#N/A\n');
  const { body } = await signedIn.call('GET', 'query?q=SELECT Name, Site FROM Account ORDER BY Name');
  expect(body['records']).toMatchObject([
    { Name: 'AA', Site: 'S' },
    { Name: 'BB', Site: null },
  ]);
});

test('a column nobody knows, and a quote that never ends, fail the job as a whole', async () => {
  await using signedIn = await open();
  for (const csv of ['Name,Nothing__c\nA,1\n', 'Name\n"A\n', 'Name,Site\nA\n']) {
    const { info } = await ingest(signedIn, { object: 'Account', operation: 'insert' }, csv);
    expect(info.body).toMatchObject({
      state: 'Failed',
      errorMessage: expect.stringContaining('InvalidBatch : '),
    });
  }
  expect((await signedIn.call('GET', 'query?q=SELECT COUNT() FROM Account')).body['totalSize']).toBe(0);
});

test('jobs that cannot be are refused: objects, keys, states, a second upload', async () => {
  await using signedIn = await open();
  const post = async (job: object) => {
    const { status, body } = await signedIn.call('POST', 'jobs/ingest', job);
    return `${status} ${wordOf(body[0]?.['errorCode'])}`;
  };
  expect(await post({ object: 'Nothing', operation: 'insert' })).toBe('400 INVALIDENTITY');
  expect(await post({ object: 'Account', operation: 'upsert', externalIdFieldName: 'Name' })).toBe(
    '400 INVALIDJOB',
  );
  expect(await post({ object: 'Account', operation: 'merge' })).toBe('400 JSON_PARSER_ERROR');
  expect(await post({ object: 'Account', operation: 'insert', priority: 1 })).toBe('400 JSON_PARSER_ERROR');
  const id = await begin(signedIn, { object: 'Account', operation: 'insert' }, 'Name\nA\n');
  const again = await signedIn.call('PUT', `jobs/ingest/${id}/batches`, 'Name\nB\n', {
    'content-type': 'text/csv',
  });
  expect(again.status).toBe(400);
  const aborted = await signedIn.call('PATCH', `jobs/ingest/${id}`, { state: 'Aborted' });
  expect(aborted.body['state']).toBe('Aborted');
  expect((await signedIn.call('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' })).status).toBe(400);
  expect((await signedIn.call('DELETE', `jobs/ingest/${id}`)).status).toBe(204);
  expect((await signedIn.call('GET', `jobs/ingest/${id}`)).status).toBe(404);
});

// Get Results for a Query Job: the names of the headers and of the query.
test('a query gives its result in sets that follow each other by their locator', async () => {
  await using signedIn = await open();
  const names = Array.from({ length: 25 }, (_, at) => `n${String(at).padStart(2, '0')}`);
  await ingest(signedIn, { object: 'Account', operation: 'insert' }, `Name\n${names.join('\n')}\n`);
  const query = 'SELECT Name, Owner.Username FROM Account ORDER BY Name';
  const made = await signedIn.call('POST', 'jobs/query', { operation: 'query', query });
  const path = `jobs/query/${wordOf(made.body['id'])}`;
  expect((await finish(signedIn, path)).body).toMatchObject({
    state: 'JobComplete',
    numberRecordsProcessed: 25,
  });
  const seen: string[] = [];
  for (let locator = ''; locator !== 'null'; ) {
    const { text, headers } = await signedIn.call(
      'GET',
      `${path}/results?maxRecords=10${locator === '' ? '' : `&locator=${locator}`}`,
    );
    const [header, ...lines] = text.trim().split('\n');
    expect(header).toBe('"Name","Owner.Username"');
    expect(headers.get('sforce-numberofrecords')).toBe(String(lines.length));
    seen.push(...lines);
    locator = headers.get('sforce-locator') ?? 'null';
  }
  expect(seen).toEqual(names.map((name) => `"${name}","practice@example.com"`));
  const { body } = await signedIn.call('GET', 'limits');
  expect(body['DailyBulkV2QueryJobs']).toEqual({ Max: 10_000, Remaining: 9_999 });
});

test('what waited, and what was half done, goes on after a restart; no line twice', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-practice-'));
  const state = join(folder, 'state.sqlite');
  try {
    let id = '';
    {
      await using first = await open({ state, speed: 20 });
      id = await begin(first, { object: 'Account', operation: 'insert' }, `Name\n${'A\n'.repeat(2_000)}`);
      await first.call('PATCH', `jobs/ingest/${id}`, { state: 'UploadComplete' });
      while (Number((await first.call('GET', `jobs/ingest/${id}`)).body['numberRecordsProcessed']) === 0);
    }
    await using again = await open({ state });
    const { body } = await finish(again, `jobs/ingest/${id}`);
    expect(body).toMatchObject({
      state: 'JobComplete',
      numberRecordsProcessed: 2_000,
      numberRecordsFailed: 0,
    });
    expect((await again.call('GET', 'query?q=SELECT COUNT() FROM Account')).body['totalSize']).toBe(2_000);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
