import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { runJourney } from '../journeys/run-journey.ts';
import { findCorpora, unpackCorpora } from './unpack-corpus.ts';

const archives = ['1-db-permissive.tar.zst', '2-er-permissive.tar.zst', '7-torture-testonly.tar.zst'];
const corpora = findCorpora(...archives);
const place = join(import.meta.dirname, 'journeys');
let data = '';

describe.skipIf(corpora === null)("journeys with other people's data", () => {
  beforeAll(() => {
    data = unpackCorpora(corpora ?? '', ...archives);
  });
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  const journeys = readdirSync(place).filter((name) => name.endsWith('.journey'));
  test.each(journeys)('%s', { timeout: 600_000 }, async (name) => {
    await runJourney(join(place, name), { data });
  });
});
