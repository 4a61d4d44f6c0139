import { describe, test } from 'vitest';
import { journeyFiles, runFile } from './journey-files.ts';

/** Beside the other long ones, not behind them: together they would be the last to end. */
describe('longer journeys into Salesforce', () => {
  test.each(journeyFiles('long-salesforce'))('%s', { timeout: 1_200_000 }, runFile);
});
