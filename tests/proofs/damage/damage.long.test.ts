import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { SeededChoice } from '../../../demo/seeded-choice.ts';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../../servers/index.ts';
import { proveCleanMoves } from './prove-clean-moves.ts';
import { proveDamages } from './prove-damages.ts';

/** A small share of `npm run prove -- damage`, with another seed each time; GODWIT_SEED repeats one. */
const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 2 ** 31);
const say = (): void => undefined;

async function someDamages(server: PostgresAccess | null): Promise<void> {
  console.info(`seed ${seed}`);
  const size = { tablesPerShape: 3, records: 200 };
  const choice = new SeededChoice(seed);
  const damages = await proveDamages({ count: 8, size, controls: 1, choice, server, say });
  expect(damages.wrong).toEqual([]);
  expect(damages).toMatchObject({ damages: 8, found: 8 });
}

test('clean moves raise no alarm', async () => {
  console.info(`seed ${seed}`);
  const choice = new SeededChoice(seed);
  const clean = await proveCleanMoves({ count: 6, together: 6, choice, server: null, say });
  expect(clean.wrong).toEqual([]);
  expect(clean).toMatchObject({ moves: 6, falseAlarms: 0 });
}, 180_000);

test('damages in SQLite are found and named', async () => someDamages(null), 180_000);

test.skipIf(skipWithoutPostgres(18))(
  'damages in PostgreSQL are found and named',
  async () => someDamages(await sharedPostgres(18)),
  180_000,
);

const kept = new URL('../results/damage.json', import.meta.url);

test.skipIf(!existsSync(kept))('the proof that is kept is of the size it claims', async () => {
  const proof = JSON.parse(await readFile(kept, 'utf8')) as {
    readonly holds: boolean;
    readonly figures: Readonly<Record<string, unknown>>;
  };
  expect(proof.holds).toBe(true);
  expect(proof.figures).toMatchObject({
    damages: 10_000,
    found: 10_000,
    falseAlarms: 0,
    recordsPerTable: 10_000,
  });
  expect(proof.figures['cleanMoves']).toBeGreaterThanOrEqual(1_000);
});
