import { join } from 'node:path';
import type { OpenContext, OpenSystem } from '../../src/connectors/index.ts';
import {
  lockProject,
  openSession,
  openSqliteJournal,
  type Session,
  type SessionOptions,
} from '../../src/engine/index.ts';
import { sealFromKey, silentLog, systemClock, systemRandom } from '../../src/host/index.ts';
import { type RunbookStep, Warrant } from '../../src/model/index.ts';

/** A session of the engine for one step that copies `thing`, with what a project would bring. */

const seal = sealFromKey(new Uint8Array(32).fill(9));

export const copyThing: RunbookStep = {
  id: 'copy-thing',
  title: 'thing',
  action: { kind: 'copy', object: 'thing', deferred: [] },
  shows: [],
  check: 'counts',
  stopPoint: null,
  rollback: null,
  irreversible: false,
  approver: 'anyone',
  rehearsedMs: null,
};

export function contextOf(role: 'source' | 'target'): OpenContext {
  const signal = new AbortController().signal;
  return { clock: systemClock, random: systemRandom, log: silentLog, seal, signal, name: role, role };
}

export interface CopySystems {
  source(): Promise<OpenSystem>;
  target(): Promise<OpenSystem>;
}

/** Journal and lock in files of that folder, named as the run. */
export function keptIn(folder: string, run: string): Pick<SessionOptions, 'run' | 'journal' | 'lock'> {
  return {
    run,
    journal: openSqliteJournal({ path: join(folder, `${run}.sqlite`), seal, clock: systemClock }),
    lock: lockProject({ path: join(folder, `${run}.lock`), purpose: 'a test', clock: systemClock }),
  };
}

/** Whoever opens it closes its journal. */
export async function openCopy(
  systems: CopySystems,
  options: Pick<SessionOptions, 'run' | 'journal' | 'lock'> & Partial<SessionOptions>,
): Promise<Session> {
  await using target = await systems.target();
  const warrant = Warrant.issue({
    runbookId: 'sha256:x',
    world: 'live',
    target: await target.fingerprint(),
    steps: [copyThing.id],
    expiresAt: '2100-01-01T00:00:00.000Z',
    approvals: [],
  });
  return openSession({
    runbookId: 'sha256:x',
    systems: { source: async () => systems.source(), target: async () => systems.target() },
    warrant,
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    signal: new AbortController().signal,
    record: async () => undefined,
    judge: () => 'go',
    onProgress: () => undefined,
    mask: (text) => text,
    ...options,
  });
}
