import { describe, test } from 'vitest';
import { skipWithoutMariadb } from '../servers/index.ts';
import { journeyFiles, runFile } from './journey-files.ts';

/** Long, so it runs beside the journeys over other people's data: `npm run test:corpora`. */
describe.skipIf(skipWithoutMariadb())('journeys through MariaDB', () => {
  test.each(journeyFiles('with-mariadb'))('%s', { timeout: 240_000 }, runFile);
});
