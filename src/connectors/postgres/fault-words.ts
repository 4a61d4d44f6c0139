import type { Fate } from '../../model/index.ts';

/** What each fault of this shelf says. Every code has a page under `docs/errors/`. */
export const faultWords: Readonly<Record<PostgresFaultCode, FaultWords>> = {
  'postgres.unreachable': [
    'later',
    'The PostgreSQL server cannot be reached',
    'Check host and port, that the server runs, and that no firewall is between; then run the same command again.',
  ],
  'postgres.went-away': [
    'later',
    'The connection to the PostgreSQL server was lost',
    'Nothing of the work in progress was kept. Run the same command again: it goes on where it stopped.',
  ],
  'postgres.wrong-login': [
    'never',
    'The PostgreSQL server refuses the login',
    'Check the user and the environment variable that holds the password, and that pg_hba.conf lets this user in from here.',
  ],
  'postgres.unknown-database': [
    'never',
    'There is no database of that name on the server',
    'Correct `database` in godwit.yaml, or create the database.',
  ],
  'postgres.unknown-schema': [
    'never',
    'There is no schema of that name in the database',
    'Correct `schema` in godwit.yaml, create the schema, or grant USAGE on it to this role.',
  ],
  'postgres.tls': [
    'never',
    'The encrypted connection could not be verified',
    'Give the certificate authority of the server as `tls: { ca: ... }`; only for a server on this machine, say `tls: off`.',
  ],
  'postgres.too-many-connections': [
    'later',
    'The server has no free connection',
    'Lower the concurrency, end other connections, or raise max_connections; then run the same command again.',
  ],
  'postgres.disk-full': [
    'pause',
    'The server has no space left on its disk',
    'Free space on the server, then run the same command again: it goes on where it stopped.',
  ],
  'postgres.exhausted': [
    'later',
    'The server ran out of memory or of another resource',
    'Lower the concurrency or the rows per slice, then run the same command again.',
  ],
  'postgres.lock-timeout': [
    'later',
    'Somebody else holds a lock that is needed',
    'Find the session in pg_stat_activity (see pg_blocking_pids), let it finish, and run the same command again.',
  ],
  'postgres.timeout': [
    'later',
    'The server ended a statement that took too long, or somebody cancelled it',
    'Run the same command again; if it happens again, make the slices smaller.',
  ],
  'postgres.conflict': [
    'later',
    'Two transactions got in each other’s way',
    'Run the same command again: the server undid this one.',
  ],
  'postgres.permission': [
    'never',
    'The role lacks a privilege',
    'Grant the privilege the server names to this role; `godwit check` prints all that are needed.',
  ],
  'postgres.row-security': [
    'never',
    'Row level security would hide records from this role',
    'Use a role that sees every record: the owner of the table or one with BYPASSRLS.',
  ],
  'postgres.read-only': [
    'never',
    'The server or the session does not accept writes',
    'Write to the primary server, not to a standby; a system opened as a source is never written.',
  ],
  'postgres.structure': [
    'never',
    'The structure is not the one that was inspected',
    'Run `godwit inspect` again and compare: a relation or a field is missing or was renamed.',
  ],
  'postgres.unsupported-version': [
    'never',
    'This version of PostgreSQL is not supported',
    'Use PostgreSQL 14 to 18.',
  ],
  'postgres.statement-refused': [
    'never',
    'The server refuses a statement',
    'Read the server’s words above; what they name has to change before this can work.',
  ],
  'postgres.relation-rewritten': [
    'later',
    'A relation was emptied or rewritten after the snapshot was taken, which can no longer show its records',
    'Run the same command again: it takes a new snapshot. Find out who empties or alters the relation meanwhile.',
  ],
  'postgres.target-altered': [
    'never',
    'A relation of the target was altered while records were written to it',
    'Find out who altered it. Then run `godwit run` again: it names what is not as agreed.',
  ],
  'postgres.shared-sessions': [
    'never',
    'A connection pooler lends one server connection to several sessions',
    'Give the address of the server itself, or of a pool that keeps a connection for each session (PgBouncer: pool_mode = session).',
  ],
  'postgres.pooler-parameter': [
    'never',
    'The connection pooler refuses how godwit begins a connection',
    'Give the address of the server itself, or add the parameter that is named to ignore_startup_parameters of PgBouncer.',
  ],
  'postgres.stopped': [
    'later',
    'The work was stopped',
    'Run the same command again: it goes on where it stopped.',
  ],
  'postgres.snapshot-lost': [
    'later',
    'The snapshot that all reads share is gone',
    'Run the same command again: it takes a new snapshot and goes on with the slices that are not in the target.',
  ],
  'postgres.bookkeeping-newer': [
    'never',
    'The bookkeeping in this database was written by a newer godwit',
    'Use the version of godwit that wrote it, or a newer one.',
  ],
  'postgres.bookkeeping-foreign': [
    'never',
    'The schema godwit in this database belongs to somebody else',
    'Rename it (ALTER SCHEMA godwit RENAME TO ...), or use another database as the target: godwit keeps its own tables there.',
  ],
  'postgres.schema-reserved': [
    'never',
    'The target schema is the one godwit keeps its bookkeeping in',
    'Correct `schema` in godwit.yaml: records may go into any schema but `godwit`.',
  ],
  'postgres.not-prepared': [
    'never',
    'This database has no godwit bookkeeping yet',
    'Prepare the target first; the engine does so before the first slice of a run.',
  ],
  'postgres.no-seal': [
    'never',
    'Nothing can be written without a key that seals before-images',
    'Set the passphrase of the project before a step that writes.',
  ],
  'postgres.books-unusable': [
    'pause',
    'The file that keeps checkpoints beside the target cannot be used',
    'Look at the file, its folder and the free space there, and run the same command again. Never delete it while a run may go on or be taken back.',
  ],
  'postgres.outcome-unknown': [
    'pause',
    'Nobody can say any more whether a slice is in the target',
    'Look in the target whether records of this slice are there (`godwit audit` compares). If none is, restore the target to before the run and run anew; nothing is guessed.',
  ],
  'postgres.target-put-back': [
    'pause',
    'The target is not on the timeline any more on which its checkpoints were written',
    'It was restored or failed over. Compare it with `godwit audit`: the file beside it cannot say what it holds. Restore it to before the run, then plan and run anew.',
  ],
  'postgres.records-break-key': [
    'never',
    'Records break a key or a foreign key that their own system says it holds',
    'Look at these records by the query, in the source as well. Mend them in the source and take the run back (`godwit rollback`), then plan and run anew; or drop the key in the source, or leave the field behind in the mapping.',
  ],
  'postgres.sandbox-name': [
    'never',
    'That is not a name for a sandbox',
    'Choose a name that starts with godwit_ and has only letters, digits and underscores, 63 bytes at most.',
  ],
  'postgres.not-a-sandbox': [
    'never',
    'A schema of that name is there and is not a sandbox of godwit',
    'Choose another name; godwit drops only schemas that it created.',
  ],
  'postgres.sandbox-reaches-out': [
    'never',
    'The sandbox would reach into the live schema',
    'Take the relation out of the rehearsal, or write what is named without the schema in front of it.',
  ],
  'postgres.name-too-long': [
    'never',
    'PostgreSQL would cut a name',
    'Give the relation or field a name of at most 63 bytes in the mapping.',
  ],
  'postgres.order-changed': [
    'never',
    'The slices were cut in another order of the key than the server has now',
    'An index of the key was replaced, or the library that sorts text: take the run back with `godwit rollback`, and plan it anew.',
  ],
  'postgres.bad-bound': [
    'never',
    'A record cannot be used as the bound of a slice',
    'Mend the key value that is named, or take another unique key as the identity of the relation.',
  ],
  'postgres.fenced': [
    'pause',
    'Another worker has this slice now, or the run is being taken back',
    'Nothing: what this process would have written is refused as a whole. `godwit status` names the workers.',
  ],
};

export type FaultWords = readonly [fate: Fate, title: string, nextStep: string];

export type PostgresFaultCode =
  | 'postgres.unreachable'
  | 'postgres.went-away'
  | 'postgres.wrong-login'
  | 'postgres.unknown-database'
  | 'postgres.unknown-schema'
  | 'postgres.tls'
  | 'postgres.too-many-connections'
  | 'postgres.disk-full'
  | 'postgres.exhausted'
  | 'postgres.lock-timeout'
  | 'postgres.timeout'
  | 'postgres.conflict'
  | 'postgres.permission'
  | 'postgres.row-security'
  | 'postgres.read-only'
  | 'postgres.structure'
  | 'postgres.unsupported-version'
  | 'postgres.statement-refused'
  | 'postgres.relation-rewritten'
  | 'postgres.target-altered'
  | 'postgres.shared-sessions'
  | 'postgres.pooler-parameter'
  | 'postgres.stopped'
  | 'postgres.snapshot-lost'
  | 'postgres.bookkeeping-newer'
  | 'postgres.bookkeeping-foreign'
  | 'postgres.schema-reserved'
  | 'postgres.not-prepared'
  | 'postgres.no-seal'
  | 'postgres.books-unusable'
  | 'postgres.outcome-unknown'
  | 'postgres.target-put-back'
  | 'postgres.records-break-key'
  | 'postgres.sandbox-name'
  | 'postgres.not-a-sandbox'
  | 'postgres.sandbox-reaches-out'
  | 'postgres.name-too-long'
  | 'postgres.order-changed'
  | 'postgres.bad-bound'
  | 'postgres.fenced';
