import { expect, test } from 'vitest';
import { isForTrying } from './org-identity.ts';

test.each([
  ['https://acme.my.salesforce.com', 'Enterprise Edition', false, false],
  ['https://acme--dev.sandbox.my.salesforce.com', 'Enterprise Edition', true, true],
  ['https://dev-ed.my.salesforce.com', 'Developer Edition', false, true],
  ['http://127.0.0.1:7070', 'Enterprise Edition', false, true],
  ['https://localhost.evil.example', 'Enterprise Edition', false, false],
])('a rehearsal may write into %s, %s, sandbox %s: %s', (instance, edition, sandbox, may) => {
  expect(isForTrying({ instance }, { id: '00D', edition, sandbox })).toBe(may);
});
