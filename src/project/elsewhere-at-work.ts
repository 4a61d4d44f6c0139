import { type LockHolder, locked, type ProjectLock } from '../engine/index.ts';
import type { Project } from './project.ts';

/**
 * Keeps out who works on the same ledger from another folder. A ledger in the folder itself has no other folder. Throws
 * `engine.locked`.
 */
export async function occupyLedger(
  project: Project,
  { holder }: ProjectLock,
): Promise<AsyncDisposable | null> {
  const store = project.lineStore();
  if (store === null) return null;
  const { pid, startedAt, purpose, host } = holder;
  const occupied = await store.occupy([pid, startedAt, plain(purpose), plain(host)].join(' / '));
  if (occupied === null) throw locked(await atWorkElsewhere(project));
  return occupied;
}

/** The process that works on the ledger of this project, in whatever folder; null when none does. */
export async function atWorkElsewhere(project: Project): Promise<LockHolder | null> {
  const told = (await project.lineStore()?.occupant()) ?? null;
  if (told === null) return null;
  const [pid = '', startedAt = '', purpose = '', host = ''] = told.split(' / ');
  return { pid: Number(pid), startedAt, purpose, host };
}

const plain = (text: string): string => text.replaceAll(/[^ -~]/g, '?');
