import { describe, test } from 'vitest';
import { journeyFiles, runFile } from './journey-files.ts';

/** Many commands each, so they run beside the journeys over other people's data: `npm run test:corpora`. */
describe('longer journeys', () => {
  test.each(journeyFiles('long'))('%s', { timeout: 1_200_000 }, runFile);
});
