import { mkdirSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import {
  type FilesAddress,
  filesConnector,
  type HubspotAddress,
  hubspot,
  type MysqlAddress,
  mysql,
  type OpenContext,
  type OpenSystem,
  type PostgresAddress,
  postgres,
  type SalesforceAddress,
  salesforce,
  sqlite,
} from '../connectors/index.ts';
import type { Environment } from './environment.ts';
import { requireSecret } from './environment.ts';
import { type HubspotSettings, hubspotAddress } from './hubspot-settings.ts';
import { projectFolder } from './project-folder.ts';
import { type SalesforceSettings, salesforceAddress } from './salesforce-settings.ts';
import type { SystemSettings } from './settings.ts';

/**
 * From settings to open systems. Paths in `godwit.yaml` are relative to the project folder; secrets are read from the
 * environment at the moment a connection is opened, and nowhere else.
 */
export class SystemOpener {
  readonly #root: string;
  readonly #environment: Environment;

  constructor(root: string, environment: Environment) {
    this.#root = root;
    this.#environment = environment;
  }

  async open(settings: SystemSettings, context: OpenContext): Promise<OpenSystem> {
    switch (settings.kind) {
      case 'sqlite':
        return sqlite.open(this.#sqliteAddress(settings), context);
      case 'postgres':
        return postgres.open(this.#postgresSystem(settings), context);
      case 'mysql':
        return mysql.open(this.mysqlAddress(settings), context);
      case 'csv':
      case 'jsonl':
        return filesConnector(settings.kind).open(this.#filesAddress(settings), context);
      case 'salesforce':
        return salesforce.open(this.#salesforceAddress(settings), context);
      case 'hubspot':
        return hubspot.open(this.#hubspotAddress(settings), context);
    }
  }

  /** Opens the sandbox of that name beside the system; the sandbox has to exist. */
  async openSandbox(settings: SystemSettings, name: string, context: OpenContext): Promise<OpenSystem> {
    switch (settings.kind) {
      case 'sqlite':
        return sqlite.open(sqlite.sandboxAddress(this.#sqliteAddress(settings), name), context);
      case 'postgres':
        return postgres.open(postgres.sandboxAddress(this.#postgresSystem(settings), name), context);
      case 'mysql':
        return mysql.open(mysql.sandboxAddress(this.mysqlAddress(settings), name), context);
      case 'csv':
      case 'jsonl':
        return filesConnector(settings.kind).open(
          filesConnector(settings.kind).sandboxAddress(this.#filesAddress(settings), name),
          context,
        );
      case 'salesforce':
        return salesforce.open(salesforce.sandboxAddress(this.#salesforceAddress(settings), name), context);
      case 'hubspot':
        return hubspot.open(hubspot.sandboxAddress(this.#hubspotAddress(settings), name), context);
    }
  }

  #path(path: string): string {
    return isAbsolute(path) ? path : join(this.#root, path);
  }

  #sqliteAddress(settings: Extract<SystemSettings, { kind: 'sqlite' }>): Parameters<typeof sqlite.open>[0] {
    return { path: this.#path(settings.path) };
  }

  #postgresSystem(settings: Extract<SystemSettings, { kind: 'postgres' }>): PostgresAddress {
    const address = this.postgresAddress(settings);
    if (settings.checkpoints === 'in-target') return address;
    const { state } = projectFolder(this.#root);
    mkdirSync(state, { recursive: true });
    return { ...address, books: join(state, 'checkpoints.sqlite') };
  }

  postgresAddress(
    settings: Omit<Extract<SystemSettings, { kind: 'postgres' }>, 'checkpoints'>,
  ): PostgresAddress {
    const { host, port, database, schema, user } = settings;
    return { host, port, database, schema, user, ...this.#access(settings) };
  }

  mysqlAddress(settings: Extract<SystemSettings, { kind: 'mysql' }>): MysqlAddress {
    const { host, port, database, user, dates } = settings;
    return { host, port, database, user, dates, ...this.#access(settings) };
  }

  #access({
    host,
    user,
    password_env: name,
    tls,
  }: Pick<
    Extract<SystemSettings, { kind: 'postgres' | 'mysql' }>,
    'host' | 'user' | 'password_env' | 'tls'
  >): Pick<MysqlAddress, 'password' | 'tls'> {
    const password =
      name === null ? null : requireSecret(this.#environment, name, `the password of ${user} at ${host}`);
    return {
      password,
      tls: typeof tls === 'string' ? tls : { ca: readFileSync(this.#path(tls.ca), 'utf8') },
    };
  }

  #salesforceAddress(settings: SalesforceSettings): SalesforceAddress {
    const state = projectFolder(this.#root).state;
    mkdirSync(state, { recursive: true });
    return salesforceAddress(settings, {
      state,
      secret: (name, purpose) => requireSecret(this.#environment, name, purpose),
      file: (path) => readFileSync(this.#path(path), 'utf8'),
    });
  }

  #hubspotAddress(settings: HubspotSettings): HubspotAddress {
    const state = projectFolder(this.#root).state;
    mkdirSync(state, { recursive: true });
    return hubspotAddress(settings, {
      state,
      secret: (name, purpose) => requireSecret(this.#environment, name, purpose),
      file: (path) => readFileSync(this.#path(path), 'utf8'),
    });
  }

  #filesAddress(settings: Extract<SystemSettings, { kind: 'csv' | 'jsonl' }>): FilesAddress {
    return {
      folder: this.#path(settings.folder),
      format: settings.kind,
      options: settings.files ?? {},
    };
  }
}
