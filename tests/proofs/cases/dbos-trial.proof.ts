import { startPostgres } from '../../servers/index.ts';
import { tryDbos } from '../dbos/trial.ts';
import type { Proof } from '../proof.ts';

/** DBOS beside the board: shown is what each of them asks of the database, and what becomes of killed and of frozen processes. */
export const prove: Proof = async ({ count, say }) => {
  await using server = await startPostgres({ major: 18, settings: { fsync: 'on' } });
  const result = await tryDbos(server, { slices: count ?? 500, say });
  return { holds: true, figures: { ...result } };
};
