import { digestOf } from '../../host/index.ts';
import type { Fingerprint } from '../../model/index.ts';
import type { PostgresAddress } from './address.ts';
import type { Session, Sessions } from './sessions.ts';

/** The cluster's own identity, where it is, and which schema: a sandbox beside production is another system. */
export async function fingerprintOf(sessions: Sessions, address: PostgresAddress): Promise<Fingerprint> {
  return {
    kind: 'postgres',
    server: await sessions.lend(clusterIdentity),
    address: `${address.host.toLowerCase()}:${address.port}`,
    database: address.database,
    namespace: address.schema,
  };
}

/** Of the cluster where it may be seen, else of the database. */
export async function clusterIdentity(session: Session): Promise<string> {
  const [allowed] = await session.rows(
    `SELECT has_function_privilege('pg_catalog.pg_control_system()', 'execute')`,
  );
  if (allowed?.[0] === 't') {
    const [row] = await session.rows('SELECT system_identifier FROM pg_catalog.pg_control_system()');
    return `cluster ${row?.[0]}`;
  }
  // Managed services may hide the cluster's identity; the database's number is the best that is left.
  const [row] = await session.rows(
    `SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()`,
  );
  return `database ${row?.[0]}`;
}

/**
 * Version, and a digest of what this server's time zone rules say about zones and years where editions of the database of
 * zones are known to differ: two servers with the same digest convert alike.
 */
export async function describeServer(
  sessions: Sessions,
): Promise<{ readonly version: string; readonly tzdata: string }> {
  return sessions.lend(async (session) => {
    const [row] = await session.rows(zoneProbe);
    return { version: `PostgreSQL ${row?.[0]}`, tzdata: `rules ${digestOf(String(row?.[1])).slice(0, 23)}` };
  });
}

const zoneProbe = `
  SELECT pg_catalog.current_setting('server_version'),
    string_agg(z || ' ' || i || ' ' || (i::timestamptz AT TIME ZONE z), ',' ORDER BY z COLLATE "C", i)
  FROM unnest(ARRAY['Europe/Stockholm', 'Europe/Amsterdam', 'Europe/Dublin', 'Africa/Casablanca', 'America/Sao_Paulo',
      'America/Mexico_City', 'Asia/Amman', 'Asia/Almaty', 'Europe/Kyiv', 'America/Nuuk', 'Pacific/Apia']) AS z,
    unnest(ARRAY['1900-06-01 12:00+00', '1940-07-01 12:00+00', '1971-01-01 12:00+00', '2011-12-30 12:00+00',
      '2024-07-01 12:00+00', '2030-07-01 12:00+00']) AS i
  WHERE z IN (SELECT name FROM pg_catalog.pg_timezone_names)`;
