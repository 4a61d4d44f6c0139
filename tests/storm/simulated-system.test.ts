import { connectorContract } from '../../src/connectors/connector.contract.ts';
import type { Field, Relation, Row, Schema } from '../../src/model/index.ts';
import { Draw } from './draw.ts';
import { calm, Life } from './life.ts';
import { type SimulatedAddress, simulatedConnector } from './simulated-connector.ts';
import { SimulatedDatabase } from './simulated-database.ts';
import { valuesOf } from './stored-records.ts';
import { WorldTime } from './world-time.ts';

const time = new WorldTime();
const life = new Life(time, new Draw(1), calm);
let made = 0;

const rowNumber: Field = {
  name: '#rowid',
  type: { kind: 'integer', bits: 64, signed: true },
  native: 'row number',
  nullable: false,
  default: null,
  generated: 'no',
  synthetic: true,
  comment: null,
};

/** As the database would see it: its own types, and a number for records that have no key. */
function asKept(relation: Relation): Relation {
  if (relation.primaryKey) return relation;
  return { ...relation, fields: [...relation.fields, rowNumber], identity: [rowNumber.name] };
}

function freshDatabase(): {
  address: SimulatedAddress;
  create(schema: Schema): Promise<void>;
  seed(relation: string, fields: readonly string[], rows: readonly Row[]): Promise<void>;
  rows(relation: string, fields: readonly string[]): Promise<readonly Row[]>;
  change(
    relation: string,
    where: readonly [string, Row[number]],
    set: readonly [string, Row[number]],
  ): Promise<void>;
  damage(relation: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
} {
  made += 1;
  const database = new SimulatedDatabase(`contract ${made}`, []);
  const address = { database, life, time };
  return {
    address,
    create: async (schema) => database.create(schema.relations.map(asKept)),
    seed: async (relation, fields, rows) =>
      database.others((work) => {
        for (const row of rows) work.add(relation, fields, row);
      }),
    rows: async (name, fields) => {
      const table = database.tables.get(name);
      if (!table) return [];
      return Array.from(table.records.values(), ({ values }) => valuesOf(table.relation, fields, values));
    },
    change: async (relation, where, [field, value]) =>
      database.others((work) => work.set(relation, where, field, value)),
    damage: async (relation) =>
      database.others((work) => void work.add(relation, ['id'], ['999'], new TextEncoder().encode('999;x'))),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

connectorContract('simulated', {
  connector: simulatedConnector,
  fresh: async () => freshDatabase(),
  broken: [
    {
      title: 'a database that is not there',
      address: () => ({ database: null, life, time }),
      secret: null,
      fate: 'never',
    },
  ],
});
