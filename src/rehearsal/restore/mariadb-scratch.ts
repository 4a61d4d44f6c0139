import type { MysqlAddress } from '../../connectors/index.ts';
import { clientTooOld } from './faults.ts';
import type { ProgramRunner } from './program-runner.ts';
import { type Scratch, versionNumber } from './scratch.ts';

/** A database of a MariaDB or MySQL server, by its own client. */
export class MariadbScratch implements Scratch {
  readonly title: string;
  readonly secrets: Readonly<Record<string, string>>;
  readonly places: Readonly<Record<string, string>>;
  /** How the client reaches the server; without what it does there. */
  readonly login: readonly string[];
  readonly #database: string;
  readonly #runner: ProgramRunner;

  /** @param address the name of its database is one that needs no quotes */
  constructor(address: MysqlAddress, runner: ProgramRunner, caFile: string | null) {
    const { host, port, user, database, password, tls } = address;
    this.title = `database ${database} at ${host}:${port}`;
    this.#database = database;
    this.#runner = runner;
    this.secrets = password === null ? {} : { MYSQL_PWD: password.reveal() };
    this.places = { host, port: String(port), user, database };
    this.login = [
      '--no-defaults',
      '--protocol=TCP',
      `--host=${host}`,
      `--port=${port}`,
      `--user=${user}`,
      '--default-character-set=utf8mb4',
      ...(tls === 'off' ? ['--skip-ssl'] : ['--ssl', '--ssl-verify-server-cert']),
      ...(caFile === null ? [] : [`--ssl-ca=${caFile}`]),
    ];
  }

  async versions(): Promise<{ readonly client: string; readonly server: string }> {
    const client = await this.#runner.version('mariadb');
    const server = await this.#asked('SELECT version()');
    const isMariadb = (text: string): boolean => /mariadb/i.test(text);
    const own = /Distrib ([\d.]+)|from ([\d.]+)/.exec(client);
    const number = versionNumber(own?.[1] ?? own?.[2] ?? client);
    if (isMariadb(client) && isMariadb(server) && number < versionNumber(server))
      throw clientTooOld(client, server);
    return { client, server };
  }

  async objects(): Promise<number | null> {
    const named = `'${this.#database}'`;
    const there = await this.#asked(
      `SELECT count(*) FROM information_schema.schemata WHERE schema_name = ${named}`,
    );
    if (there === '0') return null;
    return Number(
      await this.#asked(
        `SELECT (SELECT count(*) FROM information_schema.tables WHERE table_schema = ${named})
          + (SELECT count(*) FROM information_schema.routines WHERE routine_schema = ${named})`,
      ),
    );
  }

  async create(): Promise<void> {
    await this.#asked(`CREATE DATABASE \`${this.#database}\``);
  }

  async ask(sql: string): Promise<string> {
    const asked = await this.#asked(`SET SESSION TRANSACTION READ ONLY;\nUSE \`${this.#database}\`;\n${sql}`);
    return asked.replaceAll('\t', '|');
  }

  async largest(relation: string, field: string): Promise<string> {
    const [table, column] = [relation, field].map((name) => `\`${name.replaceAll('`', '``')}\``);
    const found = await this.ask(`SELECT max(${column}) FROM ${table}`);
    return found === 'NULL' ? '' : found;
  }

  async drop(): Promise<void> {
    await this.#asked(`DROP DATABASE IF EXISTS \`${this.#database}\``, new AbortController().signal);
  }

  async #asked(sql: string, signal?: AbortSignal): Promise<string> {
    const { out } = await this.#runner.run('mariadb', [...this.login, '--batch', '--skip-column-names'], {
      secrets: this.secrets,
      input: { text: `${sql}\n;` },
      ...(signal ? { signal } : {}),
    });
    return out.trimEnd();
  }
}
