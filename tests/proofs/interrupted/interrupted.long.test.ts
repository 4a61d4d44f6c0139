import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { SeededChoice } from '../../../demo/seeded-choice.ts';
import { skipWithoutMariadb, skipWithoutPostgres } from '../../servers/index.ts';
import { interruptedMove } from './interrupted-move.ts';
import { inItsLane, type MovesFigures, wrongIn } from './interrupted-moves.ts';
import { legs, Stable } from './stable.ts';

/** Another seed each time; GODWIT_SEED repeats one. */
const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 2 ** 31);
const without = skipWithoutPostgres(15) || skipWithoutPostgres(18) || skipWithoutMariadb();

describe.skipIf(without)('killed, and the servers restarted under it', () => {
  test('a small share of the proof, one leg of each lane: nothing is lost, nothing is there twice', async () => {
    console.info(`seed ${seed}`);
    const choice = new SeededChoice(seed);
    await using stable = await Stable.start();
    for (const lane of ['bulk', 'records'] as const) {
      const leg = choice.of(legs.filter((one) => one.lane === lane && one.to.server !== null));
      const result = await interruptedMove({ leg, stable, kills: 2, restarts: 1, slices: 40, choice });
      expect(result.recordsFound, result.leg).toBeGreaterThan(1_500);
      expect(wrongIn(result), JSON.stringify(result)).toBe(0);
      expect(inItsLane(result), JSON.stringify(result)).toBe(true);
    }
  });
});

const kept = new URL('../results/interrupted.json', import.meta.url);

test.skipIf(!existsSync(kept))('the proof that is kept is of the size it claims', async () => {
  const proof = JSON.parse(await readFile(kept, 'utf8')) as { holds: boolean; figures: MovesFigures };
  expect(proof.holds).toBe(true);
  const { figures } = proof;
  expect(figures).toMatchObject({ legs: legs.length, wrong: 0, recordsTwice: 0, recordsDifferent: 0 });
  expect(figures.kills).toBeGreaterThanOrEqual(300);
  expect(figures.restarts).toBeGreaterThanOrEqual(100);
  expect(figures.slicesMin).toBeGreaterThanOrEqual(30);
  expect(figures.killsBetweenFirstAndLast).toBeGreaterThanOrEqual(figures.kills * 0.8);
  expect(figures.restartsBetweenFirstAndLast).toBeGreaterThanOrEqual(figures.restarts * 0.8);
});
