import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startMariadb } from './start-mariadb.ts';
import { startPostgres } from './start-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files borrow servers; see `shared-postgres.ts`. */
    serverDesk: string;
  }
}

/**
 * Vitest's global set-up. Each test file has its own process, so a server kept in one would be started anew for every file.
 * This desk lives as long as the whole run: the first file that asks for a server waits for its start, later ones get the
 * same; a run that asks for none starts none.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const servers = new Map<string, Promise<LentServer>>();
  const lend = async (name: string): Promise<LentServer> => {
    const server = servers.get(name) ?? starts[name]?.();
    if (server === undefined) throw new Error(`there is no server ${name}`);
    servers.set(name, server);
    return server;
  };
  const password = randomBytes(16).toString('hex');
  const desk = await openDesk(password, lend);
  const { port } = desk.address() as AddressInfo;
  project.provide('serverDesk', `http://127.0.0.1:${port}/${password}`);
  return async () => {
    desk.close();
    desk.closeAllConnections();
    const started = await Promise.allSettled(servers.values());
    await Promise.all(started.map(async (outcome) => outcome.status === 'fulfilled' && outcome.value.stop()));
  };
}

interface LentServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  stop(): Promise<void>;
}

/** By the path under which a test file asks. */
const starts: Readonly<Record<string, () => Promise<LentServer>>> = {
  'postgres/15': async () => startPostgres({ major: 15 }),
  'postgres/18': async () => startPostgres({ major: 18 }),
  'mariadb/debian': async () => startMariadb(),
};

async function openDesk(password: string, lend: (name: string) => Promise<LentServer>): Promise<Server> {
  const desk = createServer((request, response) => {
    const [, given, kind, version] = (request.url ?? '').split('/');
    if (given !== password) {
      response.writeHead(404).end();
      return;
    }
    lend(`${kind}/${version}`).then(
      ({ host, port, user, password: login }) =>
        response.end(JSON.stringify({ host, port, user, password: login })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, '127.0.0.1');
  await once(desk, 'listening');
  return desk;
}
