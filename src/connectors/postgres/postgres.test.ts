import { beforeAll, describe } from 'vitest';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../../../tests/servers/index.ts';
import { Secret } from '../../model/index.ts';
import { connectorContract } from '../connector.contract.ts';
import type { PostgresAddress } from './address.ts';
import { postgres } from './open.ts';
import { freshSchema } from './postgres-system.contract.ts';

const secret = 'hunter2-swordfish';

describe.each([15, 18] as const)('PostgreSQL %i', (major) => {
  describe.skipIf(skipWithoutPostgres(major))('on a real server', () => {
    let server: PostgresAccess;
    let database: string;
    beforeAll(async () => {
      server = await sharedPostgres(major);
      database = await server.createDatabase();
    });
    const address = (changed: Partial<PostgresAddress>): PostgresAddress => {
      const { host, port, user } = server;
      const password = new Secret(server.password);
      return { host, port, user, password, database, schema: 'public', tls: 'off', ...changed };
    };
    connectorContract(`postgres ${major}`, {
      connector: postgres,
      fresh: async () => freshSchema(server, database),
      loads: 'postgres-text',
      noBadRecords:
        'a UTF-8 database checks every value when it is stored; arrays with bounds are tested apart',
      broken: [
        {
          title: 'wrong password',
          address: () => address({ password: new Secret(secret) }),
          secret,
          fate: 'never',
        },
        { title: 'no password', address: () => address({ password: null }), secret: null, fate: 'never' },
        {
          title: 'unknown database',
          address: () => address({ database: 'nowhere' }),
          secret: null,
          fate: 'never',
        },
        {
          title: 'unknown schema',
          address: () => address({ schema: 'nowhere' }),
          secret: null,
          fate: 'never',
        },
        {
          title: 'nobody listens',
          address: () => address({ port: 1, password: new Secret(secret) }),
          secret,
          fate: 'later',
        },
        {
          title: 'a server without encryption',
          address: () => address({ tls: 'verify', password: new Secret(secret) }),
          secret,
          fate: 'never',
        },
      ],
    });
  });
});
