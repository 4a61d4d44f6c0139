import { expect, test } from 'vitest';
import type { LoggedCall } from './call-log.ts';
import { copySteps, gapsOf, partsOf, rateOf } from './rate-of-calls.ts';

const permitted = { limit: 100, speed: 2 };
const call = (atMs: number, method: string, path: string, status = 200): LoggedCall => ({
  atMs,
  method,
  path,
  status,
});
const contacts = '/crm/v3/objects/contacts/batch';
const links = '/crm/v4/associations/contacts/companies/batch';

/** A look at who is there, a batch, a look at it; the same of links; two files; and an audit. */
const run: readonly LoggedCall[] = [
  call(0, 'GET', '/account-info/v3/details'),
  call(900, 'GET', '/crm/v3/properties/contacts'),
  call(1_000, 'POST', `${contacts}/read`),
  call(1_050, 'POST', `${contacts}/create`),
  call(1_100, 'POST', `${contacts}/create`, 429),
  call(1_150, 'POST', `${contacts}/create`),
  call(1_200, 'POST', `${contacts}/read`),
  call(1_250, 'POST', `${links}/read`),
  call(1_300, 'POST', `${links}/create`),
  call(1_350, 'POST', `${links}/read`),
  call(1_500, 'POST', '/files/v3/files'),
  call(1_600, 'POST', '/files/v3/files'),
  call(1_700, 'GET', '/files/v3/files/stat/a.pdf'),
  call(1_900, 'GET', '/crm/v3/objects/contacts'),
  call(2_000, 'GET', '/hubfs/1/2/a.pdf'),
];

test('the copy steps go from what comes before the first call that writes to what comes behind the last one', () => {
  const copied = copySteps(run);
  expect([copied[0]?.atMs, copied.at(-1)?.atMs]).toEqual([1_000, 1_700]);
  expect(copySteps([])).toEqual([]);
});

test('a rate counts what was let in, in the time of the account', () => {
  // 10 calls in 700 ms of this machine, 1.4 s of the account, in which 14 are permitted.
  expect(rateOf(copySteps(run), permitted)).toEqual({ calls: 10, seconds: 1, usedPercent: 71.43 });
  expect(rateOf(run, permitted).calls).toBe(13);
  expect(rateOf([], permitted)).toEqual({ calls: 0, seconds: 0, usedPercent: 0 });
});

test('parts are told apart by what they write', () => {
  const parts = partsOf(copySteps(run));
  const ends = [...parts].map(([name, calls]) => [name, calls[0]?.atMs, calls.at(-1)?.atMs]);
  expect(ends).toEqual([
    ['contacts', 1_050, 1_150],
    ['contacts to companies', 1_300, 1_300],
    ['files', 1_500, 1_600],
  ]);
});

test('the longest times without a call are told in the time of the account', () => {
  expect(gapsOf(copySteps(run), permitted, 1)).toEqual([`300 ms: POST ${links}/read | POST /files/v3/files`]);
});
