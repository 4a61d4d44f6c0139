import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import type { PostgresMajor } from './postgres-package.ts';
import { type PostgresServer, startPostgres } from './start-postgres.ts';

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
  const servers = new Map<PostgresMajor, Promise<PostgresServer>>();
  const lend = async (major: PostgresMajor): Promise<PostgresServer> => {
    const server = servers.get(major) ?? startPostgres({ major });
    servers.set(major, server);
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

async function openDesk(
  password: string,
  lend: (major: PostgresMajor) => Promise<PostgresServer>,
): Promise<Server> {
  const desk = createServer((request, response) => {
    const [, given, kind, major] = (request.url ?? '').split('/');
    if (given !== password || kind !== 'postgres' || (major !== '15' && major !== '18')) {
      response.writeHead(404).end();
      return;
    }
    lend(Number(major) as PostgresMajor).then(
      ({ host, port, user, password: login }) =>
        response.end(JSON.stringify({ host, port, user, password: login })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, '127.0.0.1');
  await once(desk, 'listening');
  return desk;
}
