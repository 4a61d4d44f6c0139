import { expect, test } from 'vitest';
import { requireForTrying } from './for-trying.ts';

const vendor = 'https://api.hubapi.com';

test.each([
  ['sandbox', vendor, 'STANDARD', 'hubspot.not-a-sandbox'],
  ['sandbox', vendor, 'APP_DEVELOPER', 'hubspot.not-a-sandbox'],
  ['sandbox', vendor, '', 'hubspot.not-a-sandbox'],
  ['sandbox', 'https://localhost.evil.example', 'STANDARD', 'hubspot.not-a-sandbox'],
  ['sandbox', vendor, 'SANDBOX', null],
  ['sandbox', vendor, 'DEVELOPER_TEST', null],
  ['sandbox', 'http://127.0.0.1:7072', 'STANDARD', null],
  ['target', vendor, 'STANDARD', null],
  ['source', vendor, 'STANDARD', null],
] as const)('as %s, %s of type %s: %s', (role, api, type, code) => {
  const open = (): void => requireForTrying(role, { api }, { id: '7', type });
  if (code === null) expect(open).not.toThrow();
  else expect(open).toThrow(expect.objectContaining({ code }));
});
