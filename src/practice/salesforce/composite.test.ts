import { expect, test } from 'vitest';
import { openSignedIn, type SignedIn } from './signed-in.contract.ts';

const base = '/services/data/v62.0';
const make = (referenceId: string, object: string, body: object): object => ({
  method: 'POST',
  url: `${base}/sobjects/${object}`,
  referenceId,
  body,
});
const count = async (signedIn: SignedIn, object: string) =>
  (await signedIn.call('GET', `query?q=SELECT COUNT() FROM ${object}`)).body['totalSize'];
const calls = async (signedIn: SignedIn) =>
  (await signedIn.call('GET', 'limits')).headers.get('sforce-limit-info');

test('later parts use what earlier ones were answered; all of it is one call', async () => {
  await using signedIn = await openSignedIn({ org: { callsADay: 100 } });
  const compositeRequest = [
    make('acc', 'Account', { Name: 'A' }),
    make('con', 'Contact', { LastName: 'X', AccountId: '@{acc.id}' }),
    {
      method: 'GET',
      url: `${base}/query?q=SELECT Account.Name FROM Contact WHERE Id='@{con.id}'`,
      referenceId: 'found',
    },
    {
      method: 'PATCH',
      url: `${base}/sobjects/Contact/@{found.records[0].attributes.url}`,
      referenceId: 'odd',
      body: {},
    },
  ];
  const { status, body } = await signedIn.call('POST', 'composite', { compositeRequest });
  expect(status).toBe(200);
  expect(body['compositeResponse']).toMatchObject([
    { referenceId: 'acc', httpStatusCode: 201, body: { success: true } },
    { referenceId: 'con', httpStatusCode: 201 },
    { referenceId: 'found', httpStatusCode: 200, body: { records: [{ Account: { Name: 'A' } }] } },
    { referenceId: 'odd', httpStatusCode: 404 },
  ]);
  expect(await calls(signedIn)).toBe('api-usage=2/100');
});

test('what reads from a part that was refused is halted; with allOrNone nothing is kept', async () => {
  await using signedIn = await openSignedIn();
  const compositeRequest = [
    make('good', 'Account', { Name: 'A' }),
    make('bad', 'Account', {}),
    make('behind', 'Contact', { LastName: 'X', AccountId: '@{bad.id}' }),
  ];
  const { body } = await signedIn.call('POST', 'composite', { compositeRequest });
  expect(body['compositeResponse']).toMatchObject([
    { httpStatusCode: 201 },
    { httpStatusCode: 400, body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
    { httpStatusCode: 400, body: [{ errorCode: 'PROCESSING_HALTED' }] },
  ]);
  const whole = await signedIn.call('POST', 'composite', { allOrNone: true, compositeRequest });
  expect(whole.body['compositeResponse']).toMatchObject([
    { body: [{ errorCode: 'PROCESSING_HALTED' }] },
    { body: [{ errorCode: 'REQUIRED_FIELD_MISSING' }] },
    { body: [{ errorCode: 'PROCESSING_HALTED' }] },
  ]);
  expect(await count(signedIn, 'Account')).toBe(1);
});

test('more than 25 parts are refused', async () => {
  await using signedIn = await openSignedIn();
  const parts = (many: number) =>
    Array.from({ length: many }, (_, at) => make(`r${at}`, 'Account', { Name: 'A' }));
  expect((await signedIn.call('POST', 'composite', { compositeRequest: parts(26) })).status).toBe(400);
  expect((await signedIn.call('POST', 'composite', { compositeRequest: parts(25) })).status).toBe(200);
});

// REST API Developer Guide, composite graph: the request and response of its example, and its limits.
const graph = (graphId: string, account: object): object => ({
  graphId,
  compositeRequest: [
    make(`account_${graphId}`, 'Account', account),
    make(`contact_${graphId}`, 'Contact', { LastName: 'Cashman', AccountId: `@{account_${graphId}.id}` }),
  ],
});

test('a graph is kept whole or not at all, the others go on', async () => {
  await using signedIn = await openSignedIn();
  const graphs = [
    graph('1', { Name: 'Cloudy Consulting' }),
    graph('2', {}),
    graph('3', { Name: 'Easy Spaces' }),
  ];
  const { body } = await signedIn.call('POST', 'composite/graph', { graphs });
  expect(body['graphs']).toMatchObject([
    { graphId: '1', isSuccessful: true, graphResponse: { compositeResponse: [{ httpStatusCode: 201 }, {}] } },
    { graphId: '2', isSuccessful: false },
    { graphId: '3', isSuccessful: true },
  ]);
  expect([await count(signedIn, 'Account'), await count(signedIn, 'Contact')]).toEqual([2, 2]);
});

test('behind the 14th graph that failed nothing is worked on', async () => {
  await using signedIn = await openSignedIn();
  const graphs = Array.from({ length: 15 }, (_, at) => graph(String(at), at === 14 ? { Name: 'late' } : {}));
  const { body } = await signedIn.call('POST', 'composite/graph', { graphs });
  expect(body['graphs']?.[14]).toMatchObject({
    isSuccessful: false,
    graphResponse: { compositeResponse: [{ body: [{ errorCode: 'PROCESSING_HALTED' }] }, {}] },
  });
  expect(await count(signedIn, 'Account')).toBe(0);
});

test('graphs that are too many, too large or too deep are refused', async () => {
  await using signedIn = await openSignedIn();
  const chain = (deep: number): object => ({
    graphId: 'g',
    compositeRequest: Array.from({ length: deep }, (_, at) =>
      make(`a${at}`, 'Account', { Name: 'A', ...(at === 0 ? {} : { ParentId: `@{a${at - 1}.id}` }) }),
    ),
  });
  const wide = (many: number): object => ({
    graphId: 'g',
    compositeRequest: Array.from({ length: many }, (_, at) => make(`a${at}`, 'Account', { Name: 'A' })),
  });
  const status = async (...graphs: object[]) =>
    (await signedIn.call('POST', 'composite/graph', { graphs })).status;
  expect(await status(chain(16))).toBe(400);
  expect(await status(chain(15))).toBe(200);
  expect(await status(wide(501))).toBe(400);
  expect(await status(wide(500))).toBe(200);
  expect(await status(...Array.from({ length: 76 }, (_, at) => graph(String(at), { Name: 'A' })))).toBe(400);
});
