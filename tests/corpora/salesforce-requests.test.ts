import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { type OpenSystem, type SalesforceAddress, salesforce } from '../../src/connectors/index.ts';
import type { OpenContext } from '../../src/connectors/port.ts';
import { JobGivenUp, readByJob } from '../../src/connectors/salesforce/bulk-query.ts';
import { OrgApi } from '../../src/connectors/salesforce/org-api.ts';
import { removeFile } from '../../src/connectors/salesforce/remove-files.ts';
import {
  type Log,
  PracticeClock,
  sealFromKey,
  silentLog,
  systemClock,
  systemRandom,
} from '../../src/host/index.ts';
import { findRelation, type Relation, type Row, recordKey, Secret } from '../../src/model/index.ts';
import { openPracticeSalesforce } from '../../src/practice/index.ts';
import {
  against,
  isOf,
  kindsOfCalls,
  nameOf,
  notCovered,
  readCollection,
  readRequest,
} from './described-requests.ts';
import { type RecordedRequest, recordBefore } from './recorded-requests.ts';

/** What the connector asks of an org, held against the vendor's own collection of requests (forcedotcom/postman-salesforce-apis, CC0). */
const collection = 'specs/salesforce/postman-cc0-2021-01';
const found = [
  resolve(import.meta.dirname, '../../../shared'),
  resolve(import.meta.dirname, '../../../../shared'),
]
  .map((place) => join(place, collection))
  .find((place) => existsSync(place));
if (found === undefined) process.stdout.write(`skipped: ${collection} not found in ../shared\n`);

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const app = {
  id: 'practice',
  secret: 'practice-secret',
  refreshToken: 'practice-refresh-token',
  user: 'practice@example.com',
  scopes: ['api', 'refresh_token'],
};
const secret = new Secret(app.secret);
const key = new Secret(String(keys.privateKey.export({ type: 'pkcs8', format: 'pem' })));
const refreshed = {
  by: 'refresh-token',
  clientId: app.id,
  secret,
  token: new Secret(app.refreshToken),
} as const;
const signed = {
  by: 'jwt',
  clientId: app.id,
  user: app.user,
  audience: 'https://login.salesforce.com',
  key,
} as const;

/** Looks at a job are seconds apart: here they pass sooner. */
const clock = new PracticeClock(systemClock, Date.now(), 20);
const legacy = { name: 'Legacy__c', type: 'string', length: 20, unique: true, externalId: true };

test.skipIf(found === undefined)('every request is one that the vendor describes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-requests-'));
  const org = {
    callsADay: 600,
    bulk: { queueMs: 0, recordMs: 0 },
    objects: [
      { name: 'Account', fields: [legacy] },
      { name: 'ContentVersion', fields: [legacy] },
    ],
    clients: [{ ...app, publicKey: String(keys.publicKey.export({ type: 'spki', format: 'pem' })) }],
  };
  await using practice = await openPracticeSalesforce({ state: ':memory:', org });
  await using recorder = await recordBefore(practice.url);
  const address: SalesforceAddress = {
    instance: recorder.url,
    login: null,
    signIn: { by: 'client-credentials', clientId: 'practice', secret },
    version: '62.0',
    objects: ['Account', 'ContentDocumentLink', 'ContentVersion'],
    share: 1,
    quotas: ':memory:',
    journal: join(folder, 'written.sqlite'),
  };
  const sent = new Set<string>();
  const context = { name: 'org', clock, random: systemRandom, log: labelsInto(sent) };
  const { signal } = new AbortController();
  const seal = sealFromKey(systemRandom.bytes(32));
  {
    await using target = await salesforce.open(address, { ...context, role: 'target', seal, signal });
    await target.check();
    await write(target, 0, 300);
    await write(target, 1, 2_100);
    await writeFiles(target);
    for (const name of ['Account', 'ContentVersion', 'ContentDocumentLink']) await readAll(target, name);
    await lookAround(target);
    const [file = ''] = await columnOf(target, 'ContentVersion', 'Id');
    const around = { ...context, role: 'source', seal: null, signal } as const;
    await beside({ url: practice.url, org, file }, address, around);
    for (const [name, slice] of written) await takeBack(target, name, slice);
  }
  const asSource = { ...context, role: 'source', seal: null, signal } as const;
  for (const signIn of [refreshed, signed]) {
    await using source = await salesforce.open({ ...address, signIn }, asSource);
    await source.fingerprint();
  }
  const names = [...new Set(recorder.requests.map(nameOf))].sort();
  for (const one of [
    'PUT jobs/ingest/{}/batches',
    'POST sobjects/{}',
    'GET sobjects/{}/{}/VersionData',
    'POST jobs/query columnDelimiter contentType lineEnding operation query',
    'GET jobs/query/{}',
    'GET jobs/query/{}/results ?maxRecords',
    'GET jobs/query/{}/results ?locator ?maxRecords',
    'PATCH jobs/query/{} state',
    'DELETE jobs/query/{}',
  ])
    expect(names).toContain(one.replace(' ', ' /services/data/v62.0/'));
  expect(names).toContain('POST /services/oauth2/token assertion grant_type');
  expect(against(recorder.requests, readCollection(found ?? ''))).toEqual([]);
  // What is said not to be covered is sent, or the list says too much.
  expect(Object.keys(notCovered).filter((name) => !names.includes(name))).toEqual([]);
  // Whatever the connector can send was sent, and so is compared, or named above with its reason.
  expect(kindsOfCalls().filter((kind) => ![...sent].some(isOf(kind)))).toEqual([]);
  expect([...sent].filter((label) => !kindsOfCalls().some((kind) => isOf(kind)(label)))).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

test('what the collection does not describe is told', () => {
  const request = (more: Partial<RecordedRequest>): RecordedRequest => ({
    method: 'POST',
    path: '/services/data/v62.0/jobs/ingest',
    query: [],
    contentType: 'application/json',
    body: { object: 'string', operation: 'string' },
    ...more,
  });
  const text = JSON.stringify({
    method: 'POST',
    url: '{{_endpoint}}/services/data/v{{version}}/jobs/ingest',
    rawModeData: '{"object":"Asset","operation":"update"}',
    headerData: [{ key: 'Content-Type', value: 'application/json' }],
  });
  const described = [readRequest('bulk_v2/create_job.json', text)];
  expect(against([request({})], described)).toEqual([]);
  for (const wrong of [
    request({ method: 'PUT' }),
    request({ path: '/services/data/v62.0/jobs/ingests' }),
    request({ query: ['fast'] }),
    request({ contentType: 'text/csv' }),
    request({ body: { object: 'string' } }),
    request({ body: { object: 'string', operation: 'list' } }),
    request({ body: { object: 'string', operation: 'string', priority: 'number' } }),
  ])
    expect(against([wrong], described).length).toBe(1);
});

const labelsInto = (labels: Set<string>): Log => ({
  ...silentLog,
  debug: (message, details = {}) => {
    if (message === 'call') labels.add(String(details['label']));
  },
});

/** What is asked beside reading and writing. */
async function lookAround(system: OpenSystem): Promise<void> {
  await system.watches?.read(new Set(['api-calls']));
  await system.inspects.lookAgain?.('Account');
  const owner = { field: 'OwnerId', constants: ['005000000000001AAA'], lookedUp: [] };
  await system.inspects.foresees?.([
    { object: 'accounts', relation: 'Account', mode: 'append', fields: [owner] },
  ]);
  await using snapshot = await system.reads.snapshot();
  const account = await relationOf(system, 'Account');
  const owned = { relation: 'User', fields: ['Id'] };
  const rule = { name: 'owner', onDelete: 'NO ACTION', onUpdate: 'NO ACTION', deferrable: false } as const;
  const counted = await snapshot.countReferences?.(
    account,
    { ...rule, fields: ['OwnerId'], references: owned },
    account,
  );
  expect(counted).toMatchObject({ unresolved: '0' });
}

/** A result in two pages, a job that is given up while the org works on it, a file whose content is not as it was sent. */
async function beside(
  practice: { readonly url: string; readonly org: object; readonly file: string },
  address: SalesforceAddress,
  context: OpenContext,
): Promise<void> {
  await using api = await OrgApi.open(address, context);
  const ask = async (names: string[]): Promise<number> => {
    let lines = 0;
    await readByJob({ api, ...context }, 'SELECT Id, Name FROM Account', (page) => {
      names.push(...page.names);
      lines += page.lines.length;
    });
    return lines;
  };
  const names: string[] = [];
  expect([await ask(names), names]).toEqual([2_399, ['Id', 'Name', 'Id', 'Name']]);
  const order = async (path: string, content: object): Promise<void> => {
    const body = JSON.stringify(content);
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${practice.url}/__practice/${path}`, { method: 'POST', headers, body })).ok).toBe(
      true,
    );
  };
  await order('org', { ...practice.org, bulk: { queueMs: 600_000, recordMs: 0 } });
  // It cannot be looked at, and is worked on when it is to be removed.
  const refuse = { kind: 'refuse', path: 'jobs/query/', status: 400, times: 1 };
  const faults = ['GET', 'DELETE'].map((method) => ({ ...refuse, method }));
  await order('faults', { faults });
  await expect(ask([])).rejects.toThrow(JobGivenUp);
  await removeFile(api, 'ContentVersion', practice.file);
}

/** What was written, the newest first: so it is taken back. */
const written: (readonly [object: string, slice: number])[] = [];

const relationOf = async (system: OpenSystem, name: string): Promise<Relation> => {
  const relation = findRelation(await system.inspects.inspect(), name);
  if (relation === undefined) throw new RangeError(name);
  return relation;
};

/** Records of a slice, one of which changes a record of the slice before. */
async function write(system: OpenSystem, slice: number, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_none, at): Row => {
    const one = slice === 0 || at === 0 ? String(at) : `${slice}-${at}`;
    return [one, `account ${slice} ${at}`];
  });
  const mode = slice === 0 ? 'insert' : 'upsert';
  await writeRows(system, { object: 'Account', slice, mode, fields: ['Legacy__c', 'Name'], rows });
}

/** Files that go together, one that goes alone, and the records they hang on. */
async function writeFiles(system: OpenSystem): Promise<void> {
  const rows = [300, 301, 90_000].map(
    (size, at): Row => [String(at), `offer ${at}.pdf`, Buffer.alloc(size, `file ${at}`)],
  );
  const fields = ['Legacy__c', 'PathOnClient', 'VersionData'];
  await writeRows(system, { object: 'ContentVersion', slice: 0, mode: 'insert', fields, rows });
  const documents = await columnOf(system, 'ContentVersion', 'ContentDocumentId');
  const accounts = await columnOf(system, 'Account', 'Id');
  const pairs = documents.map((document, at): Row => [document, accounts[at] ?? null]);
  const ends = ['ContentDocumentId', 'LinkedEntityId'];
  await writeRows(system, {
    object: 'ContentDocumentLink',
    slice: 0,
    mode: 'insert',
    fields: ends,
    rows: pairs,
  });
}

interface Wanted {
  readonly object: string;
  readonly slice: number;
  readonly mode: 'insert' | 'upsert';
  readonly fields: readonly string[];
  readonly rows: readonly Row[];
}

async function writeRows(system: OpenSystem, { object, slice, mode, fields, rows }: Wanted): Promise<void> {
  await system.writes?.writeSlice({
    run: 'run-1',
    step: object,
    slice,
    object,
    relation: await relationOf(system, object),
    mode,
    fields,
    key: object === 'ContentDocumentLink' ? fields : ['Legacy__c'],
    captureIds: true,
    batches: (async function* () {
      yield rows.map((row, at) => ({ sourceKey: recordKey([String(slice), String(at)]), row }));
    })(),
    beforeCommit: async (refused) => {
      if (refused[0] !== undefined) throw new RangeError(refused[0].message);
      return { rowsRead: rows.length, rowsWritten: rows.length, rowsQuarantined: 0, rowsPurged: 0 };
    },
  });
  written.unshift([object, slice]);
}

async function takeBack(system: OpenSystem, object: string, slice: number): Promise<void> {
  const relation = await relationOf(system, object);
  await system.undoes?.undoSlice({ run: 'run-1', step: object, slice, relation });
}

async function readAll(system: OpenSystem, name: string): Promise<readonly Row[]> {
  await using snapshot = await system.reads.snapshot();
  const relation = await relationOf(system, name);
  await snapshot.count(relation);
  const rows: Row[] = [];
  for await (const slice of snapshot.split(relation, 1_000))
    for await (const batch of snapshot.read(relation, slice, { batchRowsMax: 1_000 }))
      rows.push(...batch.rows);
  return rows;
}

async function columnOf(system: OpenSystem, object: string, field: string): Promise<readonly string[]> {
  const at = (await relationOf(system, object)).fields.findIndex(({ name }) => name === field);
  return (await readAll(system, object)).map((row) => String(row[at]));
}
