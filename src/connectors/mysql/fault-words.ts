import type { Fate } from '../../model/index.ts';

/** What each fault of this shelf says. Every code has a page under `docs/errors/`. */
export const faultWords: Readonly<Record<MysqlFaultCode, FaultWords>> = {
  'mysql.driver-missing': [
    'never',
    'The driver for MySQL and MariaDB is not installed',
    'Install it beside godwit: `npm install mysql2`.',
  ],
  'mysql.unreachable': [
    'later',
    'The MySQL server cannot be reached',
    'Check host and port, that the server runs, and that no firewall is between; then run the same command again.',
  ],
  'mysql.went-away': [
    'later',
    'The connection to the MySQL server was lost',
    'Nothing of the work in progress was kept. Run the same command again: it goes on where it stopped.',
  ],
  'mysql.wrong-login': [
    'never',
    'The MySQL server refuses the login',
    'Check the user, the host it may come from, and the environment variable that holds the password.',
  ],
  'mysql.unknown-database': [
    'never',
    'There is no database of that name on the server',
    'Correct `database` in godwit.yaml, create the database, or grant this user a right in it.',
  ],
  'mysql.tls': [
    'never',
    'The encrypted connection could not be verified',
    'Give the certificate authority of the server as `tls: { ca: ... }`; only for a server on this machine, say `tls: off`.',
  ],
  'mysql.too-many-connections': [
    'later',
    'The server has no free connection',
    'Lower the concurrency, end other connections, or raise max_connections; then run the same command again.',
  ],
  'mysql.disk-full': [
    'pause',
    'The server has no space left',
    'Free space on the server, then run the same command again: it goes on where it stopped.',
  ],
  'mysql.exhausted': [
    'later',
    'The server ran out of memory or of another resource',
    'Lower the concurrency or the rows per slice, then run the same command again.',
  ],
  'mysql.lock-timeout': [
    'later',
    'Somebody else holds a lock that is needed',
    'Find the session with SHOW PROCESSLIST or SHOW ENGINE INNODB STATUS, let it finish, and run the same command again.',
  ],
  'mysql.timeout': [
    'later',
    'The server ended a statement that took too long, or somebody cancelled it',
    'Run the same command again; if it happens again, make the slices smaller.',
  ],
  'mysql.conflict': [
    'later',
    'Two transactions got in each other’s way',
    'Run the same command again: the server undid this one.',
  ],
  'mysql.permission': [
    'never',
    'The user lacks a privilege',
    'Grant the privilege the server names to this user; `godwit check` prints all that are needed.',
  ],
  'mysql.records-break-key': [
    'never',
    'Records break a key or a foreign key that their own system says it holds',
    'Look at these records by the query, in the source as well. Mend them in the source and take the run back (`godwit rollback`), then plan and run anew; or drop the key in the source, or leave the field behind in the mapping.',
  ],
  'mysql.read-only': [
    'never',
    'The server or the session does not accept writes',
    'Write to the primary server, not to a replica; a system opened as a source is never written.',
  ],
  'mysql.structure': [
    'never',
    'The structure is not the one that was inspected',
    'Run `godwit inspect` again and compare: a relation or a field is missing or was renamed.',
  ],
  'mysql.unsupported-version': [
    'never',
    'This version of the server is not supported',
    'Use MariaDB 10.6 or newer, or MySQL 8.0 or newer.',
  ],
  'mysql.settings-refused': [
    'never',
    'The server did not take a setting that exactness needs',
    'Connect to the server itself, not through a proxy that changes sessions.',
  ],
  'mysql.statement-refused': [
    'never',
    'The server refuses a statement',
    'Read the server’s words above; what they name has to change before this can work.',
  ],
  'mysql.stopped': [
    'later',
    'The work was stopped',
    'Run the same command again: it goes on where it stopped.',
  ],
  'mysql.snapshot-lost': [
    'later',
    'The snapshot that all reads share is gone',
    'Run the same command again: it takes a new snapshot and goes on with the slices that are not in the target.',
  ],
  'mysql.bookkeeping-newer': [
    'never',
    'The bookkeeping in this database was written by a newer godwit',
    'Use the version of godwit that wrote it, or a newer one.',
  ],
  'mysql.not-prepared': [
    'never',
    'This database has no godwit bookkeeping yet',
    'Prepare the target first; the engine does so before the first slice of a run.',
  ],
  'mysql.no-seal': [
    'never',
    'Nothing can be written without a key that seals before-images',
    'Set the passphrase of the project before a step that writes.',
  ],
  'mysql.not-transactional': [
    'never',
    'The storage engine of a table keeps no transactions',
    'ALTER TABLE ... ENGINE=InnoDB: a slice must be in the table whole or not at all.',
  ],
  'mysql.no-key': [
    'never',
    'Records of this table could not be found again',
    'Give the table a primary key, or let the mapping write its key: this server does not hand back what it added.',
  ],
  'mysql.packet-too-small': [
    'never',
    'What has to be kept of one record is larger than the server takes in one packet',
    'Raise max_allowed_packet on the server, then run the same command again.',
  ],
  'mysql.not-loaded': [
    'never',
    'A record of the slice cannot be loaded in bulk',
    'Nothing of the slice was kept; its records go one by one, and those the target refuses are named.',
  ],
  'mysql.sandbox-name': [
    'never',
    'That is not a name for a sandbox',
    'Choose a name that starts with godwit_ and has only letters, digits and underscores, 64 characters at most.',
  ],
  'mysql.not-a-sandbox': [
    'never',
    'A database of that name is there and is not a sandbox of godwit',
    'Choose another name; godwit drops only databases that it created.',
  ],
  'mysql.name-unusable': [
    'never',
    'MySQL does not take a name',
    'Give the relation or field another name in the mapping: 64 characters at most, none beyond U+FFFF, no space at the end.',
  ],
  'mysql.bad-bound': [
    'never',
    'A record cannot be used as the bound of a slice',
    'Mend the key values that are named, or take another unique key as the identity of the relation.',
  ],
};

export type FaultWords = readonly [fate: Fate, title: string, nextStep: string];

export type MysqlFaultCode =
  | 'mysql.driver-missing'
  | 'mysql.unreachable'
  | 'mysql.went-away'
  | 'mysql.wrong-login'
  | 'mysql.unknown-database'
  | 'mysql.tls'
  | 'mysql.too-many-connections'
  | 'mysql.disk-full'
  | 'mysql.exhausted'
  | 'mysql.lock-timeout'
  | 'mysql.timeout'
  | 'mysql.conflict'
  | 'mysql.permission'
  | 'mysql.records-break-key'
  | 'mysql.read-only'
  | 'mysql.structure'
  | 'mysql.unsupported-version'
  | 'mysql.settings-refused'
  | 'mysql.statement-refused'
  | 'mysql.stopped'
  | 'mysql.snapshot-lost'
  | 'mysql.bookkeeping-newer'
  | 'mysql.not-prepared'
  | 'mysql.no-seal'
  | 'mysql.not-transactional'
  | 'mysql.no-key'
  | 'mysql.packet-too-small'
  | 'mysql.not-loaded'
  | 'mysql.sandbox-name'
  | 'mysql.not-a-sandbox'
  | 'mysql.name-unusable'
  | 'mysql.bad-bound';
