import type { Fingerprint, Schema } from '../../model/index.ts';
import type {
  CheckResult,
  Connector,
  Creates,
  OpenContext,
  OpenSystem,
  Reads,
  Undoes,
  Writes,
} from '../port.ts';
import type { PostgresAddress } from './address.ts';
import { postgresCapabilities } from './capabilities.ts';
import { fault, postgresFault } from './faults.ts';
import { describeServer, fingerprintOf } from './fingerprint.ts';
import { inspectSchema } from './inspect.ts';
import { Sessions } from './sessions.ts';
import { openSnapshot } from './snapshot.ts';

/** PostgreSQL 14 to 18 as a source and as a target. */
export const postgres: Connector<PostgresAddress> = {
  kind: 'postgres',
  capabilities: postgresCapabilities,
  open: openPostgres,
  sandboxAddress: (address, name) => ({ ...address, schema: name }),
};

async function openPostgres(address: PostgresAddress, context: OpenContext): Promise<OpenSystem> {
  const sessions = new Sessions(address, context.role === 'source', context.signal);
  try {
    await expectSchema(sessions, address);
    return new PostgresSystem(address, context, sessions);
  } catch (error) {
    await sessions[Symbol.asyncDispose]();
    throw fault(error, { system: context.name });
  }
}

async function expectSchema(sessions: Sessions, address: PostgresAddress): Promise<void> {
  await sessions.lend(async (session) => {
    const [row] = await session.rows(
      `SELECT pg_catalog.current_setting('server_version_num')::int / 10000,
         EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)`,
      [address.schema],
    );
    if (Number(row?.[0]) < 14)
      throw postgresFault('postgres.unsupported-version', `this is version ${row?.[0]}`);
    if (row?.[1] !== 't')
      throw postgresFault('postgres.unknown-schema', `${address.schema} in database ${address.database}`);
  });
}

class PostgresSystem implements OpenSystem {
  readonly kind = 'postgres';
  readonly name: string;
  readonly reads: Reads;
  readonly writes: Writes | null;
  readonly undoes: Undoes | null;
  readonly creates: Creates | null;
  readonly #address: PostgresAddress;
  readonly #sessions: Sessions;

  constructor(address: PostgresAddress, context: OpenContext, sessions: Sessions) {
    this.name = context.name;
    this.#address = address;
    this.#sessions = sessions;
    this.reads = { snapshot: async () => openSnapshot(sessions, address.schema, context.name) };
    this.writes = null;
    this.undoes = null;
    this.creates = null;
  }

  get inspects(): { inspect(): Promise<Schema> } {
    return { inspect: async () => this.#faulted(inspectSchema(this.#sessions, this.#address.schema)) };
  }

  async fingerprint(): Promise<Fingerprint> {
    return this.#faulted(fingerprintOf(this.#sessions, this.#address));
  }

  async describe(): Promise<{ readonly version: string; readonly tzdata: string }> {
    return this.#faulted(describeServer(this.#sessions));
  }

  async check(): Promise<readonly CheckResult[]> {
    return [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sessions[Symbol.asyncDispose]();
  }

  async #faulted<Result>(work: Promise<Result>): Promise<Result> {
    try {
      return await work;
    } catch (error) {
      throw this.#sessions.fault(error, { system: this.name });
    }
  }
}
