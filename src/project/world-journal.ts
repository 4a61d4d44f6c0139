import { type Journal, openPostgresJournal, openSqliteJournal } from '../engine/index.ts';
import type { Project } from './project.ts';

/** Of the live systems; every rehearsal is in a file of the machine that rehearses. */
export const liveJournal = 'journal.sqlite';

/**
 * The journal of the live systems, or of a rehearsal, by the name of its file. That of the live systems may be in a database
 * that several machines share.
 *
 * @param lead the token under which this process leads the others; null where it only looks, takes slices, or works alone
 */
export async function openWorldJournal(
  project: Project,
  name: string,
  lead: string | null = null,
): Promise<Journal> {
  const database = name === liveJournal ? project.sharedDatabase() : null;
  const { clock } = project;
  if (database === null)
    return openSqliteJournal({ path: project.statePath(name), seal: project.seal(), clock });
  return await openPostgresJournal({
    database,
    project: project.ledgerOrigin,
    seal: project.seal(),
    clock,
    lead: lead ?? undefined,
  });
}
