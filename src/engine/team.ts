import { locked } from './faults.ts';
import type { ProjectLock } from './journal/project-lock.ts';
import type { WorkBoard } from './journal/work-board.ts';
import type { Seat } from './seat.ts';
import type { WarrantedTarget } from './warranted-target.ts';

/** The processes that work on a run, for the one that leads them. */
export interface Team {
  readonly board: WorkBoard;
  readonly worker: string;
  /** Of godwit. */
  readonly version: string;
  /** The token of the lead. */
  readonly lead: string;
  /** The token under which this process itself writes what is nobody's slice. */
  fence: string;
  /** The target knows that this process leads. */
  entered: boolean;
}

/** Of the seat that leads; throws `engine.locked`, naming the process that does. */
export async function leadTeam(
  seat: Seat,
  purpose: string,
): Promise<{ readonly team: Team; readonly lock: ProjectLock }> {
  const { board, worker } = seat;
  const leading = await board.lead(worker.worker, purpose);
  if (!leading.leads) {
    const { pid, host, joinedAt, purpose: doing } = leading.by;
    throw locked({ pid, host, startedAt: joinedAt, purpose: doing });
  }
  seat.keepLead();
  const { token } = leading;
  return {
    team: {
      board,
      worker: worker.worker,
      version: worker.version,
      lead: token,
      fence: token,
      entered: false,
    },
    lock: seatLock(seat, purpose),
  };
}

/** A seat as what a session asks for: while it lasts, what others do on the project goes by the board. */
export function seatLock({ worker }: Seat, purpose: string, startedAt: string = ''): ProjectLock {
  const { pid, host } = worker;
  return { holder: { pid, host, startedAt, purpose }, [Symbol.dispose]: () => undefined };
}

/** Before the first slice: whoever led before, and whoever worked for them, brings nothing more under their old tokens. */
export async function enterRun(
  { run, team }: { readonly run: string; readonly team: Team | null },
  target: WarrantedTarget,
  step: string,
): Promise<void> {
  if (team === null || team.entered || !target.fences) return;
  await target.raiseFence(step, { run, slice: null }, team.lead);
  team.entered = true;
}

/**
 * Keeps everybody out of a run who began before now: after this returns nothing of theirs comes into the target, also not from a
 * process that is frozen. Needed before it is read what is there to take back.
 */
export async function fenceRun(
  team: Team,
  target: WarrantedTarget,
  { step, run }: { readonly step: string; readonly run: string },
): Promise<void> {
  if (!target.fences) return;
  team.fence = await team.board.nextToken(team.lead);
  await target.raiseFence(step, { run, slice: null }, team.fence);
}
