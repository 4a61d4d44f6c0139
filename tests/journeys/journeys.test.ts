import { describe, test } from 'vitest';
import { journeyFiles, runFile } from './journey-files.ts';

describe('journeys', () => {
  test.each(journeyFiles('others'))('%s', { timeout: 120_000 }, runFile);
});
