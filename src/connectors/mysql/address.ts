import type { ConnectionOptions } from 'mysql2';
import type { Secret } from '../../model/index.ts';

/** Where one database is, and how to log in. What others call a schema is a database here. */
export interface MysqlAddress {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: Secret | null;
  /** `verify`: against the system's authorities; `ca`: against this PEM text; `off`: not encrypted, said out loud by the check. */
  readonly tls: 'verify' | { readonly ca: string } | 'off';
  /**
   * `checked`: dates and times are dates and times, and what is none (`0000-00-00`, `838:59:59`) is a bad record.
   * `text`: they are texts as the server spells them, so that a mapping can say what becomes of those.
   */
  readonly dates: 'checked' | 'text';
}

/**
 * What the driver gets. Values are never converted by it. A server may not ask for a file of this machine: a source cannot
 * ask at all, and to a target the driver gives the bytes that come with the statement, or none.
 */
export function connectionOptions(address: MysqlAddress, readOnly: boolean): ConnectionOptions {
  const { host, port, database, user, password, tls } = address;
  return {
    host,
    port,
    database,
    user,
    password: password?.reveal() ?? '',
    ...(tls === 'off' ? {} : { ssl: tlsOptions(tls) }),
    charset: 'utf8mb4',
    connectTimeout: 15_000,
    enableKeepAlive: true,
    flags: [...(readOnly ? ['-LOCAL_FILES'] : []), 'FOUND_ROWS'],
    multipleStatements: false,
  };
}

function tlsOptions(tls: 'verify' | { readonly ca: string }): NonNullable<ConnectionOptions['ssl']> {
  const verified = { rejectUnauthorized: true, verifyIdentity: true, minVersion: 'TLSv1.2' };
  return tls === 'verify' ? verified : { ...verified, ca: tls.ca };
}
