import { SeededChoice } from '../../../demo/seeded-choice.ts';
import type { PostgresAccess } from '../../servers/index.ts';
import { startPostgres } from '../../servers/index.ts';
import { proveCleanMoves } from '../damage/prove-clean-moves.ts';
import { type DamageCount, proveDamages } from '../damage/prove-damages.ts';
import type { Proof, ProofOptions } from '../proof.ts';

/**
 * 10,000 damages, each the only one of a table of at least 10,000 records, all found and named by `godwit audit`; and 1,000
 * clean random moves in which it finds nothing. Half of them from SQLite to SQLite, half to PostgreSQL 18, side by side.
 */
export const prove: Proof = async ({ seed, count, say }) => {
  await using server = await startPostgres({ major: 18 });
  const half = Math.ceil((count ?? 10_000) / 2);
  const options = { say, count: half };
  const began = process.resourceUsage();
  const [sqlite, postgres] = await Promise.all([
    proveOn(null, { ...options, seed }),
    proveOn(server, { ...options, seed: seed + 1 }),
  ]);
  const damages = sqlite.damages.damages + postgres.damages.damages;
  const found = sqlite.damages.found + postgres.damages.found;
  const falseAlarms = sqlite.clean.falseAlarms + postgres.clean.falseAlarms;
  const ended = process.resourceUsage();
  const wrong = [
    sqlite.damages.wrong,
    postgres.damages.wrong,
    sqlite.clean.wrong,
    postgres.clean.wrong,
  ].flat();
  for (const line of wrong) say(line);
  return {
    holds: found === damages && falseAlarms === 0 && wrong.length === 0,
    figures: {
      how: 'every damage alone in its table, found by `godwit audit --json` in a process of its own; records, fields and both values compared',
      recordsPerTable,
      fieldTypes: ['text', 'decimal', 'float', 'integer', 'boolean', 'bytes', 'timestamp', 'json'],
      damages,
      found,
      cleanMoves: sqlite.clean.moves + postgres.clean.moves,
      untouchedTablesBeside: sqlite.damages.controls + postgres.damages.controls,
      falseAlarms,
      sqlite,
      postgres,
      proofProcessorSeconds: Math.round((ended.userCPUTime - began.userCPUTime) / 1e6),
    },
  };
};

const recordsPerTable = 10_000;

async function proveOn(
  server: PostgresAccess | null,
  { seed, count, say }: Omit<ProofOptions, 'enough' | 'progress'> & { readonly count: number },
): Promise<{ readonly damages: DamageCount; readonly clean: Awaited<ReturnType<typeof proveCleanMoves>> }> {
  const choice = new SeededChoice(seed);
  const clean = await proveCleanMoves({ count: Math.ceil(count / 10), together: 50, choice, server, say });
  const size = { tablesPerShape: Math.min(12, Math.ceil(count / 6)), records: recordsPerTable };
  return { damages: await proveDamages({ count, size, controls: 2, choice, server, say }), clean };
}
