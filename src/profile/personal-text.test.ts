import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdsPersonalData } from './personal-text.ts';

test.each([
  'ann.example@example.org',
  'write to ann@example.org, please',
  'call +49 30 1234567 tomorrow',
  '(+1 (555) 010-9999)',
  'ssn 078-05-1120.',
  'GB82 WEST 1234 5698 7654 32',
  'to DE89370400440532013000 by Friday',
  '4111 1111 1111 1111',
  'card 4111111111111111',
])('found: %s', (text) => {
  expect(holdsPersonalData(text)).toBe(true);
});

test.each([
  '',
  'order 10023 of 2026-11-20, 12:30',
  '1 + 2 = 3; a+12345678',
  'GB83 WEST 1234 5698 7654 32',
  'AB12CDEF34567890',
  '4111 1111 1111 1112',
  '0000 0000 0000 0000',
  '550e8400-e29b-41d4-a716-446655440000',
  'version 123-45-67890',
  '@home, @work',
  '192.168.0.1:5432',
])('not found: %s', (text) => {
  expect(holdsPersonalData(text)).toBe(false);
});

test('takes no time over long texts of any kind', () => {
  fc.assert(
    fc.property(fc.constantFrom('a', '1', ' ', '+1 ', '1234 ', 'AB12', '@', '1-'), (part) => {
      const began = performance.now();
      holdsPersonalData(part.repeat(20_000));
      expect(performance.now() - began).toBeLessThan(2_000);
    }),
  );
});
