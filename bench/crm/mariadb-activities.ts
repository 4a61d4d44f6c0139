import { createConnection } from 'mysql2/promise';
import { type MysqlAccess, startMariadb } from '../../tests/servers/index.ts';
import { type CrmDatabase, sql, uriOf } from './crm-servers.ts';
import { runCommand } from './run-command.ts';

/** As durable as the PostgreSQL servers beside it. */
export const mariadbSettings = {
  'innodb-flush-log-at-trx-commit': '1',
  'innodb-buffer-pool-size': '3G',
  'innodb-log-file-size': '1G',
  'max-allowed-packet': '64M',
};

/** A MariaDB with databases that hold the table `activities`, or are to hold it. */
export class MariadbActivities implements AsyncDisposable {
  readonly server: MysqlAccess & AsyncDisposable;

  private constructor(server: MysqlAccess & AsyncDisposable) {
    this.server = server;
  }

  static async start(): Promise<MariadbActivities> {
    return new MariadbActivities(await startMariadb({ settings: mariadbSettings }));
  }

  /** A new database with the empty table; its records are added by LOAD DATA where a file is given. */
  async database(file?: string): Promise<string> {
    const database = await this.server.createDatabase();
    await this.#ask(database, createTable);
    if (file !== undefined) await this.load(database, file);
    return database;
  }

  /** LOAD DATA of a ready file, by the server's own client. */
  async load(database: string, file: string): Promise<void> {
    const load = `SET time_zone = '+00:00'; LOAD DATA LOCAL INFILE '${file}' INTO TABLE activities CHARACTER SET utf8mb4`;
    await runCommand('mariadb', [...this.#client(database), '--local-infile=1', '-e', load]);
  }

  /** The server's own client, piped into psql: text, as it is often done by hand. */
  async pipe(database: string, target: CrmDatabase): Promise<void> {
    const select = `SET time_zone = '+00:00'; SELECT * FROM activities`;
    const out = `mariadb ${this.#client(database).join(' ')} --quick -BN -e "${select}"`;
    const into = `psql "$TARGET" -qXAt -c "COPY activities FROM STDIN (NULL 'NULL')"`;
    await runCommand('bash', ['-o', 'pipefail', '-c', `${out} | ${into}`], {
      env: { TARGET: `${uriOf(target)}?options=-ctimezone%3DUTC` },
    });
  }

  /** Number and sums over the records. */
  async contentOf(database: string): Promise<string> {
    const digest =
      'CRC32(CONCAT_WS(0x1f, id, contact_id, deal_id, kind, subject, body, duration_sec, cost, meta))';
    const times = 'CRC32(CONCAT_WS(0x1f, occurred_at, created_at))';
    return this.#ask(
      database,
      `SELECT concat_ws(' ', count(*), sum(${digest}), sum(${times})) FROM activities`,
    );
  }

  async drop(database: string): Promise<void> {
    await this.server.dropDatabase(database);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
  }

  #client(database: string): readonly string[] {
    const { host, port, user, password } = this.server;
    return [
      `-h${host}`,
      `-P${port}`,
      `-u${user}`,
      `-p${password}`,
      '--default-character-set=utf8mb4',
      database,
    ];
  }

  async #ask(database: string, statement: string): Promise<string> {
    const { host, port, user, password } = this.server;
    const connection = await createConnection({ host, port, user, password, database, timezone: 'Z' });
    try {
      await connection.query("SET time_zone = '+00:00'");
      const [rows] = await connection.query({ sql: statement, rowsAsArray: true });
      return Array.isArray(rows) ? String((rows as unknown[][])[0]?.[0]) : '';
    } finally {
      await connection.end();
    }
  }
}

const createTable = `CREATE TABLE activities (id bigint NOT NULL PRIMARY KEY, contact_id bigint NOT NULL, deal_id bigint,
  kind varchar(20) NOT NULL, subject varchar(200), body longtext, duration_sec int, cost decimal(10,4),
  meta longtext CHECK (json_valid(meta)), occurred_at timestamp(6) NOT NULL DEFAULT '2000-01-01', created_at timestamp(6) NOT NULL DEFAULT '2000-01-01')
  CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin`;

/** The same table in PostgreSQL, with documents as the text that MariaDB keeps of them. */
export const createActivities = `CREATE TABLE activities (id bigint NOT NULL PRIMARY KEY, contact_id bigint NOT NULL, deal_id bigint,
  kind varchar(20) NOT NULL, subject varchar(200), body text, duration_sec integer, cost numeric(10,4), meta json,
  occurred_at timestamptz NOT NULL, created_at timestamptz NOT NULL)`;

/** Number and sums over the records. */
export async function activitiesOf(database: CrmDatabase): Promise<string> {
  const hash = (seed: number): string => `sum(hashtextextended(t::text, ${seed}))`;
  const query = `SELECT concat_ws(' ', count(*), ${hash(1)}, ${hash(2)}) FROM activities AS t`;
  const [row] = await sql(database, "SET timezone = 'UTC'", query);
  return String(row?.[0]);
}

/** A file that LOAD DATA reads, out of PostgreSQL's own COPY: none of these texts has an escape that only COPY knows. */
export async function writeLoadFile(database: CrmDatabase, file: string): Promise<void> {
  const query =
    'SELECT id, contact_id, deal_id, kind, subject, body, duration_sec, cost, meta, occurred_at::timestamp, created_at::timestamp FROM activities ORDER BY id';
  await runCommand('bash', ['-c', `psql "$SOURCE" -qXAt -c "COPY (${query}) TO STDOUT" > ${file}`], {
    env: { SOURCE: `${uriOf(database)}?options=-ctimezone%3DUTC` },
  });
}
