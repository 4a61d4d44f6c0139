import { Client } from 'pg';
import { type PostgresServer, startPostgres } from '../../tests/servers/index.ts';
import { fillStatements } from './crm-data.ts';
import {
  addReference,
  createTables,
  crmTables,
  indexes,
  references,
  validateReference,
} from './crm-tables.ts';
import { settleDisk } from './settle-disk.ts';

/**
 * Both servers alike, and every commit durable: the settings under which all figures are measured. Nothing else runs in
 * the servers meanwhile.
 */
const settings = {
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  wal_level: 'replica',
  shared_buffers: '1GB',
  work_mem: '64MB',
  maintenance_work_mem: '512MB',
  max_wal_size: '16GB',
  autovacuum: 'off',
};

/** At four times the full size the log would fill a small disk. */
const settingsAt = (scale: number): typeof settings => ({
  ...settings,
  max_wal_size: scale > 2 ? '4GB' : settings.max_wal_size,
});

/** A database on one of the two servers. */
export interface CrmDatabase {
  readonly server: PostgresServer;
  readonly database: string;
}

/** Two throwaway servers: a source that holds the CRM, and a target for empty databases. */
export class CrmServers implements AsyncDisposable {
  readonly source: CrmDatabase;
  readonly #target: PostgresServer;

  private constructor(source: CrmDatabase, target: PostgresServer) {
    this.source = source;
    this.#target = target;
  }

  static async start(scale: number): Promise<CrmServers> {
    const [source, target] = await Promise.all(
      [0, 1].map(async () => startPostgres({ major: 15, settings: settingsAt(scale) })),
    );
    if (!source || !target) throw new RangeError('two servers');
    const servers = new CrmServers({ server: source, database: await source.createDatabase('crm') }, target);
    await fill(servers.source, scale);
    return servers;
  }

  /** An empty database on the target. */
  async emptyTarget(): Promise<CrmDatabase> {
    await this.settle();
    return { server: this.#target, database: await this.#target.createDatabase() };
  }

  /** Checkpoints are taken, so that nobody pays for the one before. */
  async settle(): Promise<void> {
    for (const server of [this.#target, this.source.server])
      await sql({ server, database: 'postgres' }, 'CHECKPOINT');
    await settleDisk();
  }

  async drop({ server, database }: CrmDatabase): Promise<void> {
    await sql({ server, database: 'postgres' }, `DROP DATABASE ${database} WITH (FORCE)`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#target.stop(), this.source.server.stop()]);
  }
}

async function fill(database: CrmDatabase, scale: number): Promise<void> {
  await sql(
    database,
    createTables,
    ...fillStatements(scale),
    ...crmTables.flatMap((table) => indexes[table]),
    ...references.map(addReference),
    ...references.map(validateReference),
    'VACUUM ANALYZE',
    'CHECKPOINT',
  );
}

/** Statement by statement in one session; the rows of the last one. */
export async function sql(
  { server, database }: CrmDatabase,
  ...statements: readonly string[]
): Promise<readonly (readonly unknown[])[]> {
  const { host, port, user, password } = server;
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  try {
    let rows: unknown[][] = [];
    for (const text of statements) ({ rows } = await client.query({ text, rowMode: 'array' }));
    return rows;
  } finally {
    await client.end();
  }
}

export function uriOf({ server, database }: CrmDatabase): string {
  const { host, port, user, password } = server;
  return `postgresql://${user}:${password}@${host}:${port}/${database}`;
}
