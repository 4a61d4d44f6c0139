import { expect, test } from 'vitest';
import { KeySet } from './key-set.ts';

test('knows what was added and nothing else, over many growths', () => {
  const keys = new KeySet();
  for (let id = 0; id < 200_000; id += 1) keys.add(`["${id}"]`);
  keys.add('["7"]');
  expect(keys.size).toBe(200_000);
  let wrong = 0;
  for (let id = 0; id < 200_000; id += 1) if (!keys.has(`["${id}"]`)) wrong += 1;
  for (let id = 200_000; id < 600_000; id += 1) if (keys.has(`["${id}"]`)) wrong += 1;
  expect(wrong).toBe(0);
});
