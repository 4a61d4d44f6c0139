import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { type MysqlAccess, startMariadb } from '../../tests/servers/index.ts';
import type { FileSystem } from './crm-move.ts';
import { type CrmDatabase, uriOf } from './crm-servers.ts';
import type { CrmTable } from './crm-tables.ts';
import { mariadbSettings } from './mariadb-activities.ts';
import { runCommand } from './run-command.ts';

/** A MariaDB that holds the CRM: four tables with 16 indexes and keys and six references, out of the one in PostgreSQL. */
export class MariadbCrm implements AsyncDisposable {
  readonly #server: MysqlAccess & AsyncDisposable;
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'godwit-bench-'));

  private constructor(server: MysqlAccess & AsyncDisposable) {
    this.#server = server;
    // Both servers write and read files there, each under an account of its own.
    chmodSync(this.#folder, 0o777);
  }

  static async of(source: CrmDatabase): Promise<MariadbCrm> {
    const crm = new MariadbCrm(await startMariadb({ settings: mariadbSettings }));
    await crm.#server.createDatabase(database);
    for (const statement of createTables) await crm.ask(statement);
    for (const table of ['accounts', 'contacts', 'deals', 'activities'] as const)
      await crm.#load(source, table);
    await crm.ask('ANALYZE TABLE accounts, contacts, deals, activities');
    return crm;
  }

  get system(): FileSystem {
    const { host, port, user, password } = this.#server;
    return {
      lines: `    { kind: mysql, host: "${host}", port: ${port}, database: ${database}, user: ${user}, password_env: GODWIT_SOURCE_PASSWORD, tls: off }\n`,
      password,
    };
  }

  get uri(): string {
    const { host, port, user, password } = this.#server;
    return `mysql://${user}:${password}@${host}:${port}/${database}`;
  }

  /** A table as a file that COPY reads; the server writes it. Answers with its path. */
  async writeFile(table: CrmTable): Promise<string> {
    const path = join(this.#folder, `${table}.tsv`);
    rmSync(path, { force: true });
    await this.ask(`SELECT * FROM ${table} INTO OUTFILE '${path}' CHARACTER SET utf8mb4`);
    return path;
  }

  async ask(statement: string): Promise<void> {
    const { host, port, user, password } = this.#server;
    const connection = await createConnection({ host, port, user, password, database });
    try {
      await connection.query("SET time_zone = '+00:00', foreign_key_checks = 0, unique_checks = 0");
      await connection.query(statement);
    } finally {
      await connection.end();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    rmSync(this.#folder, { recursive: true, force: true });
    await this.#server[Symbol.asyncDispose]();
  }

  async #load(source: CrmDatabase, table: CrmTable): Promise<void> {
    const path = join(this.#folder, `${table}.tsv`);
    const fields = written[table].join(', ');
    const copy = `COPY (SELECT ${fields} FROM crm.${table} ORDER BY id) TO STDOUT`;
    await runCommand('bash', ['-c', `psql "$SOURCE" -qXAt -c "${copy}" > ${path}`], {
      env: { SOURCE: `${uriOf(source)}?options=-ctimezone%3DUTC` },
    });
    const { host, port, user, password } = this.#server;
    const load = `SET foreign_key_checks = 0, unique_checks = 0; LOAD DATA LOCAL INFILE '${path}' INTO TABLE ${table} CHARACTER SET utf8mb4`;
    const login = [`-h${host}`, `-P${port}`, `-u${user}`, `-p${password}`, database];
    await runCommand('mariadb', [...login, '--local-infile=1', '-e', load]);
    rmSync(path);
  }
}

const database = 'crm';

/** Documents are kept as their text, moments as what the clock shows in UTC. */
const createTables = [
  `CREATE TABLE accounts (
     id bigint NOT NULL, parent_id bigint, external_ref char(36) CHARACTER SET ascii NOT NULL, name varchar(160) NOT NULL,
     domain varchar(120), industry varchar(40), employees int, annual_revenue decimal(16,2), country char(2) NOT NULL,
     address json, description text, is_active tinyint(1) NOT NULL CHECK (is_active in (0,1)), created_at datetime(6) NOT NULL,
     updated_at datetime(6), PRIMARY KEY (id), UNIQUE KEY external_ref (external_ref), KEY name (name),
     CONSTRAINT accounts_parent FOREIGN KEY (parent_id) REFERENCES accounts (id))`,
  `CREATE TABLE contacts (
     id bigint NOT NULL, account_id bigint NOT NULL, first_name varchar(60) NOT NULL, last_name varchar(60) NOT NULL,
     email varchar(254) NOT NULL, phone varchar(32), title varchar(80), birthdate date, lead_score smallint,
     do_not_call tinyint(1) NOT NULL CHECK (do_not_call in (0,1)), attributes json, notes text, created_at datetime(6) NOT NULL,
     updated_at datetime(6), PRIMARY KEY (id), UNIQUE KEY email (email), KEY account_id (account_id),
     KEY last_first (last_name, first_name),
     CONSTRAINT contacts_account FOREIGN KEY (account_id) REFERENCES accounts (id))`,
  `CREATE TABLE deals (
     id bigint NOT NULL, account_id bigint NOT NULL, contact_id bigint, title varchar(200) NOT NULL, stage varchar(30) NOT NULL,
     amount decimal(14,2), probability double, currency char(3) NOT NULL, expected_close date, closed_at datetime(6), custom json,
     created_at datetime(6) NOT NULL, PRIMARY KEY (id), KEY account_id (account_id), KEY contact_id (contact_id),
     KEY stage_close (stage, expected_close), CONSTRAINT deals_account FOREIGN KEY (account_id) REFERENCES accounts (id),
     CONSTRAINT deals_contact FOREIGN KEY (contact_id) REFERENCES contacts (id))`,
  `CREATE TABLE activities (
     id bigint NOT NULL, contact_id bigint NOT NULL, deal_id bigint, kind varchar(20) NOT NULL, subject varchar(200), body text,
     duration_sec int, cost decimal(10,4), meta json, occurred_at datetime(6) NOT NULL, created_at datetime(6) NOT NULL,
     PRIMARY KEY (id), KEY contact_id (contact_id), KEY deal_id (deal_id), KEY occurred (occurred_at),
     CONSTRAINT activities_contact FOREIGN KEY (contact_id) REFERENCES contacts (id),
     CONSTRAINT activities_deal FOREIGN KEY (deal_id) REFERENCES deals (id))`,
].map((statement) => `${statement} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);

/** Of each table in PostgreSQL, what LOAD DATA reads. */
const written: Readonly<Record<CrmTable, readonly string[]>> = {
  accounts: [
    'id, parent_id, external_ref, name, domain, industry, employees, annual_revenue, country, address, description',
    'is_active::int, created_at::timestamp, updated_at::timestamp',
  ],
  contacts: [
    'id, account_id, first_name, last_name, email, phone, title, birthdate, lead_score, do_not_call::int, attributes, notes',
    'created_at::timestamp, updated_at::timestamp',
  ],
  deals: [
    'id, account_id, contact_id, title, stage, amount, probability, currency, expected_close, closed_at::timestamp, custom',
    'created_at::timestamp',
  ],
  activities: [
    'id, contact_id, deal_id, kind, subject, body, duration_sec, cost, meta, occurred_at::timestamp, created_at::timestamp',
  ],
};

/** The tables that the files of `writeFile` are loaded into: the types that godwit creates of those of MariaDB. */
export const createLoadedTables = `
  CREATE SCHEMA crm;
  CREATE TABLE crm.accounts (
    id bigint NOT NULL, parent_id bigint, external_ref char(36) NOT NULL, name varchar(160) NOT NULL, domain varchar(120),
    industry varchar(40), employees integer, annual_revenue numeric(16,2), country char(2) NOT NULL, address json,
    description text, is_active boolean NOT NULL, created_at timestamp(6) NOT NULL, updated_at timestamp(6));
  CREATE TABLE crm.contacts (
    id bigint NOT NULL, account_id bigint NOT NULL, first_name varchar(60) NOT NULL, last_name varchar(60) NOT NULL,
    email varchar(254) NOT NULL, phone varchar(32), title varchar(80), birthdate date, lead_score smallint,
    do_not_call boolean NOT NULL, attributes json, notes text, created_at timestamp(6) NOT NULL, updated_at timestamp(6));
  CREATE TABLE crm.deals (
    id bigint NOT NULL, account_id bigint NOT NULL, contact_id bigint, title varchar(200) NOT NULL,
    stage varchar(30) NOT NULL, amount numeric(14,2), probability double precision, currency char(3) NOT NULL,
    expected_close date, closed_at timestamp(6), custom json, created_at timestamp(6) NOT NULL);
  CREATE TABLE crm.activities (
    id bigint NOT NULL, contact_id bigint NOT NULL, deal_id bigint, kind varchar(20) NOT NULL, subject varchar(200),
    body text, duration_sec integer, cost numeric(10,4), meta json, occurred_at timestamp(6) NOT NULL,
    created_at timestamp(6) NOT NULL)`;
