import { expect, test } from 'vitest';
import { maskKey } from './mask-key.ts';

test('keeps what names a record and says nothing of a person', () => {
  for (const key of [
    '["7"]',
    '["-12","DE-1001"]',
    '["0190163d-8694-739b-aea5-966c26f8ad91"]',
    '["DE",true,null]',
    '["2024-01-31","A17/3"]',
    'members.csv line 4',
  ])
    expect(maskKey(key)).toBe(key);
});

test('shows a key that is personal by its shape', () => {
  expect(maskKey('["ada@example.org"]')).toBe('["axx@xxxxxxx.xxx"]');
  expect(maskKey('["4","Ada Lovelace"]')).toBe('["4","Axx Xxxxxxxx"]');
  for (const secret of [
    '+49 171 5512345',
    '987-65-4321',
    'DE89370400440532013000',
    '0171-5512345',
    'mueller85',
  ])
    expect(maskKey(JSON.stringify([secret]))).not.toContain(secret.slice(1));
});
