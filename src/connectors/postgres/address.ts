import { checkServerIdentity } from 'node:tls';
import type { ClientConfig } from 'pg';
import type { Secret } from '../../model/index.ts';

/** Where one schema of one database is, and how to log in. */
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly schema: string;
  readonly user: string;
  readonly password: Secret | null;
  /** `verify`: against the system's authorities; `ca`: against this PEM text; `off`: not encrypted, said out loud by the check. */
  readonly tls: 'verify' | { readonly ca: string } | 'off';
  /** Path of the file that keeps checkpoints and what going back needs, where nothing may be kept in the database itself. */
  readonly books?: string;
}

/**
 * What the driver gets. Everything it would otherwise take from PG* environment variables or a password file is given, so
 * that the address alone decides.
 */
export function clientConfig(address: PostgresAddress): ClientConfig {
  const { host, port, database, user, password } = address;
  return {
    host,
    port,
    database,
    user,
    // A function keeps the text out of what printing the client shows.
    password: () => password?.reveal() ?? '',
    ssl: tlsOptions(address),
    // Threads of this process are this process: whose locks others wait for is told by this name.
    application_name: `godwit ${process.pid}`,
    options: '-c client_encoding=UTF8',
    keepAlive: true,
    connectionTimeoutMillis: 15_000,
    types: { getTypeParser: () => untouched },
  };
}

/** Values stay the text the server sent. */
function untouched(value: unknown): unknown {
  return value;
}

function tlsOptions({ host, tls }: PostgresAddress): NonNullable<ClientConfig['ssl']> {
  if (tls === 'off') return false;
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    // The driver upgrades an open socket and names the host only when it is a name: an address would be checked as `localhost`.
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    ...(tls === 'verify' ? {} : { ca: tls.ca }),
  };
}
