import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { riskWeights } from './assess.ts';

describe('docs/reference/risk.md', () => {
  it('names every variable with its weight', () => {
    const page = readFileSync(new URL('../../docs/reference/risk.md', import.meta.url), 'utf8');
    const told = Array.from(page.matchAll(/^\| `([\w-]+)` \| (\d+) % \|/gm), ([, name, weight]) => [
      name,
      Number(weight) / 100,
    ]);
    expect(told).toEqual(Object.entries(riskWeights));
  });
});
