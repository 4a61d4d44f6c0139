import { findProgram } from './find-program.ts';

/** The server's programs as the operating system's packages install them. */
export interface MariadbPrograms {
  readonly server: string;
  readonly installer: string;
}

const installCommand = 'apt-get update && apt-get install -y mariadb-server';

/** Throws an error with the command that installs them when they are not there. */
export function findMariadb(): MariadbPrograms {
  const [server, installer] = [findProgram('mariadbd'), findProgram('mariadb-install-db')];
  if (server === null || installer === null) throw new Error(unavailable);
  return { server, installer };
}

/** Whether tests on MariaDB cannot run here: made for `describe.skipIf`, prints what it skips and how to change that. */
export function skipWithoutMariadb(): boolean {
  const missing = findProgram('mariadbd') === null || findProgram('mariadb-install-db') === null;
  if (missing) console.warn(`skipped: ${unavailable}`);
  return missing;
}

const unavailable = `MariaDB is not installed (mariadbd, mariadb-install-db); on Debian: ${installCommand}`;
