import { hostname } from 'node:os';
import {
  leadTeam,
  lockProject,
  openPostgresWorkBoard,
  type ProjectLock,
  Seat,
  type Team,
  type WorkBoard,
} from '../engine/index.ts';
import { occupyLedger } from './elsewhere-at-work.ts';
import type { Project } from './project.ts';
import { version } from './version.ts';
import { liveJournal } from './world-journal.ts';

/** The right to be the one that works on a project, for as long as it is held. */
export interface Hold extends AsyncDisposable {
  readonly lock: ProjectLock;
  /** Those of other machines who take part; null where one process works alone. */
  readonly team: Team | null;
  /** Aborted when another process took the lead over. */
  readonly lost: AbortSignal;
}

/** A worker that says nothing for so long loses what it holds; it says something several times within it. */
const leaseMs = 5_000;
const beatMs = 1_250;

/**
 * Keeps every other process out: of this folder by its lock, of other machines by the lead, of other folders by the ledger they share.
 * Throws `engine.locked`, which names the one that is at work.
 *
 * @param purpose what whoever is refused is told: `godwit run`
 * @param journal of the world that is worked in; a rehearsal is one machine's own affair
 */
export async function holdProject(project: Project, purpose: string, journal: string): Promise<Hold> {
  const lock = lockProject({ path: project.statePath('lock.sqlite'), purpose, clock: project.clock });
  try {
    if (journal !== liveJournal) return alone(lock, null);
    const board = await openBoard(project);
    if (board === null) return alone(lock, await occupyLedger(project, lock));
    const seat = await takeSeat(project, board, purpose);
    try {
      const { team } = await leadTeam(seat, purpose);
      return { lock, team, lost: seat.leadLost, [Symbol.asyncDispose]: async () => release(seat, lock) };
    } catch (error) {
      await seat[Symbol.asyncDispose]();
      throw error;
    }
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

async function release(seat: Seat, lock: ProjectLock): Promise<void> {
  await seat[Symbol.asyncDispose]();
  lock[Symbol.dispose]();
}

function alone(lock: ProjectLock, ledger: AsyncDisposable | null): Hold {
  const lost = new AbortController().signal;
  const end = async (): Promise<void> => {
    await ledger?.[Symbol.asyncDispose]();
    lock[Symbol.dispose]();
  };
  return { lock, team: null, lost, [Symbol.asyncDispose]: end };
}

/** Where those who work on the project meet; null where its journal is a file of one machine. */
export async function openBoard(project: Project): Promise<WorkBoard | null> {
  const database = project.sharedDatabase();
  if (database === null) return null;
  return await openPostgresWorkBoard({ database, project: project.ledgerOrigin, leaseMs });
}

/** Throws `engine.worker-outdated`. */
export async function takeSeat(project: Project, board: WorkBoard, purpose: string): Promise<Seat> {
  const worker = {
    worker: project.random.uuid(),
    host: hostname(),
    pid: process.pid,
    version,
    purpose,
  };
  return await Seat.take({ board, worker, clock: project.clock, log: project.log, beatMs });
}
