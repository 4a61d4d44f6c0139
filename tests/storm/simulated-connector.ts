import type {
  Capabilities,
  Connector,
  Creates,
  OpenContext,
  OpenSystem,
  Undoes,
  Writes,
} from '../../src/connectors/index.ts';
import type { Fingerprint, Relation, Schema } from '../../src/model/index.ts';
import type { Life } from './life.ts';
import type { SimulatedDatabase } from './simulated-database.ts';
import { SimulatedSnapshot } from './simulated-snapshot.ts';
import { SimulatedUndoes, SimulatedWrites } from './simulated-writes.ts';
import { stormFault } from './storm-faults.ts';
import { Wire } from './wire.ts';
import type { WorldTime } from './world-time.ts';

/** Where a made-up database is, and who asks for it. */
export interface SimulatedAddress {
  readonly database: SimulatedDatabase | null;
  readonly life: Life;
  readonly time: WorldTime;
}

const capabilities: Capabilities = {
  kind: 'postgres',
  abilities: {
    inspect: true,
    read: true,
    'consistent-snapshot': true,
    write: true,
    'transactional-slices': true,
    upsert: true,
    update: true,
    'assigns-ids': true,
    constraints: true,
    undo: true,
    'create-relations': true,
    sandbox: 'a world of its own is made for every rehearsal',
    'replica-lag': 'it is one database, and nobody follows it',
    'lock-waits': 'who waits for its lock is not counted',
    'log-written': 'it keeps its versions and writes no log',
    'log-kept': 'it keeps its versions and writes no log',
    'api-calls': 'it counts no calls: there is no quota to use up',
    'others-at-work': 'a simulated system has no others',
    'lock-holders': 'a simulated system has no others',
  },
};

/**
 * A database that keeps the contract of the port, in memory, for tests that need thousands of them: `connectorContract` holds it
 * to what every real shelf keeps.
 */
export const simulatedConnector: Connector<SimulatedAddress> = {
  kind: 'postgres',
  capabilities,
  open: async ({ database, life, time }, context) => {
    if (!database) throw stormFault.unknownDatabase();
    const wire = new Wire(database, life, time, context.role === 'source' ? 'source' : 'target');
    await wire.call('open', () => undefined);
    return new SimulatedSystem(wire, context);
  },
  sandboxAddress: () => {
    throw stormFault.noSandbox();
  },
};

export function fingerprintOf({ name }: SimulatedDatabase): Fingerprint {
  return { kind: 'postgres', server: 'storm', address: 'memory', database: name, namespace: 'public' };
}

class SimulatedSystem implements OpenSystem {
  readonly kind = 'postgres';
  readonly name: string;
  readonly inspects: OpenSystem['inspects'];
  readonly reads: OpenSystem['reads'];
  readonly writes: Writes | null;
  readonly undoes: Undoes | null;
  readonly creates: Creates | null;
  readonly #wire: Wire;

  constructor(wire: Wire, { name, role }: OpenContext) {
    this.#wire = wire;
    this.name = name;
    this.inspects = {
      inspect: async () => wire.call('inspect', () => schemaOf(wire.database)),
      holds: () => null,
    };
    this.reads = { snapshot: async () => wire.call('snapshot', () => new SimulatedSnapshot(wire)) };
    this.writes = role === 'source' ? null : new SimulatedWrites(wire);
    this.undoes = role === 'source' ? null : new SimulatedUndoes(wire);
    this.creates = role === 'source' ? null : createsOf(wire);
  }

  async fingerprint(): Promise<Fingerprint> {
    return this.#wire.call('fingerprint', () => fingerprintOf(this.#wire.database));
  }

  async describe(): Promise<{ readonly version: string; readonly tzdata: string }> {
    return { version: 'simulated 1', tzdata: 'none' };
  }

  async check(): ReturnType<OpenSystem['check']> {
    return [{ name: 'connection', outcome: 'ok', detail: 'it answers', fix: null }];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wire.close();
  }
}

function schemaOf({ tables }: SimulatedDatabase): Schema {
  const relations: readonly Relation[] = Array.from(tables.values(), ({ relation }) => relation);
  return {
    formatVersion: 1,
    kind: 'postgres',
    version: 'simulated 1',
    namespace: 'public',
    relations,
    objects: [],
  };
}

/** A statement is the relation it makes, as JSON. */
function createsOf(wire: Wire): Creates {
  const noSandbox = async (): Promise<never> => {
    throw stormFault.noSandbox();
  };
  return {
    statements: ({ relations }, names) =>
      relations.filter(({ name }) => names.includes(name)).map((relation) => JSON.stringify(relation)),
    create: async (statements) => {
      const relations = statements.map((statement) => JSON.parse(statement) as Relation);
      await wire.call('create', () => wire.database.create(relations));
    },
    createdType: (type) => type,
    drop: async (names) => wire.call('drop', () => wire.database.drop(names)),
    createSandbox: noSandbox,
    dropSandbox: noSandbox,
  };
}
