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

/** A key that signs checkpoints as its two files hold it: sealed under the passphrase, and the line of its public half. */
export interface SharedRunnerKey {
  readonly sealed: string;
  readonly publicLine: string;
}

/**
 * The one key that signs the checkpoints of a ledger to which several machines write: the first one that brings a key keeps its own.
 * Null while nobody has one.
 */
export async function keepRunnerKey(
  database: OwnDatabase,
  project: string,
  own: SharedRunnerKey | null,
): Promise<SharedRunnerKey | null> {
  await prepareJournal(database);
  if (own !== null)
    await database.rows(
      'INSERT INTO godwit_journal_runner_key VALUES ($1, $2, $3) ON CONFLICT (project) DO NOTHING',
      [project, own.sealed, own.publicLine],
    );
  const [row] = await database.rows(
    'SELECT sealed, public_line FROM godwit_journal_runner_key WHERE project = $1',
    [project],
  );
  const [sealed, publicLine] = row ?? [];
  return typeof sealed === 'string' && typeof publicLine === 'string' ? { sealed, publicLine } : null;
}

/** Tells every machine that somebody asked the run to stop; who and why is in the ledger. */
export async function tellStop(database: OwnDatabase, project: string, mark: string): Promise<void> {
  await prepareJournal(database);
  await database.rows(
    `INSERT INTO godwit_journal_stop VALUES ($1, $2) ON CONFLICT (project) DO UPDATE SET mark = excluded.mark`,
    [project, mark],
  );
}

/** Changes with every stop that was asked for, on whatever machine; null before the first. */
export async function lastStop(database: OwnDatabase, project: string): Promise<string | null> {
  const [row] = await database.rows('SELECT mark FROM godwit_journal_stop WHERE project = $1', [project]);
  return row?.[0] ?? null;
}
