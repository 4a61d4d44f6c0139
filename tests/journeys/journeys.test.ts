import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { runJourney } from './run-journey.ts';

const journeys = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.journey'));

describe('journeys', () => {
  test.each(journeys)('%s', { timeout: 120_000 }, async (name) => {
    await runJourney(join(import.meta.dirname, name));
  });
});
