import { existsSync } from 'node:fs';
import type { PostgresAddress } from '../../connectors/index.ts';
import { clientTooOld } from './faults.ts';
import type { ProgramRunner } from './program-runner.ts';
import { type Scratch, versionNumber } from './scratch.ts';

const objectsThere = `SELECT count(*) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'`;

const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
];

/** Clients before version 16 do not know the word `system`. */
function roots(caFile: string | null): string {
  return caFile ?? bundles.find((path) => existsSync(path)) ?? 'system';
}

/** A database of a PostgreSQL server, by its own clients. */
export class PostgresScratch implements Scratch {
  readonly title: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly places: Readonly<Record<string, string>>;
  readonly #database: string;
  readonly #schema: string;
  readonly #runner: ProgramRunner;

  /** @param address the name of its database is one that needs no quotes */
  constructor(address: PostgresAddress, runner: ProgramRunner, caFile: string | null) {
    const { host, port, user, database, schema, password, tls } = address;
    this.title = `database ${database} at ${host}:${port}`;
    this.#database = database;
    this.#schema = schema;
    this.#runner = runner;
    this.secrets = {
      PGHOST: host,
      PGPORT: String(port),
      PGUSER: user,
      ...(tls === 'off'
        ? { PGSSLMODE: 'disable' }
        : { PGSSLMODE: 'verify-full', PGSSLROOTCERT: roots(caFile) }),
      PGCONNECT_TIMEOUT: '15',
      PGAPPNAME: 'godwit-drill',
      PGDATABASE: database,
      ...(password === null ? {} : { PGPASSWORD: password.reveal() }),
    };
    this.places = { host, port: String(port), user, database };
  }

  async versions(): Promise<{ readonly client: string; readonly server: string }> {
    const client = await this.#runner.version('pg_restore');
    const server = `PostgreSQL ${await this.#asked('SHOW server_version', 'postgres')}`;
    if (Math.floor(versionNumber(client) / 1_000) < Math.floor(versionNumber(server) / 1_000))
      throw clientTooOld(client, server);
    return { client, server };
  }

  async objects(): Promise<number | null> {
    const there = await this.#asked(
      `SELECT count(*) FROM pg_catalog.pg_database WHERE datname = '${this.#database}'`,
      'postgres',
    );
    return there === '0' ? null : Number(await this.#asked(objectsThere, this.#database));
  }

  async create(): Promise<void> {
    await this.#asked(`CREATE DATABASE "${this.#database}" TEMPLATE template0`, 'postgres');
  }

  async ask(sql: string): Promise<string> {
    return await this.#asked(`SET default_transaction_read_only = on;\n${sql}`, this.#database);
  }

  async largest(relation: string, field: string): Promise<string> {
    const [schema, table, column] = [this.#schema, relation, field].map(quoted);
    return await this.ask(`SELECT max(${column}) FROM ${schema}.${table}`);
  }

  async drop(): Promise<void> {
    const sql = `DROP DATABASE IF EXISTS "${this.#database}" WITH (FORCE)`;
    await this.#asked(sql, 'postgres', new AbortController().signal);
  }

  async #asked(sql: string, database: string, signal?: AbortSignal): Promise<string> {
    const { out } = await this.#runner.run('psql', ['-X', '-q', '-A', '-t', '-w', '-v', 'ON_ERROR_STOP=1'], {
      secrets: { ...this.secrets, PGDATABASE: database, PGOPTIONS: '-c client_min_messages=warning' },
      input: { text: `${sql}\n;` },
      ...(signal ? { signal } : {}),
    });
    return out.trimEnd();
  }
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
