import { expect, test } from 'vitest';
import { wordOf } from '../reply.contract.ts';
import { openSignedIn } from './signed-in.contract.ts';

test('paths, methods and names that are not there are refused', async () => {
  await using signedIn = await openSignedIn();
  const statuses = [
    ['GET', 'limits/'],
    ['GET', 'nothing'],
    ['POST', 'limits'],
    ['GET', 'limits?page=2'],
    ['GET', '/services/data/v12.0/limits'],
    ['GET', '/somewhere'],
  ] as const;
  const seen: string[] = [];
  for (const [method, path] of statuses) {
    const { status, body } = await signedIn.call(method, path);
    seen.push(`${status} ${body[0] === undefined ? 'ok' : wordOf(body[0]['errorCode'])}`);
  }
  expect(seen).toEqual([
    '200 ok',
    '404 NOT_FOUND',
    '405 METHOD_NOT_ALLOWED',
    '400 INVALID_PARAMETER',
    '404 NOT_FOUND',
    '404 NOT_FOUND',
  ]);
});

test('versions are told to everybody, uncounted', async () => {
  await using signedIn = await openSignedIn();
  const { body, headers } = await signedIn.call('GET', '/services/data', undefined, {
    authorization: 'none',
  });
  expect(body).toContainEqual({ label: "Winter '25", url: '/services/data/v62.0', version: '62.0' });
  expect(body).toContainEqual({ label: "Summer '26", url: '/services/data/v67.0', version: '67.0' });
  expect(headers.get('sforce-limit-info')).toBeNull();
});
