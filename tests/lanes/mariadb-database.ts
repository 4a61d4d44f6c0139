import { type Connection, createConnection } from 'mysql2/promise';
import { mysql, type OpenContext, type OpenSystem } from '../../src/connectors/index.ts';
import { Secret } from '../../src/model/index.ts';
import type { MysqlAccess } from '../servers/index.ts';
import type { LaneTargets } from './lane-case.ts';
import { type PlainDatabase, targetsIn } from './two-places.ts';

/** A new database of a MariaDB server. Its own session takes what strict servers refuse, zero dates among it. */
export class MariadbDatabase implements PlainDatabase {
  readonly #server: MysqlAccess;
  readonly #database: string;
  readonly #connection: Connection;

  private constructor(server: MysqlAccess, database: string, connection: Connection) {
    this.#server = server;
    this.#database = database;
    this.#connection = connection;
  }

  static async create(server: MysqlAccess): Promise<MariadbDatabase> {
    const database = await server.createDatabase();
    const { host, port, user, password } = server;
    const login = { host, port, user, password, database };
    const connection = await createConnection({ ...login, charset: 'utf8mb4', multipleStatements: true });
    await connection.query("SET sql_mode = '', time_zone = '+00:00'");
    return new MariadbDatabase(server, database, connection);
  }

  async open(context: OpenContext): Promise<OpenSystem> {
    const { host, port, user, password } = this.#server;
    const login = { host, port, user, password: new Secret(password), database: this.#database };
    return mysql.open({ ...login, tls: 'off', dates: 'checked' }, context);
  }

  async run(sql: string): Promise<void> {
    await this.#connection.query(sql);
  }

  quoted(name: string): string {
    return ticked(name);
  }

  /** By their bytes. */
  async contentOf(table: string): Promise<readonly unknown[]> {
    const [rows] = await this.#connection.query({
      sql: `SELECT * FROM ${ticked(table)}`,
      rowsAsArray: true,
      typeCast: (field: { buffer(): Buffer | null }) => field.buffer()?.toString('latin1') ?? null,
    });
    return (rows as unknown[]).map((row) => JSON.stringify(row)).sort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connection.end();
    await this.#server.dropDatabase(this.#database);
  }
}

const parents = `CREATE TABLE parent (no int PRIMARY KEY);
  INSERT INTO parent SELECT seq FROM seq_0_to_400 WHERE seq % 37 <> 5`;

/** Two new databases of a server, with a table `parent`. */
export async function mariadbTargets(server: MysqlAccess): Promise<LaneTargets> {
  const databases = {
    bulk: await MariadbDatabase.create(server),
    records: await MariadbDatabase.create(server),
  };
  for (const database of Object.values(databases)) await database.run(parents);
  return targetsIn(databases);
}

/** As a name in MariaDB's SQL. */
export function ticked(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
