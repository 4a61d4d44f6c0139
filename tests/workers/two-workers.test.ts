import { expect, test } from 'vitest';
import { bench } from '../../bench/cases/two-workers.ts';
import type { Figure } from '../../bench/figure.ts';
import { skipWithoutPostgres } from '../servers/index.ts';

test.skipIf(skipWithoutPostgres(18))(
  'of a copy at a small scale the second process brings its part',
  async () => {
    const figures: Figure[] = [];
    for await (const figure of bench({ scale: 0.001, runs: 1 })) figures.push(figure);
    expect(figures.map(({ figure }) => figure)).toEqual([
      'one process',
      'two processes',
      'slices that the worker brought',
    ]);
    expect(figures[2]?.value).toBeGreaterThan(0);
    expect(figures[2]?.value).toBeLessThan(100);
  },
);
