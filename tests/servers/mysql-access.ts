import { randomBytes } from 'node:crypto';
import { createConnection } from 'mysql2/promise';

/** How to reach a server of the MySQL wire, without a database. */
export interface MysqlLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** A server a test may use; whether it may also stop it is `MariadbServer`'s matter. */
export interface MysqlAccess extends MysqlLogin {
  /** Creates an empty database and answers with its name. */
  createDatabase(name?: string): Promise<string>;
  dropDatabase(name: string): Promise<void>;
}

export function mysqlAccess(login: MysqlLogin): MysqlAccess {
  return {
    ...login,
    createDatabase: async (name = `test_${randomBytes(6).toString('hex')}`) => {
      await carryOut(login, `CREATE DATABASE ${quoted(name)}`);
      return name;
    },
    dropDatabase: async (name) => carryOut(login, `DROP DATABASE IF EXISTS ${quoted(name)}`),
  };
}

async function carryOut({ host, port, user, password }: MysqlLogin, sql: string): Promise<void> {
  const connection = await createConnection({ host, port, user, password });
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
