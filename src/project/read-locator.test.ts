import { expect, test } from 'vitest';
import { GodwitError } from '../model/index.ts';
import { readLocator } from './read-locator.ts';

function refusal(text: string): string {
  try {
    readLocator(text, 'target');
  } catch (error) {
    if (error instanceof GodwitError) return `${error.code} ${error.message} ${error.nextStep}`;
    throw error;
  }
  return 'accepted';
}

test.each([
  ['postgres://u@h/%zz', 'two hexadecimal digits'],
  ['postgres://%zz@h/d', 'two hexadecimal digits'],
  ['postgres://u@h:99999/d', 'not a URL'],
  ['postgres://u@h/', 'user or the database is missing'],
  ['postgres://u@h/d?sslmode=off', 'sslmode is not known behind the ? Accepted there: schema, tls.'],
  ['mysql://u@h/d?schema=x', 'schema is not known behind the ? Accepted there: tls.'],
  ['postgres://u@h/d?tls=maybe', 'Accepted: verify or off'],
  ['oracle:x', 'accepted: sqlite:<file>'],
  ['', 'accepted: sqlite:<file>'],
  ['hubspot:contacts', 'accepted: sqlite:<file>'],
  ['hubspot:https://api.hubapi.com?scope=x', 'scope is not known behind the ? Accepted there: objects.'],
])('%s is refused with what is accepted', (text, said) => {
  expect(refusal(text)).toMatch(/^project\.unreadable-locator /);
  expect(refusal(text)).toContain(said);
});

test.each([
  'postgres://u:hidden@h/d',
  'mysql2://u:hidden@h/d',
  'postgres://u:hid%zzhidden@h:99999/d',
  'postgres://u:a@hidden@h/d?x=1',
  'postgres://u@h/d?password=hidden',
  'hubspot:https://u:hidden@api.hubapi.com',
])('%s is told without its password', (text) => {
  expect(refusal(text)).toMatch(/^project\.unreadable-locator /);
  expect(refusal(text)).not.toContain('hidden');
});

test('every part may be an odd one', () => {
  const { lines } = readLocator('postgres://a%40b@h/%22x%22?schema=the%20one&tls=off', 'source');
  expect(Object.fromEntries(lines.map(([name, value]) => [name, value]))).toMatchObject({
    database: '"x"',
    schema: 'the one',
    user: 'a@b',
    tls: 'off',
    password_env: 'GODWIT_SOURCE_PASSWORD',
  });
});

test('an account of HubSpot is named by its address and the objects of the move', () => {
  const { lines } = readLocator('hubspot:https://api.hubapi.com?objects=contacts,companies', 'target');
  expect(Object.fromEntries(lines.map(([name, value]) => [name, value]))).toEqual({
    kind: 'hubspot',
    api: 'https://api.hubapi.com',
    sign_in: { by: 'access-token', token_env: 'GODWIT_TARGET_TOKEN' },
    objects: ['contacts', 'companies'],
  });
});
