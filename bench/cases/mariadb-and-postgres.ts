import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mysql, postgres } from '../../src/connectors/index.ts';
import { Secret } from '../../src/model/index.ts';
import { type CopiedStep, copyStep, type Opens } from '../crm/copy-step.ts';
import { rowsAt } from '../crm/crm-data.ts';
import { type CrmDatabase, CrmServers, sql } from '../crm/crm-servers.ts';
import { missingTools } from '../crm/debian-tools.ts';
import {
  activitiesOf,
  createActivities,
  MariadbActivities,
  writeLoadFile,
} from '../crm/mariadb-activities.ts';
import { figuresOf, type Taken } from '../crm/measure-in-turns.ts';
import type { BenchOptions, Figure } from '../figure.ts';

/**
 * One table, 3 million records at full size, between MariaDB and PostgreSQL 15, its primary key in place: a copy step of the
 * engine beside what people do by hand. Out of MariaDB: its client piped into psql. Into MariaDB: LOAD DATA of a file that is
 * ready, so nobody has to read the source. Every result is compared in SQL before its time counts.
 */
export async function* bench({ scale, runs }: BenchOptions): AsyncGenerator<Figure> {
  const missing = await missingTools(['psql', 'mariadb']);
  if (missing.length > 0) throw new RangeError(`${missing.join(', ')} is not installed`);
  const folder = mkdtempSync(join(tmpdir(), 'godwit-bench-'));
  try {
    await using servers = await CrmServers.start(scale);
    await using maria = await MariadbActivities.start();
    const file = join(folder, 'activities.tsv');
    const old = await plainActivities(servers.source);
    await writeLoadFile(old, file);
    const loaded = await maria.database(file);
    const records = `${rowsAt(scale).activities} records, MariaDB and PostgreSQL 15`;
    yield* figuresOf(
      { bench: 'mariadb-to-postgres', case: records },
      await inTurns(runs, {
        'mariadb --quick | psql': intoPostgres(servers, old, async (target) => maria.pipe(loaded, target)),
        godwit: intoPostgres(servers, old, async (target) =>
          copyStep(mariadb(maria, loaded), postgresql(target), 2),
        ),
      }),
      'godwit',
    );
    const expected = await maria.contentOf(loaded);
    yield* figuresOf(
      { bench: 'postgres-to-mariadb', case: records },
      await inTurns(runs, {
        'LOAD DATA of a ready file': intoMariadb(maria, expected, async (name) => maria.load(name, file)),
        godwit: intoMariadb(maria, expected, async (name) =>
          copyStep(postgresql(old), mariadb(maria, name), 2),
        ),
      }),
      'godwit',
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The table in the schema of everybody, with the columns that both systems have. */
async function plainActivities(database: CrmDatabase): Promise<CrmDatabase> {
  await sql(
    database,
    createActivities,
    'INSERT INTO activities SELECT * FROM crm.activities',
    'VACUUM ANALYZE activities',
  );
  return database;
}

type Measured = () => Promise<number>;

/** All once in every round, each round beginning with another one. */
async function inTurns(
  runs: number,
  contenders: Readonly<Record<string, Measured>>,
): Promise<ReadonlyMap<string, readonly Taken[]>> {
  const names = Object.keys(contenders);
  const taken = new Map<string, Taken[]>(names.map((name) => [name, []]));
  for (let round = 0; round < runs; round += 1) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const seconds = await (contenders[name] as Measured)();
      taken.get(name)?.push({ seconds, more: [] });
      console.error(`round ${round + 1}: ${name} ${seconds.toFixed(2)} s`);
    }
  }
  return taken;
}

function intoPostgres(
  servers: CrmServers,
  expected: CrmDatabase,
  copy: (target: CrmDatabase) => Promise<CopiedStep | void>,
): Measured {
  return async () => {
    const target = await servers.emptyTarget();
    try {
      await sql(target, createActivities);
      const seconds = await timed(async () => copy(target));
      if ((await activitiesOf(target)) !== (await activitiesOf(expected)))
        throw new RangeError('the records in PostgreSQL are not those of MariaDB');
      return seconds;
    } finally {
      await servers.drop(target);
    }
  };
}

function intoMariadb(
  maria: MariadbActivities,
  expected: string,
  copy: (database: string) => Promise<CopiedStep | void>,
): Measured {
  return async () => {
    const database = await maria.database();
    try {
      const seconds = await timed(async () => copy(database));
      if ((await maria.contentOf(database)) !== expected)
        throw new RangeError('the records in MariaDB are not those of PostgreSQL');
      return seconds;
    } finally {
      await maria.drop(database);
    }
  };
}

async function timed(copy: () => Promise<CopiedStep | void>): Promise<number> {
  const began = performance.now();
  const copied = await copy();
  const seconds = (performance.now() - began) / 1000;
  if (!copied) return seconds;
  if (copied.notes.length > 0) console.error(copied.notes.join('; '));
  return copied.seconds;
}

function postgresql({ server, database }: CrmDatabase): Opens {
  const { host, port, user, password } = server;
  const login = { host, port, user, password: new Secret(password), tls: 'off' as const };
  return async (context) => postgres.open({ ...login, database, schema: 'public' }, context);
}

function mariadb({ server }: MariadbActivities, database: string): Opens {
  const { host, port, user, password } = server;
  const login = { host, port, user, password: new Secret(password), tls: 'off' as const };
  return async (context) => mysql.open({ ...login, database, dates: 'checked' }, context);
}
