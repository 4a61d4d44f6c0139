/**
 * One life of the run: takes the lock, opens journal and systems, carries out the steps, and says on its standard output
 * how far the target is, so that whoever kills it can choose the moment.
 */
import { join } from 'node:path';
import type { OpenSystem } from '../../../src/connectors/index.ts';
import { postgres, sqlite } from '../../../src/connectors/index.ts';
import {
  executeStep,
  finishRun,
  lockProject,
  openSession,
  openSqliteJournal,
} from '../../../src/engine/index.ts';
import { sealFromKey, silentLog, systemClock, systemRandom } from '../../../src/host/index.ts';
import { Secret, Warrant } from '../../../src/model/index.ts';
import { plans, run, runbookId, steps } from './kill-nine-world.ts';

export interface ChildOrder {
  readonly folder: string;
  readonly rowsPerSlice: number;
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
  };
  readonly database: string;
}

const order = JSON.parse(process.argv[2] ?? '') as ChildOrder;
const seal = sealFromKey(new Uint8Array(32).fill(3));
const signal = new AbortController().signal;
const context = { clock: systemClock, random: systemRandom, log: silentLog, seal, signal };

const source = async (): Promise<OpenSystem> =>
  sqlite.open({ path: join(order.folder, 'source.sqlite') }, { ...context, name: 'old', role: 'source' });
const target = async (): Promise<OpenSystem> => {
  const { password, ...login } = order.postgres;
  const address = {
    ...login,
    password: new Secret(password),
    database: order.database,
    schema: 'public',
    tls: 'off' as const,
  };
  return postgres.open(address, { ...context, name: 'new', role: 'target' });
};

using lock = lockProject({
  path: join(order.folder, 'lock.sqlite'),
  purpose: 'kill-nine',
  clock: systemClock,
});
await using journal = openSqliteJournal({
  path: join(order.folder, 'journal.sqlite'),
  seal,
  clock: systemClock,
});
const [old, fresh] = [await source(), await target()];
const objects = plans(await old.inspects.inspect(), await fresh.inspects.inspect());
const warrant = Warrant.issue({
  runbookId,
  world: 'rehearsal',
  target: await fresh.fingerprint(),
  steps: steps.map(({ id }) => id),
  expiresAt: '2100-01-01T00:00:00.000Z',
  approvals: [],
});
await old[Symbol.asyncDispose]();
await fresh[Symbol.asyncDispose]();
await using session = await openSession({
  run,
  runbookId,
  journal,
  systems: { source, target },
  lock,
  warrant,
  ...context,
  record: async () => undefined,
  judge: () => 'go',
  onProgress: ({ object, slicesApplied, slicesPlanned }) =>
    process.stdout.write(`${JSON.stringify({ object, slicesApplied, slicesPlanned })}\n`),
  mask: (text) => seal.blind(text),
  limits: { rowsPerSlice: order.rowsPerSlice },
});
for (const step of steps) await executeStep(session, step, objects);
await finishRun(session, steps.at(-1)?.id ?? '');
