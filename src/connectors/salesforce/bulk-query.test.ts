import { createServer, type IncomingMessage, type Server } from 'node:http';
import { expect, test } from 'vitest';
import { silentLog } from '../../host/index.ts';
import { Secret } from '../../model/index.ts';
import { contextFor } from '../contract/contract-world.contract.ts';
import { JobGivenUp, readByJob } from './bulk-query.ts';
import { checkCopy } from './check-copy.ts';
import type { DescribedField } from './described.ts';
import { HeldCopy } from './held-copy.ts';
import { OrgApi } from './org-api.ts';
import { OrgCatalog } from './org-catalog.ts';
import { PracticeOrg } from './practice-org.contract.ts';

interface Answer {
  readonly headers: Headers;
  readonly body: string;
}

type Alter = (answer: Answer) => Partial<Answer>;

/** What stands between here and an org, and may alter what it answers to calls of one path. */
class Between implements AsyncDisposable {
  readonly api: OrgApi;
  readonly #org: PracticeOrg;
  readonly #server: Server;

  constructor(org: PracticeOrg, server: Server, api: OrgApi) {
    this.#org = org;
    this.#server = server;
    this.api = api;
  }

  static async open(count: number, path: string, alter: Alter): Promise<Between> {
    const org = await PracticeOrg.open();
    await org.define([], { bulk: { queueMs: 0, recordMs: 0 } });
    await org.add(
      'Account',
      ['Name'],
      Array.from({ length: count }, (_none, at) => [`account ${at}`]),
    );
    const server = createServer((request, response) => {
      void passOn(org.address.instance, request).then(({ status, ...answer }) => {
        const altered = request.url?.includes(path) === true ? { ...answer, ...alter(answer) } : answer;
        return response.writeHead(status, Object.fromEntries(altered.headers)).end(altered.body);
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    const port = bound === null || typeof bound === 'string' ? 0 : bound.port;
    // A token that was signed for would say itself where its calls go.
    const signIn = { by: 'access-token', token: new Secret(await tokenOf(org)) } as const;
    const instance = `http://127.0.0.1:${port}`;
    const api = await OrgApi.open({ ...org.address, instance, signIn }, contextFor('source'));
    return new Between(org, server, api);
  }

  async query(): Promise<number> {
    const world = { api: this.api, signal: new AbortController().signal, log: silentLog };
    let lines = 0;
    await readByJob(world, 'SELECT Id, Name FROM Account', (page) => {
      lines += page.lines.length;
    });
    return lines;
  }

  async jobs(): Promise<number> {
    return await this.#org.queryJobs();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.api[Symbol.asyncDispose]();
    this.#server.closeAllConnections();
    await new Promise((resolve) => void this.#server.close(resolve));
    await this.#org[Symbol.asyncDispose]();
  }
}

async function passOn(to: string, request: IncomingMessage): Promise<Answer & { readonly status: number }> {
  const { method = 'GET', url = '/', headers: given } = request;
  const { host: _host, 'content-length': _length, connection: _connection, ...rest } = given;
  const parts: Uint8Array[] = [];
  for await (const part of request as AsyncIterable<Uint8Array>) parts.push(part);
  const sent = Buffer.concat(parts);
  const told = await fetch(`${to}${url}`, {
    method,
    headers: Object.entries(rest).map(([name, value]): [string, string] => [name, String(value)]),
    ...(sent.length === 0 ? {} : { body: sent }),
  });
  const headers = new Headers(told.headers);
  for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) headers.delete(name);
  return { status: told.status, headers, body: await told.text() };
}

async function tokenOf({ address: { instance } }: PracticeOrg): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'practice',
    client_secret: 'practice-secret',
  });
  const signed = await fetch(`${instance}/services/oauth2/token`, { method: 'POST', body });
  return ((await signed.json()) as { readonly access_token: string }).access_token;
}

const withHeader = ({ headers }: Answer, name: string, value: string): Partial<Answer> => {
  const altered = new Headers(headers);
  altered.set(name, value);
  return { headers: altered };
};
const withoutLast = ({ body }: Answer): string => `${body.trimEnd().split('\n').slice(0, -1).join('\n')}\n`;

test.each<readonly [string, Alter]>([
  [
    'says another number of lines than it has',
    (answer) => withHeader(answer, 'sforce-numberofrecords', '41'),
  ],
  [
    'has fewer lines than the job found',
    (answer) => ({ body: withoutLast(answer), ...withHeader(answer, 'sforce-numberofrecords', '39') }),
  ],
  [
    'breaks off within a line',
    ({ body }) => ({
      body: body.slice(0, -8),
    }),
  ],
  ['leads to itself', (answer) => withHeader(answer, 'sforce-locator', 'MA==')],
  ['is a page of somebody else', () => ({ body: '<html lang="en">"sign in"</html>' })],
])('a result that %s is given up, and its job is removed', async (_title, alter) => {
  await using between = await Between.open(40, '/results', alter);
  await expect(between.query()).rejects.toThrow(JobGivenUp);
  expect(await between.jobs()).toBe(0);
});

test('a result that nothing alters is whole', async () => {
  await using between = await Between.open(2_040, '/results', () => ({}));
  expect(await between.query()).toBe(2_040);
  expect(await between.jobs()).toBe(0);
});

test('an org that orders ids in another way is noticed', async () => {
  const turned: Alter = ({ body }) => {
    const told = JSON.parse(body) as { readonly records: readonly unknown[] };
    return { body: JSON.stringify({ ...told, records: told.records.toReversed() }) };
  };
  await using between = await Between.open(40, '/query?q=', turned);
  const object = await new OrgCatalog(between.api, ['Account']).object('Account');
  const fields = ['Id', 'SystemModstamp', 'Name'].map(
    (name): DescribedField => object.fields.find((field) => field.name === name)!,
  );
  using copy = new HeldCopy(fields, { after: null, upTo: null });
  const world = { api: between.api, signal: new AbortController().signal, log: silentLog };
  await readByJob(world, 'SELECT Id, SystemModstamp, Name FROM Account', (page) => copy.add(page));
  await expect(checkCopy(between.api, object, fields, copy)).rejects.toThrow('orders ids in another way');
});
