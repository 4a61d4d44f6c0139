import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectorContract } from '../connector.contract.ts';
import { sqlite } from './open.ts';
import { PlainSqlite } from './plain-sqlite.contract.ts';

const scratch = new PlainSqlite();

connectorContract('sqlite', {
  connector: sqlite,
  fresh: async () => new PlainSqlite('wal'),
  loads: 'postgres-text',
  broken: [
    {
      title: 'a file that is not there',
      address: () => ({ path: join(scratch.folder, 'nowhere.sqlite') }),
      secret: null,
      fate: 'never',
    },
    {
      title: 'a file that is something else',
      address: () => {
        const path = join(scratch.folder, 'letter.sqlite');
        writeFileSync(path, 'Dear Sir or Madam, this is not a database. '.repeat(100));
        return { path };
      },
      secret: null,
      fate: 'never',
    },
    { title: 'a folder', address: () => ({ path: scratch.folder }), secret: null, fate: 'never' },
  ],
});
