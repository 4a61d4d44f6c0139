import { expect } from 'vitest';
import { openPracticeHubspot, openPracticeSalesforce } from '../practice/index.ts';
import { type CountedMove, countMove, countReading, type StepCalls } from './counted-move.contract.ts';

const legacy = { name: 'Legacy__c', type: 'string', length: 20, unique: true, externalId: true };
const intoOrg = {
  company: 'source: company\ntarget: Account\nkey: Legacy__c\nfields:\n  Legacy__c: id::text\n  Name: name\n',
  person:
    "source: person\ntarget: Contact\nkey: Legacy__c\nfields:\n  Legacy__c: id::text\n  LastName: name\n  Email: email\n  AccountId: lookup('company', company_id)\n",
};
const intoAccount = {
  company:
    'source: company\ntarget: companies\nkey: hs_object_id\nfields:\n  legacy_id: id::text\n  name: name\n',
  person:
    'source: person\ntarget: contacts\nkey: hs_object_id\nfields:\n  legacy_id: id::text\n  lastname: name\n  email: email\n',
  link: "source: person\ntarget: contacts_to_companies\nkey: [from_id, to_id]\nfields:\n  from_id: lookup('person', id)\n  to_id: lookup('company', company_id)\n",
};

const intoAccountFiles = {
  offer:
    "source: offer\ntarget: files\nkey: id\nfields:\n  path: concat('/crm/', id, '-', path)\n  content: content\n",
};

/** Companies, twice as many people, files where there are any, and how large a slice is. */
export type Size = Pick<CountedMove, 'companies' | 'rowsPerSlice' | 'files'>;

export async function intoSalesforce(
  size: Size,
  callsADay: number,
  speed: number,
): Promise<readonly StepCalls[]> {
  const org = {
    callsADay,
    objects: ['Account', 'Contact'].map((name) => ({ name, fields: [legacy] })),
  };
  await using server = await openPracticeSalesforce({ state: ':memory:', org, speed });
  const target = `kind: salesforce, instance: '${server.url}', clock: practice, objects: [Account, Contact], sign_in: { by: client-credentials, client_id: practice, secret_env: ORG }`;
  return await countMove({ ...size, target, mapping: intoOrg });
}

export async function intoHubspot(size: Size): Promise<readonly StepCalls[]> {
  const unique = [{ name: 'legacy_id', type: 'string', unique: true }];
  const account = {
    callsPerTenSeconds: 100_000,
    searchesPerSecond: 1_000,
    search: { lagMs: 0 },
    objects: ['companies', 'contacts'].map((name) => ({ name, properties: unique })),
  };
  await using server = await openPracticeHubspot({ state: ':memory:', account, speed: 500 });
  const offers = size.files === undefined ? {} : intoAccountFiles;
  const objects = ['companies', 'contacts', ...(size.files === undefined ? [] : ['files'])];
  const target = `kind: hubspot, api: '${server.url}', clock: practice, objects: [${objects.join()}], sign_in: { by: access-token, token_env: HUB }`;
  return await countMove({ ...size, target, mapping: { ...intoAccount, ...offers } });
}

type Sender = (path: string, content: unknown) => Promise<unknown>;

const sender =
  (url: string, token: string): Sender =>
  async (path, content) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(content) });
    if (!answer.ok) throw new Error(await answer.text());
    return await answer.json();
  };

/** In parts of that size. */
async function inParts<Item, Made>(
  items: readonly Item[],
  size: number,
  make: (part: readonly Item[]) => Promise<readonly Made[]>,
): Promise<readonly Made[]> {
  const made: Made[] = [];
  for (let from = 0; from < items.length; from += size)
    made.push(...(await make(items.slice(from, from + size))));
  return made;
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_none, at) => at);

interface Made {
  readonly id: string;
}

export async function outOfSalesforce({ companies, rowsPerSlice }: Size): Promise<readonly StepCalls[]> {
  await using server = await openPracticeSalesforce({ state: ':memory:', org: {}, speed: 500 });
  const grant = { grant_type: 'client_credentials', client_id: 'practice', client_secret: 'practice-secret' };
  const signed = await fetch(`${server.url}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams(grant),
  });
  const send = sender(server.url, ((await signed.json()) as { readonly access_token: string }).access_token);
  const add = async (type: string, records: readonly object[]): Promise<readonly Made[]> =>
    await inParts(records, 200, async (part) => {
      const sent = part.map((record) => ({ attributes: { type }, ...record }));
      return (await send('/services/data/v62.0/composite/sobjects', { records: sent })) as readonly Made[];
    });
  const accounts = await add(
    'Account',
    numbers(companies).map((at) => ({ Name: `company ${at}` })),
  );
  await add(
    'Contact',
    numbers(2 * companies).map((at) => ({
      LastName: `person ${at}`,
      AccountId: accounts[at % companies]?.id,
    })),
  );
  return await countReading({
    rowsPerSlice,
    source: `kind: salesforce, instance: '${server.url}', clock: practice, objects: [Account, Contact], sign_in: { by: client-credentials, client_id: practice, secret_env: ORG }`,
    into: 'CREATE TABLE company (id TEXT PRIMARY KEY, name TEXT); CREATE TABLE person (id TEXT PRIMARY KEY, name TEXT, company_id TEXT)',
    mapping: {
      company: `source: Account\ntarget: company\nkey: id\nfields:\n  id: '"Id"'\n  name: '"Name"'\n`,
      person: `source: Contact\ntarget: person\nkey: id\nfields:\n  id: '"Id"'\n  name: '"LastName"'\n  company_id: '"AccountId"'\n`,
    },
  });
}

export async function outOfHubspot({ companies, rowsPerSlice }: Size): Promise<readonly StepCalls[]> {
  const account = { callsPerTenSeconds: 100_000, searchesPerSecond: 1_000, search: { lagMs: 0 } };
  await using server = await openPracticeHubspot({ state: ':memory:', account, speed: 500 });
  const send = sender(server.url, 'pat-practice');
  const add = async (type: string, records: readonly object[]): Promise<readonly Made[]> =>
    await inParts(records, 100, async (part) => {
      const inputs = part.map((properties) => ({ properties }));
      const told = await send(`/crm/v3/objects/${type}/batch/create`, { inputs });
      return (told as { readonly results: readonly Made[] }).results;
    });
  const firms = await add(
    'companies',
    numbers(companies).map((at) => ({ name: `company ${at}` })),
  );
  const people = await add(
    'contacts',
    numbers(2 * companies).map((at) => ({ lastname: `person ${at}` })),
  );
  const ends = people.map(({ id }, at) => ({ from: { id }, to: { id: firms[at % companies]?.id } }));
  await inParts(ends, 500, async (inputs) => {
    await send('/crm/v4/associations/contacts/companies/batch/associate/default', { inputs });
    return [];
  });
  return await countReading({
    rowsPerSlice,
    source: `kind: hubspot, api: '${server.url}', clock: practice, objects: [companies, contacts], sign_in: { by: access-token, token_env: HUB }`,
    into: 'CREATE TABLE company (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE link (a INTEGER, b INTEGER, PRIMARY KEY (a, b))',
    mapping: {
      company: 'source: companies\ntarget: company\nkey: id\nfields:\n  id: hs_object_id\n  name: name\n',
      person: 'source: contacts\ntarget: person\nkey: id\nfields:\n  id: hs_object_id\n  name: lastname\n',
      link: 'source: contacts_to_companies\ntarget: link\nkey: [a, b]\nfields:\n  a: from_id\n  b: to_id\n',
    },
  });
}

/** Each step, and all of them, within a twentieth of what was said, or so many calls. */
export function expectPredicted(steps: readonly StepCalls[], slack: number): void {
  const sum = (at: 1 | 2): number => steps.reduce((all, step) => all + step[at], 0);
  for (const [, predicted, made] of [...steps, ['all', sum(1), sum(2)] as const])
    expect(Math.abs(made - predicted), JSON.stringify(steps)).toBeLessThanOrEqual(
      Math.max(slack, predicted / 20),
    );
}
