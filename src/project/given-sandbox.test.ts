import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Secret } from '../model/index.ts';
import { openPracticeSalesforce, type PracticeServer } from '../practice/index.ts';
import { checkStructure } from './check-map.ts';
import { lookAtGivenSandbox } from './given-sandbox.ts';
import { openProject, type Project } from './project.ts';

/** A target that makes no sandbox is rehearsed in the system that is named for it, if that is built the same way. */
const legacy = { name: 'Legacy__c', type: 'string', length: 40, unique: true, externalId: true };
const orgOf = (...more: readonly object[]): object => ({
  objects: [{ name: 'Account', fields: [legacy, ...more] }],
});
const environment = { secret: () => new Secret('practice-secret'), text: () => null };
let folder: string;
let target: PracticeServer;
let alike: PracticeServer;
let other: PracticeServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-given-'));
  const open = async (org: object) => await openPracticeSalesforce({ state: ':memory:', org });
  [target, alike, other] = await Promise.all([
    open(orgOf()),
    open(orgOf()),
    open(orgOf({ name: 'Tier__c', type: 'string', length: 10 })),
  ]);
  using source = new DatabaseSync(join(folder, 'old.sqlite'));
  source.exec('CREATE TABLE company (id INTEGER PRIMARY KEY, name TEXT NOT NULL)');
  mkdirSync(join(folder, 'mapping'));
  const fields = 'fields:\n  Legacy__c: id::text\n  Name: name\n';
  const mapping = `source: company\ntarget: Account\nmode: upsert\nkey: Legacy__c\nowner: Ben\n${fields}`;
  writeFileSync(join(folder, 'mapping/Account.yaml'), mapping);
});
afterAll(async () => {
  for (const server of [target, alike, other]) await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function project(sandbox: PracticeServer | null): Promise<Project> {
  const system = ({ url }: PracticeServer): string =>
    `{ kind: salesforce, instance: '${url}', sign_in: { by: client-credentials, client_id: practice, secret_env: S }, objects: [Account] }`;
  const named = sandbox === null ? '' : `  sandbox: ${system(sandbox)}\n`;
  const systems = `  source: { kind: sqlite, path: old.sqlite }\n  target: ${system(target)}\n${named}`;
  writeFileSync(join(folder, 'godwit.yaml'), `format: 1\nproject: given\nsystems:\n${systems}`);
  return await openProject(folder, { environment });
}

const look = async (sandbox: PracticeServer | null): Promise<readonly string[]> => {
  await using opened = await project(sandbox);
  return await lookAtGivenSandbox(opened, await checkStructure(opened), 'godwit_full');
};

test('what it holds is not what the target holds: that is said where records are changed', async () => {
  expect(await look(alike)).toEqual([
    expect.stringContaining('Account: what the target holds is not in the sandbox'),
  ]);
});

test('one that is built another way is refused, with what differs', async () => {
  await expect(look(other)).rejects.toMatchObject({
    code: 'project.sandbox-differs',
    detail: expect.stringContaining('Account.Tier__c is new') as unknown,
  });
});

test('where none is named the target says that it makes none', async () => {
  await expect(look(null)).rejects.toMatchObject({ code: 'salesforce.no-sandbox' });
});

test('the target itself is none: writing there would need a warrant for it', async () => {
  await using opened = await project(target);
  const [live, sandbox] = [await opened.targetToRead(), await opened.sandbox('godwit_full')];
  expect(await sandbox.fingerprint()).toEqual(await live.fingerprint());
  await using beside = await project(alike);
  const elsewhere = await beside.sandbox('godwit_full');
  expect((await elsewhere.fingerprint()).server).not.toBe((await live.fingerprint()).server);
});
