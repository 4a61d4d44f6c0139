import { type Journal, openSqliteJournal } from '../engine/index.ts';
import type { Project } from './project.ts';

/** The journal of the live systems, or of a rehearsal, by the name of its file. */
export function openWorldJournal(project: Project, name: string): Journal {
  return openSqliteJournal({ path: project.statePath(name), seal: project.seal(), clock: project.clock });
}
