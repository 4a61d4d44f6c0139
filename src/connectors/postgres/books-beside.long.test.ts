import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../../../tests/servers/index.ts';
import { ContractWorld } from '../contract/contract-world.contract.ts';
import { contractOfIds } from '../contract/ids.contract.ts';
import { contractOfRefusing } from '../contract/refusing.contract.ts';
import { contractOfUndoing } from '../contract/undoing.contract.ts';
import { contractOfUpserting } from '../contract/upserting.contract.ts';
import { contractOfWriting } from '../contract/writing.contract.ts';
import type { PostgresAddress } from './address.ts';
import { postgres } from './open.ts';
import { freshSchema } from './postgres-system.contract.ts';

/** All that the connector contract says of writing and taking back, with checkpoints beside the target. */
let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'godwit-books-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(skipWithoutPostgres(18))('with checkpoints beside it, PostgreSQL 18', () => {
  let server: PostgresAccess;
  let database: string;
  beforeAll(async () => {
    server = await sharedPostgres(18);
    database = await server.createDatabase();
  });

  const world = new ContractWorld<PostgresAddress>({
    connector: postgres,
    fresh: async () => {
      const made = await freshSchema(server, database);
      files += 1;
      return { ...made, address: { ...made.address, books: join(folder, `${files}.sqlite`) } };
    },
    noBadRecords: 'a UTF-8 database checks every value when it is stored',
    broken: [],
  });
  contractOfWriting(world);
  contractOfRefusing(world);
  contractOfUpserting(world);
  contractOfIds(world);
  contractOfUndoing(world);
});
