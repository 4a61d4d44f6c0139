import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'vitest';
import { skipWithoutMariadb } from '../servers/index.ts';
import { runJourney } from './run-journey.ts';

const journeys = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.journey'));
const withMariadb = journeys.filter((name) =>
  / = mariadb /.test(readFileSync(join(import.meta.dirname, name), 'utf8')),
);

describe('journeys', () => {
  test.each(journeys.filter((name) => !withMariadb.includes(name)))('%s', { timeout: 120_000 }, run);

  describe.skipIf(skipWithoutMariadb())('through MariaDB', () => {
    test.each(withMariadb)('%s', { timeout: 240_000 }, run);
  });
});

async function run(name: string): Promise<void> {
  await runJourney(join(import.meta.dirname, name));
}
