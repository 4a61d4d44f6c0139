import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contextFor } from '../../src/connectors/contract/contract-world.contract.ts';
import { postgres } from '../../src/connectors/postgres/open.ts';
import { loadGrammar } from '../../src/expressions/index.ts';
import { Secret } from '../../src/model/index.ts';
import { countStructure } from '../proofs/structure/count-structure.ts';
import { createStructure } from '../proofs/structure/create-structure.ts';
import { type PostgresAccess, sharedPostgres, skipWithoutPostgres } from '../servers/index.ts';
import { postgresStatements } from './postgres-statements.ts';
import { findCorpora, unpackCorpora } from './unpack-corpus.ts';

const archives = ['1-db-permissive.tar.zst', '1-db-testonly.tar.zst'];
const corpora = findCorpora(...archives);
const voyager = 'yb-voyager-pg';
const scripts: readonly string[] = [
  'chinook/Chinook_PostgreSql.sql',
  'chinook/Chinook_PostgreSql_AutoIncrementPKs.sql',
  'chinook/Chinook_PostgreSql_SerialPKs.sql',
  ...['chinook', 'happiness_index', 'netflix', 'pagila', 'periodic_table', 'titanic'].map(
    (name) => `neon-samples/${name}.sql`,
  ),
  'northwind/northwind.sql',
  'sakila-jooq/postgres-sakila-db/postgres-sakila-schema.sql',
  `${voyager}/basic-non-public-live-test/snapshot_schema.sql`,
  `${voyager}/case-sensitive-objects/pg_case_sensitive_objects.sql`,
  `${voyager}/case-sensitivity-reserved-words/schema.sql`,
  `${voyager}/case-sensitivity-single-table/pg_case_sensitivity_single_table.sql`,
  `${voyager}/codependent-schemas/pg_codependent_schemas.sql`,
  `${voyager}/constraints/pg_constraints_automation.sql`,
  `${voyager}/indexes/pg_indexes_automation.sql`,
  `${voyager}/misc-objects-1/schema.sql`,
  `${voyager}/partitions/schema.sql`,
  `${voyager}/sakila/postgres-sakila-schema.sql`,
  `${voyager}/sequences/sequences_schema.sql`,
  `${voyager}/views-and-rules/pg_views_and_rules_automation.sql`,
];

/** Of statements that need records, a role or an extension that is not there, a schema goes without. */
describe.skipIf(corpora === null || skipWithoutPostgres(18))(
  "the structure of other people's schemas",
  () => {
    let folder = '';
    let server: PostgresAccess;
    beforeAll(async () => {
      folder = unpackCorpora(corpora ?? '', ...archives);
      server = await sharedPostgres(18);
      await loadGrammar();
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    test.each(scripts)('%s: every object is in the target or in a finding', async (script) => {
      const database = await server.createDatabase();
      const client = await connect(server, database);
      try {
        const schemas = await load(client, readFileSync(join(folder, '1-db', script), 'utf8'));
        expect(schemas).not.toEqual([]);
        for (const schema of schemas) {
          await client.query('CREATE SCHEMA made_anew');
          await using from = await postgres.open(addressOf(server, database, schema), contextFor('source'));
          await using to = await postgres.open(
            addressOf(server, database, 'made_anew'),
            contextFor('target'),
          );
          const { source, target, findings } = await createStructure(from, to);
          const { kinds, lost } = countStructure(source, target, findings);
          expect(lost, schema).toEqual([]);
          expect(Object.values(kinds).every((kind) => kind.source === kind.target + kind.told)).toBe(true);
          await client.query('DROP SCHEMA made_anew CASCADE');
        }
      } finally {
        await client.end();
      }
    });
  },
);

async function connect({ host, port, user, password }: PostgresAccess, database: string): Promise<Client> {
  const client = new Client({ host, port, user, password, database });
  await client.connect();
  return client;
}

/** Answers with the schemas that hold tables now. */
async function load(client: Client, script: string): Promise<readonly string[]> {
  for (const statement of postgresStatements(script)) await client.query(statement).catch(() => undefined);
  const { rows } = await client.query<{ nspname: string }>(`
    SELECT DISTINCT n.nspname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' ORDER BY 1`);
  return rows.map(({ nspname }) => nspname);
}

function addressOf(
  { host, port, user, password }: PostgresAccess,
  database: string,
  schema: string,
): Parameters<typeof postgres.open>[0] {
  return { host, port, user, database, schema, password: new Secret(password), tls: 'off' };
}
