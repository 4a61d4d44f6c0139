import type { OwnDatabase } from '../../connectors/index.ts';
import { prepareJournal } from './postgres-tables.ts';

/**
 * The salt of a project's passphrase, where several machines have to open what one of them sealed: the first one that comes
 * keeps its own. It is no secret; with the passphrase, which every machine has from its own environment, it makes the same key.
 *
 * @param own hexadecimal digits
 */
export async function keepSalt(database: OwnDatabase, project: string, own: string): Promise<string> {
  await prepareJournal(database);
  await database.rows('INSERT INTO godwit_journal_salt VALUES ($1, $2) ON CONFLICT (project) DO NOTHING', [
    project,
    own,
  ]);
  const [row] = await database.rows('SELECT salt FROM godwit_journal_salt WHERE project = $1', [project]);
  return row?.[0] ?? own;
}
