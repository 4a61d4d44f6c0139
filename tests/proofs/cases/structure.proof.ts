import { startPostgres } from '../../servers/index.ts';
import type { Proof } from '../proof.ts';
import { proveStructure } from '../structure/prove-structure.ts';

/** A schema of 300 tables and 900 foreign keys with every kind of object: objects in = objects out + findings. */
export const prove: Proof = async ({ seed, count, say }) => {
  const tables = count ?? 300;
  const figures: Record<string, unknown> = { tables, foreignKeys: tables * 3 };
  let holds = true;
  for (const major of [15, 18] as const) {
    await using server = await startPostgres({ major });
    const { lost, kinds, planSeconds, runSeconds, records } = await proveStructure(server, {
      seed,
      tables,
      foreignKeys: tables * 3,
    });
    for (const piece of lost) say(`lost: ${piece}`);
    holds &&= lost.length === 0 && records === tables * 5;
    figures[`PostgreSQL ${major}`] = { kinds, lost: lost.length, planSeconds, runSeconds, records };
  }
  return { holds, figures };
};
