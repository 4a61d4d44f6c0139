import { afterAll, beforeAll, describe } from 'vitest';
import { type MysqlAccess, mysqlServers } from '../../../tests/servers/index.ts';
import { type FieldType, Secret, type Value } from '../../model/index.ts';
import { connectorContract } from '../connector.contract.ts';
import type { MysqlAddress } from './address.ts';
import { freshDatabase } from './mysql-system.contract.ts';
import { mysql } from './open.ts';

const secret = 'hunter2-swordfish';

describe.each(mysqlServers())('$title', ({ title, skip, alone }) => {
  describe.skipIf(skip)('on a real server', () => {
    let server: MysqlAccess & Partial<AsyncDisposable>;
    beforeAll(async () => {
      server = await alone();
    });
    afterAll(async () => server[Symbol.asyncDispose]?.());
    const address = (changed: Partial<MysqlAddress>): MysqlAddress => {
      const { host, port, user } = server;
      const password = new Secret(server.password);
      return { host, port, user, password, database: 'mysql', tls: 'off', dates: 'checked', ...changed };
    };
    connectorContract(title, {
      connector: mysql,
      fresh: async () => freshDatabase(server),
      loads: 'mysql-text',
      cannotHold,
      asNamed: (name) => name.replaceAll('💥', '☃').trim(),
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

/** Dates end with the year 9999 and begin with 1; a moment lies between 1970 and 2038. */
function cannotHold(type: FieldType, value: Value): boolean {
  if (typeof value !== 'string') return false;
  const dated = ['date', 'timestamp', 'instant'].includes(type.kind);
  if (dated && /BC$|infinity$|^\d{5}/.test(value)) return true;
  return type.kind === 'instant' && (value < '1970-01-01 00:00:01' || value > '2038-01-19 03:14:08');
}
