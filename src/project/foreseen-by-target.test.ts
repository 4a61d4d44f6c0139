import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Finding, Secret } from '../model/index.ts';
import { openPracticeSalesforce, type PracticeServer } from '../practice/index.ts';
import { checkMap } from './check-map.ts';
import { openProject } from './project.ts';

/** What an org would only say to a run is found by `godwit map check`, with the place in the mapping. */
const legacy = { name: 'Legacy__c', type: 'string', length: 40, unique: true, externalId: true };
const org = {
  users: [{ name: 'gone@example.com', email: 'gone@example.com', active: false }],
  objects: [
    {
      name: 'Account',
      fields: [
        legacy,
        { name: 'Land__c', type: 'picklist', restricted: true, values: ['SE', 'NO'] },
        {
          name: 'Town__c',
          type: 'picklist',
          restricted: true,
          controller: 'Land__c',
          values: [
            { value: 'Lund', under: ['SE'] },
            { value: 'Oslo', under: ['NO'] },
          ],
        },
      ],
    },
    { name: 'ContentVersion', fields: [legacy] },
  ],
};
const environment = { secret: () => new Secret('practice-secret'), text: () => null };
let folder: string;
let server: PracticeServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-foreseen-'));
  server = await openPracticeSalesforce({ state: ':memory:', org });
  mkdirSync(join(folder, 'mapping'));
  using source = new DatabaseSync(join(folder, 'old.sqlite'));
  source.exec(`CREATE TABLE company (id INTEGER PRIMARY KEY, name TEXT NOT NULL, land TEXT, town TEXT);
    CREATE TABLE paper (id INTEGER PRIMARY KEY, company_id INTEGER NOT NULL, name TEXT NOT NULL, content BLOB NOT NULL);
    INSERT INTO company VALUES (1, 'A', 'SE', 'Lund'), (2, 'B', 'NO', 'Narvik');
    INSERT INTO paper VALUES (1, 1, 'a.txt', x'61')`);
  const target = `{ kind: salesforce, instance: '${server.url}', sign_in: { by: client-credentials, client_id: practice, secret_env: S }, objects: [Account, ContentVersion, ContentDocumentLink] }`;
  const systems = `  source: { kind: sqlite, path: old.sqlite }\n  target: ${target}\n`;
  writeFileSync(join(folder, 'godwit.yaml'), `format: 1\nproject: foreseen\nsystems:\n${systems}`);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function userNamed(name: string): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'practice',
    client_secret: 'practice-secret',
  });
  const signed = await fetch(`${server.url}/services/oauth2/token`, { method: 'POST', body });
  const { access_token: token } = (await signed.json()) as { readonly access_token: string };
  const soql = encodeURIComponent(`SELECT Id FROM User WHERE Username = '${name}'`);
  const found = await fetch(`${server.url}/services/data/v62.0/query?q=${soql}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await found.json()) as { readonly records: readonly { readonly Id: string }[] }).records[0]!.Id;
}

async function findingsOf(files: Readonly<Record<string, string>>): Promise<readonly Finding[]> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'mapping', name), text);
  await using project = await openProject(folder, { environment });
  return (await checkMap(project, { showValues: true, onProgress: () => undefined })).findings;
}

const companies = (owner: string): string =>
  `source: company
target: Account
key: Id
fields:
  Legacy__c: id::text
  Name: name
  Land__c: land
  Town__c: town
  OwnerId: { from: land, values: { SE: ${owner}, NO: ${owner} } }
`;
const papers = `source: paper
target: ContentVersion
key: ContentDocumentId
fields:
  Legacy__c: id::text
  PathOnClient: name
  VersionData: content
  FirstPublishLocationId: lookup('companies', company_id)
`;
const places = (mode: string): string => `source: paper
target: ContentDocumentLink
mode: ${mode}
key: [ContentDocumentId, LinkedEntityId]
fields:
  ContentDocumentId: lookup('papers', id)
  LinkedEntityId: lookup('companies', company_id)
left_behind: { name: with the file, content: with the file }
`;

test('a value in none of the lists of a dependent picklist, an owner who left, and a place that is said twice', async () => {
  const [gone, here] = [await userNamed('gone@example.com'), await userNamed('practice@example.com')];
  const files = { 'companies.yaml': companies(gone), 'papers.yaml': papers, 'places.yaml': places('append') };
  const told = (findings: readonly Finding[]) =>
    findings
      // A document is named by its version, which the org does not promise.
      .filter(({ code }) => code !== 'mapping.key-not-unique')
      .map(({ code, severity, where, records }) => [code, severity, where.object, where.field, records]);
  const found = await findingsOf(files);
  const owner = found.find(({ code }) => code === 'mapping.owner-refused');
  expect(owner?.detail).toBe(`the user ${gone} is not active`);
  expect(owner?.where).toMatchObject({ file: 'mapping/companies.yaml', line: 9 });
  expect(told(found)).toEqual([
    ['mapping.owner-refused', 'block', 'companies', 'OwnerId', null],
    ['fit.not-an-option', 'block', 'companies', 'Town__c', '1'],
    ['mapping.said-twice', 'warn', 'places', 'LinkedEntityId', null],
    ['mapping.pairs-unchecked', 'note', 'companies', 'Town__c', null],
  ]);
  const mended = { 'companies.yaml': companies(here), 'places.yaml': places('upsert') };
  expect(told(await findingsOf(mended))).toEqual([
    ['fit.not-an-option', 'block', 'companies', 'Town__c', '1'],
    ['mapping.pairs-unchecked', 'note', 'companies', 'Town__c', null],
  ]);
});
