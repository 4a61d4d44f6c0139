import { Client } from 'pg';
import { type OpenContext, type OpenSystem, postgres } from '../../src/connectors/index.ts';
import { Secret } from '../../src/model/index.ts';
import { postgresSetUp } from '../fidelity/postgres-types.ts';
import type { PostgresAccess } from '../servers/index.ts';
import { named } from './drawn-names.ts';
import type { LaneTargets } from './lane-case.ts';
import { type PlainDatabase, targetsIn } from './two-places.ts';

const setUp = `${postgresSetUp}
  CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
  CREATE TYPE humour AS ENUM ('happy', 'sad', 'active');
  CREATE TABLE parent (no integer PRIMARY KEY);
  INSERT INTO parent SELECT i FROM generate_series(0, 400) i WHERE i % 37 <> 5;`;

/** A new database of a server, with the types and the table `parent` that made-up tables need. */
export class PostgresDatabase implements PlainDatabase {
  readonly #server: PostgresAccess;
  readonly #database: string;
  readonly #client: Client;

  private constructor(server: PostgresAccess, database: string, client: Client) {
    this.#server = server;
    this.#database = database;
    this.#client = client;
  }

  static async create(server: PostgresAccess): Promise<PostgresDatabase> {
    const database = await server.createDatabase();
    const { host, port, user, password } = server;
    const client = new Client({ host, port, user, password, database });
    await client.connect();
    await client.query(`SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; ${setUp}`);
    return new PostgresDatabase(server, database, client);
  }

  async open(context: OpenContext): Promise<OpenSystem> {
    const { host, port, user, password } = this.#server;
    const login = { host, port, user, password: new Secret(password), database: this.#database };
    return postgres.open({ ...login, schema: 'public', tls: 'off' }, context);
  }

  async run(sql: string): Promise<void> {
    await this.#client.query(sql);
  }

  quoted(name: string): string {
    return named(name);
  }

  async contentOf(table: string): Promise<readonly unknown[]> {
    const { rows } = await this.#client.query(
      `SELECT t::text FROM ${named(table)} t ORDER BY t::text COLLATE "C"`,
    );
    return rows;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end();
  }
}

/** Two new databases of a server. */
export async function postgresTargets(server: PostgresAccess): Promise<LaneTargets> {
  const bulk = await PostgresDatabase.create(server);
  return targetsIn({ bulk, records: await PostgresDatabase.create(server) });
}
