/**
 * One process that takes slices for the trial: as an executor of DBOS, or from the board. What a slice does is told to a table by a
 * plain statement, as often as it is done. Arguments: what, the database's address, the name of this process.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import { Client } from 'pg';
import { postgresOwnDatabase } from '../../../src/connectors/index.ts';
import { openPostgresWorkBoard } from '../../../src/engine/index.ts';
import { systemClock } from '../../../src/host/index.ts';
import { Secret } from '../../../src/model/index.ts';

const [what = '', url = '', name = ''] = process.argv.slice(2);
const client = new Client({ connectionString: url });
await client.connect();

async function doSlice(slice: number, takesMs: number): Promise<void> {
  await client.query("INSERT INTO done VALUES ($1, $2, 'began')", [slice, name]);
  await systemClock.sleep(takesMs);
  await client.query("INSERT INTO done VALUES ($1, $2, 'ended')", [slice, name]);
}

if (what === 'dbos') {
  DBOS.setConfig({
    name: 'trial',
    systemDatabaseUrl: url,
    executorID: name,
    applicationVersion: '1',
    logLevel: 'error',
  });
  DBOS.registerWorkflow(
    async (slice: number, takesMs: number) =>
      DBOS.runStep(async () => doSlice(slice, takesMs), { name: 'bring' }),
    { name: 'slice' },
  );
  await DBOS.launch();
  await DBOS.registerQueue('slices', { workerConcurrency: 2, minPollingIntervalMs: 50 });
} else {
  const { hostname, port, username, password, pathname } = new URL(url);
  const login = { host: hostname, port: Number(port), user: username, password: new Secret(password) };
  const address = { ...login, database: pathname.slice(1), schema: 'public', tls: 'off' } as const;
  const database = postgresOwnDatabase(address, new AbortController().signal);
  const board = await openPostgresWorkBoard({ database, project: 'trial', leaseMs: 6_000 });
  await board.join({ worker: name, host: 'h', pid: process.pid, version: '1.0.0', purpose: 'p' });
  const counts = { rowsRead: 1, rowsWritten: 1, rowsQuarantined: 0, rowsPurged: 0 };
  const beats = async (): Promise<void> => {
    for (;;) {
      await board.beat(name);
      await systemClock.sleep(1_500);
    }
  };
  const lane = async (): Promise<void> => {
    for (;;) {
      const claim = await board.claim(name, { run: 'run', step: 'step', atOnceMax: null });
      if (claim === null) await systemClock.sleep(50);
      else {
        await doSlice(claim.slice, 0);
        await board.settle(claim, { kind: 'done', counts });
      }
    }
  };
  await Promise.all([beats(), lane(), lane()]);
}
process.stdout.write('there\n');
setInterval(() => undefined, 1_000);
