import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { journalKill } from './journal-kill.ts';

/** Another seed each time; GODWIT_SEED repeats one. */
const seed = Number(process.env['GODWIT_SEED'] ?? Date.now() % 2 ** 31);

test('a small share of the proof: a killed process takes nothing with it that was promised', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'godwit-journal-kill-'));
  try {
    const told = await journalKill({
      folder,
      fills: false,
      seed,
      journals: 1,
      lives: 3,
      say: () => undefined,
    });
    expect(told.violations, `GODWIT_SEED=${seed}`).toEqual([]);
    expect(told).toMatchObject({ lives: 3, kills: 3 });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const kept = new URL('../results/journal-kill.json', import.meta.url);

test.skipIf(!existsSync(kept))('the proof that is kept is of the size it claims', async () => {
  const { holds, figures } = JSON.parse(await readFile(kept, 'utf8')) as {
    readonly holds: boolean;
    readonly figures: Readonly<Record<string, number>>;
  };
  expect(holds).toBe(true);
  expect(figures['lives']).toBeGreaterThanOrEqual(300);
  expect(figures['killsWithinCall']).toBeGreaterThanOrEqual(50);
  expect(figures['endedByFullDisk']).toBeGreaterThanOrEqual(20);
});
